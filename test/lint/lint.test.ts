import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lint, RULES } from "../../src/lint/lint.ts";
import { derive } from "../../src/records/derive.ts";
import { build } from "../../src/reload/build.ts";
import type { Problem } from "../../src/result.ts";
import { filesOf, good, goodValue, linesOf } from "../deployment/given.ts";

const page = readFileSync(new URL("../../docs/lint.md", import.meta.url), "utf8");

function linted(yaml: string): readonly Problem[] {
  const deployment = good(yaml);
  return lint({ deployment, derivation: goodValue(derive(deployment)) });
}

/** A deployment that lint has next to nothing to say of; each case changes one thing. */
const FINE = `accessEdge: { allowFederatedUsers: true }
sites: [{ name: Redmond, xmppFederationRoute: edge.contoso.com }]
edgePools:
  - fqdn: edge.contoso.com
    xmppPort: 5269
    servers:
      - { fqdn: edge1.contoso.com, addresses: [8.8.1.1] }
      - { fqdn: edge2.contoso.com, addresses: [8.8.1.2] }
  - { fqdn: old.contoso.com, xmppPort: 5269, servers: [8.8.2.1] }
sipDomains:
  - contoso.com
  - { name: fabrikam.com, edgePool: edge.contoso.com }
externalAccessPolicies:
  - { identity: Global, enableFederationAccess: true, enableXmppAccess: false }
  - { identity: "Tag:Xmpp", enableFederationAccess: true, enableXmppAccess: true }
userGroups:
  - { sipDomain: contoso.com, policy: "Tag:Xmpp", count: 12 }
  - { sipDomain: fabrikam.com, policy: "Tag:Xmpp" }
xmppAllowedPartners: [partner.example]
zones:
  contoso.com: { records: "www A 8.8.3.1" }
  fabrikam.com: { records: "www A 8.8.3.1" }
`;

const CERTIFICATE =
  '10:5 note: The external certificate of the Edge pool needs "contoso.com" and 1 more among its names: "explain --certificate" lists them';

interface Case {
  readonly code: string;
  readonly change: readonly [string, string];
  /** Every finding of the code. */
  readonly says: readonly string[];
}

const CASES: readonly Case[] = [
  {
    code: "no-xmpp-in-version",
    change: ["xmppPort: 5269\n    servers:", "version: 8\n    servers:"],
    says: [],
  },
  {
    code: "server-without-ipv6",
    change: ["[8.8.1.1]", '[8.8.1.1, "2a00::1"]'],
    says: [
      '8:9 note: Edge Server "edge2.contoso.com" of Edge pool "edge.contoso.com" has no IPv6 address and others of the pool have: partners over IPv6 never reach it; give it one, or none to the others',
    ],
  },
  {
    code: "server-without-ipv6",
    change: ["[8.8.1.1] }", '[8.8.1.1], publicAddresses: ["2a00::1"], drained: true }'],
    says: [],
  },
  {
    code: "stale-server",
    change: ["[8.8.2.1]", "[8.8.1.2]"],
    says: [
      '9:56 warning: Address "8.8.1.2" belongs to Edge pool "old.contoso.com" and to Edge pool "edge.contoso.com": an Edge Server is in one pool, so one of the two is a leftover; remove it there',
    ],
  },
  {
    code: "drained-server",
    change: ["[8.8.1.1] }", "[8.8.1.1], drained: true }"],
    says: [
      '7:9 note: Edge Server "edge1.contoso.com" of Edge pool "edge.contoso.com" is drained: its addresses are in no answer',
    ],
  },
  {
    code: "pool-too-large",
    change: ["[8.8.2.1]", `[${Array.from({ length: 13 }, (_, at) => `8.8.2.${at + 1}`).join()}]`],
    says: [
      '9:5 warning: Edge pool "old.contoso.com" has 13 Edge Servers: Microsoft supports 12; look for some that are gone',
    ],
  },
  {
    code: "xmpp-without-federation",
    change: ["enableFederationAccess: true, enableXmppAccess: false", "enableXmppAccess: true"],
    says: [
      '14:5 warning: External access policy "Global" enables XMPP access without federation access, which is nothing: Set-CsExternalAccessPolicy -Identity "Global" -EnableFederationAccess $true, or switch XMPP off too',
    ],
  },
  {
    code: "users-on-branch-appliance",
    change: [
      "userGroups:",
      "userGroups:\n  - { sipDomain: contoso.com, policy: Tag:Xmpp, count: 3, survivableBranchAppliance: true }",
    ],
    says: [
      '17:5 warning: 3 users of SIP domain "contoso.com" have a policy that enables XMPP but are homed on a Survivable Branch Appliance, which has none: Move-CsUser to a Front End pool, or grant them another policy',
    ],
  },
  {
    code: "partner-is-own-domain",
    change: ["[partner.example]", "[{ domain: partner.example, additionalDomains: [Fabrikam.com] }]"],
    says: [
      '19:23 warning: XMPP allowed partner "fabrikam.com" is a SIP domain of this deployment: its users are here, and a partner of that name is never asked; Remove-CsXmppAllowedPartner -Identity partner.example',
    ],
  },
  {
    code: "partner-near-own-domain",
    change: ["[partner.example]", "[im.contoso.com, com]"],
    says: [
      '19:23 warning: XMPP allowed partner "im.contoso.com" lies below SIP domain "contoso.com" of this deployment: make sure that it is a domain of the partner\'s own, with an SRV record of its own',
      '19:39 warning: XMPP allowed partner "com" lies above SIP domain "fabrikam.com" of this deployment: make sure that it is a domain of the partner\'s own, with an SRV record of its own',
    ],
  },
  {
    code: "sip-domain-without-srv",
    change: ["fabrikam.com, edgePool: edge.contoso.com", "fabrikam.com, edgePool: old.contoso.com"],
    says: [
      '12:5 warning: SIP domain "fabrikam.com" gets no SRV record while others do: no site routes XMPP federation to Edge pool "old.contoso.com" (Set-CsSite -XmppFederationRoute)',
    ],
  },
  {
    code: "sip-domain-not-enabled",
    change: ['fabrikam.com, policy: "Tag:Xmpp"', "fabrikam.com"],
    says: [
      '12:5 note: SIP domain "fabrikam.com" gets no SRV record: none of its users may use XMPP: external access policy "Global" has EnableXmppAccess off (explain fabrikam.com)',
    ],
  },
  {
    code: "target-outside-domain",
    change: ["fabrikam.com, edgePool", "fabrikam.com, xmppHost: xmpp.contoso.com, edgePool"],
    says: [
      '12:5 warning: XMPP host "xmpp.contoso.com" of SIP domain "fabrikam.com" lies outside of it: Lync wants the target inside the SRV record\'s domain; leave "xmppHost" and "srvTarget" out, and it is xmpp.fabrikam.com',
    ],
  },
  {
    code: "standby-is-no-failover",
    change: ["edgePool: edge.contoso.com", "edgePool: edge.contoso.com, standbyPools: [old.contoso.com]"],
    says: [
      '12:5 warning: Standby Edge pool "old.contoso.com" is published for "fabrikam.com", but Lync serves XMPP on the routed pool alone, and Microsoft never supported failover by SRV priorities: to fail over, move the route (Set-CsSite -XmppFederationRoute EdgeServer:old.contoso.com) and "xmppFederationRoute" here',
    ],
  },
  {
    code: "other-xmpp-records",
    change: ['"www A 8.8.3.1" }\n  fab', '"_XMPP-client._tcp SRV 0 0 5222 www\\nwww A 8.8.3.1" }\n  fab'],
    says: [
      '21:27 warning: Record "_XMPP-client._tcp.contoso.com" promises what no Edge Server has: XMPP clients and direct TLS (XEP-0368) have no port on it; remove the record, unless another XMPP server answers there',
    ],
  },
  {
    code: "other-xmpp-records", // chosen: another server answers there
    change: [
      'zones:\n  contoso.com: { records: "',
      'onConflict: static\ndefaults: { services: { clients: true } }\nzones:\n  contoso.com: { records: "_xmpp-client._tcp SRV 0 0 5222 www\\n',
    ],
    says: [],
  },
  {
    code: "ttl-too-high",
    change: ["zones:", "defaults: { hostTtl: 86400 }\nzones:"],
    says: [
      '11:5 warning: The addresses of "contoso.com"\'s XMPP host live 86400 s in caches: that long partners keep going to an Edge pool that has failed or moved; set "hostTtl: 300"',
      '12:5 warning: The addresses of "fabrikam.com"\'s XMPP host live 86400 s in caches: that long partners keep going to an Edge pool that has failed or moved; set "hostTtl: 300"',
    ],
  },
  {
    code: "apex-zone-alone",
    change: ['  fabrikam.com: { records: "www A 8.8.3.1" }\n', ""],
    says: [
      '12:5 note: Zone "fabrikam.com" holds nothing but XMPP federation: if it is delegated here, its web and mail must be here too; give them under "zones", or take "zoneLayout: pinpoint" and delegate only the two names of XMPP',
    ],
  },
  { code: "certificate-names", change: ["", ""], says: [CERTIFICATE.replace("10:5", "11:5")] },
];

describe("lint()", () => {
  test("has next to nothing to say of a good deployment", () => {
    expect(linted(FINE).map(({ code }) => code)).toEqual(["certificate-names"]);
  });

  test.each(CASES)("$code: $change", ({ code, change, says }) => {
    const yaml = FINE.replace(change[0], change[1].replaceAll("$", "$$$$"));
    expect(yaml === FINE).toBe(change[0] === change[1]);
    expect(linesOf(linted(yaml).filter((problem) => problem.code === code))).toEqual(says);
  });

  test("says that no pool has XMPP any more", () => {
    const yaml = FINE.replaceAll("xmppPort: 5269", "version: 8, xmppPort: 5269")
      .replace("version: 8, xmppPort: 5269\n", "version: 8\n")
      .replace(/sites: .*\n/, "");
    expect(linesOf(linted(yaml).filter(({ code }) => code === "no-xmpp-in-version"))).toEqual([
      "3:5 warning: Every Edge pool has version 8 or later: Skype for Business Server 2019 removed the XMPP gateway, so nothing is published; keep a pool of an earlier version for XMPP, or remove the SRV records at the old DNS server",
    ]);
  });

  test("tells a kind ten times, then counts", () => {
    const names = Array.from({ length: 25 }, (_, at) => `d${at}.example`);
    const yaml = FINE.replace(
      "  - contoso.com\n",
      `  - contoso.com\n${names.map((name) => `  - ${name}\n`).join("")}`,
    );
    const found = linted(yaml).filter(({ code }) => code === "sip-domain-not-enabled");
    expect(found).toHaveLength(11);
    expect(found.at(-1)?.message).toBe("And 15 more like the last one");
  });

  test("leaves labs alone but for what holds everywhere", () => {
    const yaml = `edgePools: [{ fqdn: edge.alpha.test, servers: [10.0.0.1] }]
sipDomains: [{ name: alpha.test, xmppHost: host.beta.test, hostTtl: 7200 }]
`;
    expect(linted(yaml).map(({ code }) => code)).toEqual(["ttl-too-high"]);
  });
});

describe("errors of the load have a code", () => {
  test.each([
    ["private-address", ["[8.8.1.1]", "[10.0.0.1]"]],
    ["no-host-address", ["[8.8.1.1]", "[0.0.0.0]"]],
    [
      "nat-with-vip",
      [
        "    servers:\n",
        "    loadBalancing: hardware\n    vips: [8.8.8.8]\n    servers:\n      - { addresses: [10.0.0.9], publicAddresses: [8.8.9.9] }\n",
      ],
    ],
    ["vip-missing", ["    servers:\n", "    loadBalancing: hardware\n    servers:\n"]],
    ["vip-without-hardware", ["    servers:\n", "    vips: [8.8.8.8]\n    servers:\n"]],
    ["server-missing", [", addresses: [8.8.1.1]", ""]],
    ["address-twice", ["[8.8.1.1]", "[8.8.1.2]"]],
    ["target-is-alias", ["www A 8.8.3.1", "www CNAME x\\n@ MX 1 www"]],
  ] as const)("%s", (code, change) => {
    const built = build(
      { kind: "file", path: "d.yaml" },
      filesOf({ "d.yaml": FINE.replace(change[0], change[1]) }),
      {
        unixTime: 1,
      },
    );
    const found = built.ok ? [] : built.problems.filter(({ severity }) => severity === "error");
    expect(found.map((problem) => problem.code)).toEqual([code]);
    expect(page).toContain(`| \`${code}\` | error |`);
  });
});

test("docs/lint.md lists every rule with its severity, and no other", () => {
  const listed = [...page.matchAll(/^\| `([a-z0-9-]+)` \| (warning|note) \|/gm)].map(
    ([, code, severity]) => `${code} ${severity}`,
  );
  expect(listed).toEqual(RULES.map(({ code, severity }) => `${code} ${severity}`));
});

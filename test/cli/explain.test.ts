import { describe, expect, test } from "vitest";
import { type ExplainOptions, explain } from "../../src/cli/explain.ts";
import { builder, LAB } from "./engine.ts";
import { Stage } from "./stage.ts";

async function printed(text: string, options: ExplainOptions): Promise<Stage & { readonly code: number }> {
  const stage = new Stage();
  const code = await explain({ deployment: "d.yaml", ...options }, stage.surroundings, {
    build: builder(text),
  });
  return Object.assign(stage, { code });
}

/** Everything is open; each test shuts one gate. */
const OPEN = `accessEdge: { allowFederatedUsers: true }
sites: [{ name: Redmond, xmppFederationRoute: edge.contoso.com }]
edgePools:
  - { fqdn: edge.contoso.com, site: Redmond, accessEdgeFqdn: sip.contoso.com, xmppPort: 5269, version: 6, servers: [8.8.1.1] }
  - { fqdn: old.contoso.com, site: Redmond, xmppPort: 5269, servers: [8.8.1.2] }
sipDomains: [contoso.com, fabrikam.com]
externalAccessPolicies:
  - { identity: Global, enableFederationAccess: true }
  - { identity: "Site:Redmond", enableFederationAccess: false, enableXmppAccess: true }
  - { identity: "Tag:Xmpp", enableFederationAccess: true, enableXmppAccess: true }
userGroups:
  - { sipDomain: contoso.com, site: Redmond, policy: "Tag:Xmpp", count: 12 }
  - { sipDomain: contoso.com, site: Redmond, count: 30 }
  - { sipDomain: contoso.com, count: 5 }
  - { sipDomain: contoso.com, policy: "Tag:Xmpp", survivableBranchAppliance: true }
xmppAllowedPartners: [{ domain: partner.example }]
defaults: { nameServers: [ns1.example.net] }
`;

describe("explain() of a SIP domain that is published", () => {
  test("goes from the Access Edge configuration to the records", async () => {
    const { stdout, stderr, code } = await printed(OPEN, { sipDomain: "contoso.com" });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`✔ contoso.com is published

What Lync asks for, in this order
  ✔  Access Edge configuration  the Access Edge configuration allows federated users
  ✔  Edge pool and route        Edge pool "edge.contoso.com" carries XMPP on port 5269, by the XMPP federation route of its site
  ✔  XMPP allowed partners      there is 1 XMPP allowed partner
  ✔  External access policies   external access policy "Tag:Xmpp" lets 12 users in site "Redmond" use XMPP

Its users
  Users  Site     Policy in effect              Federation  XMPP
  12     Redmond  Tag:Xmpp (granted)            on          on    may use XMPP
  30     Redmond  Site:Redmond (of their site)  off         on    may not
  5      –        Global (for all others)       on          off   may not
  some   –        Tag:Xmpp (granted)            on          on    not counted: homed on a Survivable Branch Appliance, which has no XMPP

DNS summary
  Location/Type/Port     FQDN                           Maps to           Comments
  External DNS/SRV/5269  _xmpp-server._tcp.contoso.com  xmpp.contoso.com  XMPP Proxy external interface on the Access Edge service of Edge pool edge.contoso.com (priority 0, weight 0)
  External DNS/A         xmpp.contoso.com               8.8.1.1           Access Edge service of Edge pool edge.contoso.com, which hosts the XMPP Proxy service
`);
  });

  test("as JSON has gates, users and records", async () => {
    const { stdout } = await printed(OPEN, { sipDomain: "CONTOSO.com.", json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      sipDomain: "contoso.com",
      published: true,
      gates: [{ gate: "access-edge" }, { gate: "edge-pool" }, { gate: "partners" }, { gate: "users" }],
      userGroups: [
        { count: 12, scope: "user", mayUseXmpp: true },
        { scope: "site", mayUseXmpp: false },
        { policy: "Global" },
        { counted: false },
      ],
      records: [{ fqdn: "_xmpp-server._tcp.contoso.com" }, { mapsTo: "8.8.1.1" }],
    });
  });
});

describe("explain() of a SIP domain that is not published names the first thing in the way and its cure", () => {
  const rows: readonly {
    readonly why: string;
    readonly change: readonly [string, string];
    readonly says: string;
    readonly cure: string;
  }[] = [
    {
      why: "federation is off",
      change: ["allowFederatedUsers: true", "allowFederatedUsers: false"],
      says: "the Access Edge configuration does not allow federated users",
      cure: "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true",
    },
    {
      why: "nothing is said of federation",
      change: ["accessEdge: { allowFederatedUsers: true }", ""],
      says: "nothing says that the Access Edge configuration allows federated users",
      cure: "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true",
    },
    {
      why: "the pool is of 2019",
      change: ["version: 6", "version: 8"],
      says: 'Edge pool "edge.contoso.com" has version 8',
      cure: "Keep an Edge pool of Skype for Business Server 2015",
    },
    {
      why: "XMPP is not enabled on the pool",
      change: ["xmppPort: 5269, version: 6", "xmppPort: null"],
      says: 'XMPP federation is not enabled on Edge pool "edge.contoso.com"',
      cure: 'Topology Builder, Edge pool, "Enable XMPP federation (port 5269)"',
    },
    {
      why: "no route leads to the pool it is to sit on",
      change: ["sipDomains: [contoso.com,", "sipDomains: [{ name: contoso.com, edgePool: old.contoso.com },"],
      says: 'no site routes XMPP federation to Edge pool "old.contoso.com"',
      cure: 'Set-CsSite -Identity "Redmond" -XmppFederationRoute EdgeServer:old.contoso.com',
    },
    {
      why: "there is nobody to talk to",
      change: ["[{ domain: partner.example }]", "[]"],
      says: "there is no XMPP allowed partner",
      cure: "New-CsXmppAllowedPartner -Identity <partner's domain>",
    },
    {
      why: "nobody may",
      change: ['policy: "Tag:Xmpp", count: 12', "count: 12"],
      says: 'none of its users may use XMPP: external access policy "Site:Redmond" has EnableFederationAccess off; external access policy "Global" has EnableXmppAccess off',
      cure: 'Set-CsExternalAccessPolicy -Identity "Site:Redmond" -EnableFederationAccess $true -EnableXmppAccess $true; or Set-CsExternalAccessPolicy -Identity "Global"',
    },
  ];
  test.each(rows)("$why", async ({ change, says, cure }) => {
    const { stdout, code } = await printed(OPEN.replace(...change), { sipDomain: "contoso.com" });
    expect(code).toBe(0);
    const [first = "", second = ""] = stdout.split("\n");
    expect(first).toContain(`✘ contoso.com is not published: ${says}`);
    expect(second).toContain(`  What would change it: ${cure}`);
    expect(stdout).toContain("No DNS records are published for it.");
  });

  test("no users are known", async () => {
    const { stdout } = await printed(OPEN, { sipDomain: "fabrikam.com" });
    expect(stdout).toContain("✘ fabrikam.com is not published: it has no user group\n");
    expect(stdout).toContain('  What would change it: List its users (Get-CsUser) under "userGroups"');
    expect(stdout).not.toContain("Its users");
  });

  test("has the cure in JSON", async () => {
    const { stdout } = await printed(OPEN, { sipDomain: "fabrikam.com", json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      published: false,
      cure: expect.stringContaining("userGroups"),
      records: [],
    });
  });
});

describe("explain() without a SIP domain", () => {
  test("has a line for each, and counts", async () => {
    const { stdout } = await printed(OPEN, {});
    expect(stdout).toBe(
      "✔ contoso.com is published\n✘ fabrikam.com is not published: it has no user group\n\n1 of 2 SIP domains published\n",
    );
  });

  test("is a list in JSON", async () => {
    const { stdout } = await printed(LAB, { json: true });
    expect(JSON.parse(stdout)).toMatchObject([{ sipDomain: "alpha.test" }, { sipDomain: "beta.test" }]);
  });
});

describe("explain() for certificates", () => {
  test("lists the names for all SIP domains that share the pool, each once", async () => {
    const open = OPEN.replace(
      "userGroups:",
      "userGroups:\n  - { sipDomain: fabrikam.com, policy: Tag:Xmpp }",
    );
    for (const sipDomain of ["contoso.com", undefined]) {
      const { stdout } = await printed(open, { sipDomain, certificate: true });
      expect(
        stdout,
      ).toBe(`External certificate of Edge pool edge.contoso.com, the same on each of its servers; no wildcards
  Subject name              sip.contoso.com
  Subject alternative names
    sip.contoso.com    required     Access Edge FQDN of the Edge pool, as subject too
    contoso.com        required     XMPP domain: what partners compare (RFC 6120 §13.7.2)
    xmpp.contoso.com   recommended  target of the SRV record, for partners that compare it
    fabrikam.com       required     XMPP domain: what partners compare (RFC 6120 §13.7.2)
    xmpp.fabrikam.com  recommended  target of the SRV record, for partners that compare it
    sip.fabrikam.com   required     Access Edge service of the SIP domain, for SIP on the same certificate
`);
    }
  });

  test("says where the subject would come from", async () => {
    const { stdout } = await printed(LAB, { certificate: true });
    expect(stdout).toContain('the Access Edge FQDN (give "accessEdgeFqdn" to see it here)');
  });

  test("needs none where nothing is published", async () => {
    const { stdout } = await printed(LAB.replace("servers:", "xmppPort: null, servers:"), {
      certificate: true,
    });
    expect(stdout).toBe("No SIP domain is published, so no certificate is needed.\n");
  });

  test("is a list in JSON", async () => {
    const { stdout } = await printed(LAB, { certificate: true, json: true });
    expect(JSON.parse(stdout)).toMatchObject([
      { edgePool: "edge.alpha.test", names: [{ name: "alpha.test" }, {}, {}, {}, {}, {}] },
    ]);
  });
});

describe("explain() that cannot", () => {
  test("names the SIP domain that was meant", async () => {
    const { stdout, stderr, code } = await printed(LAB, { sipDomain: "alfa.test" });
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
    expect(stderr).toBe(
      'error: Cannot explain "alfa.test": it is no SIP domain of d.yaml; did you mean "alpha.test"?\n',
    );
  });

  test("says what is wrong with the deployment", async () => {
    const { stdout, stderr, code } = await printed(`${LAB}sipDomain: x\n`, { sipDomain: "alpha.test" });
    expect({ stdout, code }).toEqual({ stdout: "", code: 1 });
    expect(stderr).toContain('did you mean "sipDomains"?');
  });
});

/** The deployments whose zones other servers load: the example, a hoster's, and one with everything in it. */

import { formatZoneFile } from "../../src/dns/zone-file.ts";
import { type Build, build } from "../../src/reload/build.ts";
import { DiskFiles } from "../../src/reload/files.ts";
import { memberZone } from "../../src/zone/member.ts";
import { servedZone } from "../../src/zone/served.ts";
import { expectValue } from "../conformance/harness.ts";
import { AS_BIND_READS } from "../dns/as-bind-reads.ts";

const SERVERS = ["203.0.113.10", "203.0.113.11", "2001:db8::10"];

/** NSD and BIND load these, too, but have something to say of them. */
const OLD_DNSSEC = /^(?:KEY|SIG|NXT|DLV) /;

export const DEPLOYMENTS: Readonly<Record<string, unknown>> = {
  "a lab in ten lines": {
    edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
    sipDomains: ["alpha.test", "beta.test"],
  },
  "SIP domains inside others, pinpoint zones, refusals": {
    defaults: { nameServers: [{ host: "ns.provider.example" }] },
    edgePools: [{ fqdn: "edge.contoso.com", servers: SERVERS }],
    sipDomains: [
      { name: "contoso.com", nameServers: [{ host: "ns1.contoso.com", addresses: ["203.0.113.53"] }] },
      "emea.contoso.com",
      "fabrikam.com",
      { name: "adatum.com", zoneLayout: "pinpoint" },
    ],
    zones: {
      "contoso.com": {
        records: `
@ MX 10 mail
@ TXT "v=spf1 mx -all" "second string"
@ CAA 0 issue "ca.example"
mail A 203.0.113.25
mail AAAA 2001:db8::25
www A 203.0.113.80
_443._tcp.www TLSA 3 1 1 ${"ab".repeat(32)}
_sip._tls SRV 0 0 443 sip
sip A 203.0.113.60
svc HTTPS 1 . alpn=h2,h3 port=8443
naptr NAPTR 10 100 "s" "SIP+D2T" "" _sip._tls.contoso.com.
ssh SSHFP 4 2 ${"cd".repeat(32)}
opaque TYPE65280 \\# 3 010203
deep.er.and.deep.er A 203.0.113.99
`,
      },
    },
  },
  "types that few zones hold": {
    zones: {
      "types.test": {
        nameServers: ["ns.provider.test"],
        records: AS_BIND_READS.filter(({ text }) => !OLD_DNSSEC.test(text))
          .map(({ text }, at) => `t${at} ${text}`)
          .join("\n"),
      },
    },
  },
  "master files: wildcards, delegations, DNAME": {
    allowPrivateAddresses: true,
    zones: {
      example: { zoneFile: "test/conformance/zones/rfc4592.zone" },
      edu: { zoneFile: "test/conformance/zones/rfc1034-edu.zone" },
      "moved.test": { zoneFile: "test/conformance/zones/rfc6672-inner.zone" },
      "2.0.192.in-addr.arpa": {
        nameServers: ["ns.provider.test"],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: fields of $GENERATE are written like that
        records: "$GENERATE 1-9 $ PTR host-${0,3,d}.provider.test.",
      },
    },
  },
};

export function exampleBuild(): Build {
  return expectValue(
    build({ kind: "file", path: "config/deployment.yaml" }, new DiskFiles(10_000_000), {
      unixTime: 1_700_000_000,
    }),
  );
}

export function buildOf(value: unknown): Build {
  return expectValue(build({ kind: "value", value }, new DiskFiles(10_000_000), { unixTime: 1_700_000_000 }));
}

/** Every build that is compared, by title. */
export function builds(): readonly (readonly [title: string, built: Build])[] {
  const values = Object.entries(DEPLOYMENTS).map(([title, value]) => [title, buildOf(value)] as const);
  return [["config/deployment.yaml", exampleBuild()], ...values];
}

/** The master file of each zone that a build serves, by zone name without the final dot. */
export function zoneFilesOf({ derivation, snapshot }: Build): Map<string, string> {
  const files = new Map<string, string>();
  for (const group of derivation.groups) {
    for (const apex of group.apexes) {
      const zone = memberZone(group, apex, servedZone(snapshot, apex)?.serial ?? 0);
      files.set(apex.toString().slice(0, -1), formatZoneFile(zone));
    }
  }
  return files;
}

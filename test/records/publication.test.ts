import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadDeployment } from "../../src/deployment/load.ts";
import { delegationLines } from "../../src/records/delegation.ts";
import { derive } from "../../src/records/derive.ts";
import { summaryRows } from "../../src/records/summary.ts";
import { filesOf, goodValue, saidOf } from "../deployment/given.ts";
import { firstPublication, zonesOf } from "./given.ts";

const POOLS = `edgePools:
  - { fqdn: a.pool, accessEdgeFqdn: sip.contoso.com, servers: [10.0.0.1, "::1"] }
  - { fqdn: b.pool, servers: [10.0.0.2] }
`;
const NAME_SERVERS = "nameServers: [{ host: ns1, addresses: [10.0.0.53] }, ns.example.net]";

describe("Publication", () => {
  test("says what is published and why", () => {
    const yaml = `${POOLS}sipDomains: [{ name: contoso.com, edgePool: a.pool, weight: 5, standbyPools: [b.pool] }]`;
    expect(JSON.parse(JSON.stringify(firstPublication(yaml)))).toEqual({
      sipDomain: "contoso.com",
      published: true,
      mode: "every-listed",
      gate: "users",
      reason:
        "no external access policies, user groups or XMPP allowed partners are given, so every listed SIP domain is published",
      edgePool: "a.pool",
      zoneLayout: "apex",
      zones: ["contoso.com"],
      targets: [
        { host: "xmpp.contoso.com", port: 5269, priority: 0, weight: 5 },
        { host: "xmpp-b.contoso.com", port: 5269, priority: 10, weight: 5 },
      ],
      refused: false,
      ttl: 3600,
    });
  });

  test("has no targets while it is not published", () => {
    const publication = firstPublication(
      "edgePools: [{ fqdn: a.pool, version: 8 }]\nsipDomains: [{ name: a.test, zoneLayout: pinpoint, notEnabled: refuse }]",
    );
    expect(publication).toMatchObject({ published: false, gate: "edge-pool", refused: true, targets: [] });
    expect(publication.apexes.map(String)).toEqual(["_xmpp-server._tcp.a.test.", "xmpp.a.test."]);
    expect(publication.edgePool?.fqdn.toString()).toBe("a.pool.");
    expect(publication.place).toMatchObject({ file: "d.yaml", line: 2, column: 14 });
  });
});

describe("summaryRows()", () => {
  const rows = (yaml: string) =>
    summaryRows(firstPublication(yaml)).map(({ locationTypePort, fqdn, mapsTo, comment }) =>
      [locationTypePort, fqdn, mapsTo, comment].join(" | "),
    );

  test("is Microsoft's DNS summary table, filled in", () => {
    expect(
      rows(`${POOLS}sipDomains: [{ name: contoso.com, edgePool: a.pool, standbyPools: [b.pool] }]`),
    ).toEqual([
      "External DNS/SRV/5269 | _xmpp-server._tcp.contoso.com | xmpp.contoso.com | XMPP Proxy external interface on the Access Edge service of Edge pool a.pool (priority 0, weight 0)",
      "External DNS/SRV/5269 | _xmpp-server._tcp.contoso.com | xmpp-b.contoso.com | Standby: XMPP Proxy external interface on the Access Edge service of Edge pool b.pool (priority 10, weight 0)",
      "External DNS/A | xmpp.contoso.com | 10.0.0.1 | Access Edge service of Edge pool a.pool, which hosts the XMPP Proxy service",
      "External DNS/AAAA | xmpp.contoso.com | ::1 | Access Edge service of Edge pool a.pool, which hosts the XMPP Proxy service",
      "External DNS/A | xmpp-b.contoso.com | 10.0.0.2 | Access Edge service of Edge pool b.pool, which hosts the XMPP Proxy service",
    ]);
  });

  test("has no rows for a SIP domain that is not published", () => {
    expect(rows("edgePools: [{ fqdn: a.pool, xmppPort: null }]\nsipDomains: [a.test]")).toEqual([]);
  });

  test("has the refusal where one is published", () => {
    expect(
      rows("edgePools: [{ fqdn: a.pool, version: 8 }]\nsipDomains: [{ name: a.test, notEnabled: refuse }]"),
    ).toEqual([
      'External DNS/SRV/0 | _xmpp-server._tcp.a.test | . | No XMPP federation: Edge pool "a.pool" has version 8: from version 8 on (Skype for Business Server 2019) there is no XMPP',
    ]);
  });
});

describe("delegationLines()", () => {
  const lines = (rest: string) =>
    delegationLines(
      firstPublication(`${POOLS}sipDomains: [{ name: contoso.com, edgePool: a.pool, ${rest} }]`),
    );

  test("names the two zones of pinpoint layout and the addresses that the parent zone holds", () => {
    expect(lines(`zoneLayout: pinpoint, ${NAME_SERVERS}`)).toEqual([
      "_xmpp-server._tcp.contoso.com. 3600 IN NS ns1.contoso.com.",
      "_xmpp-server._tcp.contoso.com. 3600 IN NS ns.example.net.",
      "xmpp.contoso.com. 3600 IN NS ns1.contoso.com.",
      "xmpp.contoso.com. 3600 IN NS ns.example.net.",
      "ns1.contoso.com. 3600 IN A 10.0.0.53",
    ]);
  });

  test("names the SIP domain in apex layout, with glue", () => {
    expect(lines(`ttl: 60, ${NAME_SERVERS}`)).toEqual([
      "contoso.com. 60 IN NS ns1.contoso.com.",
      "contoso.com. 60 IN NS ns.example.net.",
      "ns1.contoso.com. 60 IN A 10.0.0.53",
    ]);
  });

  test("is a comment where there are no name servers to delegate to", () => {
    expect(lines("zoneLayout: pinpoint")).toEqual(['; contoso.com. has no "nameServers" to be delegated to']);
  });
});

test("config/deployment.yaml publishes contoso.com and fabrikam.com, with nothing to complain of", () => {
  const text = readFileSync(new URL("../../config/deployment.yaml", import.meta.url), "utf8");
  const loaded = loadDeployment("d.yaml", filesOf({ "d.yaml": text }));
  expect(
    saidOf(loaded).filter((line) => !/ note: Address "[^"]+" of .* is for documentation/.test(line)),
  ).toEqual([]);
  const derived = derive(goodValue(loaded));
  expect(saidOf(derived)).toEqual([]);
  expect(zonesOf(goodValue(derived))).toEqual({
    "contoso.com.": [
      "contoso.com. 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. 0 3600 600 1209600 300",
      "contoso.com. 3600 IN NS ns1.contoso.com.",
      "contoso.com. 3600 IN NS ns2.contoso.com.",
      "contoso.com. 3600 IN MX 10 mail.contoso.com.",
      "_xmpp-server._tcp.contoso.com. 3600 IN SRV 0 0 5269 xmpp.contoso.com.",
      "xmpp.contoso.com. 300 IN A 203.0.113.10",
      "xmpp.contoso.com. 300 IN A 203.0.113.11",
      "xmpp.contoso.com. 300 IN AAAA 2001:db8::10",
      "ns1.contoso.com. 3600 IN A 203.0.113.53",
      "ns2.contoso.com. 3600 IN A 198.51.100.53",
      "www.contoso.com. 3600 IN A 203.0.113.80",
      "mail.contoso.com. 3600 IN A 203.0.113.25",
    ],
    "fabrikam.com.": [
      "fabrikam.com. 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. 0 3600 600 1209600 300",
      "fabrikam.com. 3600 IN NS ns1.contoso.com.",
      "fabrikam.com. 3600 IN NS ns2.contoso.com.",
      "_xmpp-server._tcp.fabrikam.com. 3600 IN SRV 0 0 5269 xmpp.fabrikam.com.",
      "xmpp.fabrikam.com. 300 IN A 203.0.113.10",
      "xmpp.fabrikam.com. 300 IN A 203.0.113.11",
      "xmpp.fabrikam.com. 300 IN AAAA 2001:db8::10",
    ],
  });
});

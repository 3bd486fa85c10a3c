/** Services and component domains of labs: which records they get, and what cannot be. */

import { describe, expect, test } from "vitest";
import { certificatePlans } from "../../src/records/certificate-plan.ts";
import { delegationLines } from "../../src/records/delegation.ts";
import { summaryRows } from "../../src/records/summary.ts";
import { goodValue, load, saidOf } from "../deployment/given.ts";
import { deriveFrom, firstPublication } from "./given.ts";

const POOL = "edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, servers: [10.0.0.2] }]\n";

/** Owner and data of the SRV records but those of federation. */
function otherSrvRecords(yaml: string): string[] {
  return firstPublication(yaml).services.flatMap(({ owner, targets }) =>
    targets.map(({ host, port, priority }) => `${owner} ${priority} ${port} ${host}`),
  );
}

describe("services are taken from", () => {
  const FEDERATION = "_xmpp-server._tcp.a.test. 0 5269 xmpp.a.test.";
  test.each([
    {
      why: "nowhere: none",
      yaml: `${POOL}sipDomains: [{ name: a.test, edgePool: a.pool }]`,
      srv: [FEDERATION],
    },
    {
      why: "the SIP domain, with a port of its own",
      yaml: `${POOL}sipDomains: [{ name: a.test, edgePool: a.pool, services: { directTls: 443 } }]`,
      srv: [FEDERATION, "_xmpps-server._tcp.a.test. 0 443 xmpp.a.test."],
    },
    {
      why: "the Edge pool, before the defaults",
      yaml: `edgePools: [{ fqdn: a.pool, servers: [10.0.0.1], services: { clients: 15222, clientsDirectTls: false } }]
defaults: { services: { clients: true, clientsDirectTls: true, directTls: true } }
sipDomains: [a.test]`,
      srv: [
        FEDERATION,
        "_xmpps-server._tcp.a.test. 0 5270 xmpp.a.test.",
        "_xmpp-client._tcp.a.test. 0 15222 xmpp.a.test.",
      ],
    },
    {
      why: "the SIP domain before its Edge pool, service by service",
      yaml: `edgePools: [{ fqdn: a.pool, servers: [10.0.0.1], services: { clients: true, directTls: true } }]
sipDomains: [{ name: a.test, services: { clients: false } }]`,
      srv: [FEDERATION, "_xmpps-server._tcp.a.test. 0 5270 xmpp.a.test."],
    },
    {
      why: "each Edge pool for itself: a standby pool may not have them",
      yaml: `edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, servers: [10.0.0.2], services: { directTls: true } }]
sipDomains: [{ name: a.test, edgePool: a.pool, standbyPools: [b.pool] }]`,
      srv: [
        FEDERATION,
        "_xmpp-server._tcp.a.test. 10 5269 xmpp-b.a.test.",
        "_xmpps-server._tcp.a.test. 10 5270 xmpp-b.a.test.",
      ],
    },
  ])("$why", ({ yaml, srv }) => expect(otherSrvRecords(yaml)).toEqual(srv));
});

const CHOSEN = `edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }]
sipDomains: [{ name: a.test, zoneLayout: LAYOUT, nameServers: [ns.example.net], services: { directTls: true }, components: [chat] }]
`;

describe("services and components are known to", () => {
  test("the DNS summary", () => {
    const rows = summaryRows(firstPublication(CHOSEN.replace("LAYOUT", "apex")));
    expect(
      rows.map(({ locationTypePort, fqdn, mapsTo, comment }) =>
        [locationTypePort, fqdn, mapsTo, comment].join(" | "),
      ),
    ).toEqual([
      "External DNS/SRV/5269 | _xmpp-server._tcp.a.test | xmpp.a.test | XMPP Proxy external interface on the Access Edge service of Edge pool a.pool (priority 0, weight 0)",
      "External DNS/SRV/5270 | _xmpps-server._tcp.a.test | xmpp.a.test | XMPP federation over direct TLS, XMPP server of Edge pool a.pool (priority 0, weight 0)",
      "External DNS/SRV/5269 | _xmpp-server._tcp.chat.a.test | xmpp.a.test | XMPP federation with a component, XMPP server of Edge pool a.pool (priority 0, weight 0)",
      "External DNS/SRV/5270 | _xmpps-server._tcp.chat.a.test | xmpp.a.test | XMPP federation over direct TLS, XMPP server of Edge pool a.pool (priority 0, weight 0)",
      "External DNS/A | xmpp.a.test | 10.0.0.1 | Access Edge service of Edge pool a.pool, which hosts the XMPP Proxy service",
      "External DNS/A | chat.a.test | 10.0.0.1 | Component of SIP domain a.test, XMPP server of Edge pool a.pool",
    ]);
  });

  test("explain as JSON", () => {
    expect(firstPublication(CHOSEN.replace("LAYOUT", "apex")).toJSON()).toMatchObject({
      services: [
        { kind: "directTls", owner: "_xmpps-server._tcp.a.test", port: 5270 },
        { kind: "federation", owner: "_xmpp-server._tcp.chat.a.test", port: 5269 },
        { kind: "directTls", owner: "_xmpps-server._tcp.chat.a.test", port: 5270 },
      ],
    });
  });

  test("the certificate: partners compare the component's domain", () => {
    const [plan] = certificatePlans([firstPublication(CHOSEN.replace("LAYOUT", "apex"))]);
    expect(plan?.names.map(({ name }) => name)).toContain("chat.a.test");
  });

  test("pinpoint layout: a zone for each service, and one for each component", () => {
    const yaml = CHOSEN.replace("LAYOUT", "pinpoint");
    const publication = firstPublication(yaml);
    const apexes = [
      "_xmpp-server._tcp.a.test.",
      "_xmpps-server._tcp.a.test.",
      "chat.a.test.",
      "xmpp.a.test.",
    ];
    expect(publication.apexes.map(String)).toEqual(apexes);
    expect(delegationLines(publication)).toEqual(apexes.map((apex) => `${apex} 3600 IN NS ns.example.net.`));
    const { groups } = goodValue(deriveFrom(yaml));
    const chat = groups.find(({ model }) => String(model.apex) === "chat.a.test.");
    expect(chat?.model.rrsets.map(({ owner }) => String(owner))).toEqual([
      "chat.a.test.",
      "chat.a.test.",
      "chat.a.test.",
      "_xmpp-server._tcp.chat.a.test.",
      "_xmpps-server._tcp.chat.a.test.",
    ]);
  });
});

describe("components that cannot be", () => {
  test.each([
    {
      components: "chat.a.test",
      said: 'Cannot use "chat.a.test" as component: a single label below the SIP domain is wanted; list other domains as SIP domains',
    },
    { components: "chat, CHAT", said: 'Cannot use "CHAT" as component: it is listed twice' },
    {
      components: "_chat",
      said: 'Cannot use "_chat" as component: it holds "_"; letters, digits and inner hyphens are allowed (RFC 1123)',
    },
  ])("$components", ({ components, said }) => {
    const yaml = `${POOL}sipDomains: [{ name: a.test, edgePool: a.pool, components: [${components}] }]`;
    expect(saidOf(load(yaml))).toEqual([expect.stringContaining(`error: ${said}`)]);
  });

  test("one that is listed as a SIP domain too", () => {
    const derived = deriveFrom(
      `${POOL}defaults: { edgePool: a.pool }\nsipDomains: [{ name: a.test, components: [chat] }, chat.a.test]`,
    );
    expect(saidOf(derived).filter((line) => line.includes("error"))).toEqual([
      '3:14 error: Cannot make "chat.a.test" a component of SIP domain "a.test": it is a SIP domain itself; take it out of "components", or out of "sipDomains"',
    ]);
  });
});

test("a port is true, false or a number", () => {
  const yaml = `${POOL}sipDomains: [{ name: a.test, edgePool: a.pool, services: { directTls: 0, client: true } }]`;
  expect(saidOf(load(yaml))).toEqual([
    '2:71 error: Cannot use 0 as "directTls": give true for the usual port, false, or a port from 1 to 65535',
    '2:74 error: Cannot use unknown key "client": did you mean "clients"?',
  ]);
});

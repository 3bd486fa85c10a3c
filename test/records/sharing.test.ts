import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DomainName } from "../../src/dns/name.ts";
import type { ZoneGroup } from "../../src/dns/rrset.ts";
import { derive } from "../../src/records/derive.ts";
import { fromValue, good, goodValue, saidOf } from "../deployment/given.ts";
import { deriveFrom, zonesOf } from "./given.ts";

const LAB = "edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]\n";

/** Every zone written out, as a set of lines, whoever shares a model with whom. */
function publishedBy(value: unknown): string[] {
  return goodValue(derive(goodValue(fromValue(value))))
    .groups.flatMap(linesOfGroup)
    .sort();
}

function linesOfGroup({ model, apexes }: ZoneGroup): string[] {
  const rename = (name: DomainName, apex: DomainName) =>
    name.isAtOrBelow(model.apex) ? (DomainName.join(name.relativeTo(model.apex), apex) ?? name) : name;
  return apexes.flatMap((apex) =>
    model.rrsets.map(({ owner, type, ttl, rdatas }) => {
      const texts = rdatas.map((rdata) =>
        Buffer.from(rdata).toString("latin1").replaceAll(model.apex.wire, apex.wire),
      );
      return `${apex} ${rename(owner, apex)} ${type} ${ttl} ${JSON.stringify(texts.sort())}`;
    }),
  );
}

const sipDomains = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(
      "a.test",
      "b.test",
      "c.a.test",
      "xmpp.a.test",
      "d.example",
      "e.d.example",
      "f.example",
    ),
    edgePool: fc.constantFrom("one.pool", "two.pool"),
    ttl: fc.constantFrom(60, 3600),
    zoneLayout: fc.constantFrom("apex", "apex", "pinpoint"),
  }),
  { selector: ({ name }) => name, minLength: 1 },
);

test("the order of SIP domains and Edge pools does not change what is published", () => {
  const edgePools = [
    { fqdn: "one.pool", servers: ["10.0.0.1"] },
    { fqdn: "two.pool", servers: ["10.0.0.2", "::1"] },
  ];
  const shuffled = sipDomains.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      const first = publishedBy({ edgePools, sipDomains: one });
      expect(publishedBy({ edgePools: edgePools.toReversed(), sipDomains: other })).toEqual(first);
    }),
    { numRuns: 200 },
  );
});

test("no model that is shared names anything at or below another member's apex", () => {
  fc.assert(
    fc.property(sipDomains, (list) => {
      const edgePools = [
        { fqdn: "one.pool", servers: ["10.0.0.1"] },
        { fqdn: "two.pool", servers: ["10.0.0.2"] },
      ];
      const defaults = { nameServers: [{ host: "ns.a.test", addresses: ["10.0.0.53"] }] };
      const { groups } = goodValue(derive(goodValue(fromValue({ edgePools, defaults, sipDomains: list }))));
      const shared = groups
        .filter(({ apexes }) => apexes.length > 1)
        .flatMap(({ apexes }) => apexes.map(String));
      expect(shared).not.toContain("a.test.");
    }),
    { numRuns: 100 },
  );
});

describe("a SIP domain has a model of its own when", () => {
  const alone = (yaml: string) =>
    goodValue(deriveFrom(yaml))
      .groups.filter(({ apexes }) => apexes.length === 1)
      .map(({ model }) => String(model.apex));
  const domains = "sipDomains: [a.test, b.test, c.test]\n";
  test.each([
    { why: "nothing sets it apart: none has", yaml: LAB + domains, apexes: [] },
    {
      why: "it has static records",
      yaml: `${LAB}${domains}zones: { a.test: { records: www A 10.0.0.1 } }`,
      apexes: ["a.test."],
    },
    {
      why: "a shared XMPP host lies in it",
      yaml: `${LAB}${domains}defaults: { xmppHost: im.b.test }`,
      apexes: ["b.test."],
    },
    {
      why: "a name server lies in it",
      yaml: `${LAB}${domains}defaults: { nameServers: [{ host: ns.c.test, addresses: [10.0.0.53] }] }`,
      apexes: ["c.test."],
    },
    {
      why: "the mailbox of the zones lies in it",
      yaml: `${LAB}${domains}defaults: { soa: { mailbox: me@c.test } }`,
      apexes: ["c.test."],
    },
    {
      why: "another zone is delegated from it",
      yaml: `${LAB}sipDomains: [a.test, b.test, x.y.a.test]`,
      apexes: ["a.test."],
    },
  ])("$why", ({ yaml, apexes }) => expect(alone(yaml)).toEqual(apexes));

  test.each([
    "edgePool: b.pool",
    "xmppHost: im",
    "priority: 1",
    "weight: 1",
    "ttl: 60",
    "hostTtl: 60",
    "nameServers: [ns.example.net]",
    "soa: { retry: 60 }",
    "soa: { mailbox: me@example.net }",
    "standbyPools: [b.pool]",
    "services: { directTls: true }",
    "services: { clients: 5299 }",
    "components: [conference]",
  ])("it differs in %s", (option) => {
    const pools =
      "edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, servers: [10.0.0.2] }]\n";
    const yaml = `${pools}defaults: { edgePool: a.pool }\nsipDomains: [a.test, { name: b.test, ${option} }]`;
    expect(alone(yaml)).toEqual(["a.test.", "b.test."]);
  });

  test("options that are alike are shared, wherever they are written", () => {
    const zones = zonesOf(
      goodValue(
        deriveFrom(
          `${LAB}sipDomains: [{ name: a.test, ttl: 60 }, { name: b.test, ttl: 60 }, { file: d.txt, ttl: 60 }]`,
          { "d.txt": "c.test" },
        ),
      ),
    );
    expect(Object.keys(zones)).toEqual(["a.test. b.test. c.test."]);
  });
});

describe("a long list", () => {
  const names = Array.from({ length: 20_000 }, (_, at) => `customer${at}.test`);

  test("costs one model", () => {
    const { groups, publications } = goodValue(
      deriveFrom(`${LAB}sipDomains: { file: d.txt }`, { "d.txt": names.join("\n") }),
    );
    expect(groups.map(({ apexes, model }) => [apexes.length, model.rrsets.length])).toEqual([[20_000, 4]]);
    expect(publications).toHaveLength(20_000);
  });

  test("costs one model with other services and components too", () => {
    const chosen = "services: { directTls: true, clients: true }, components: [conference, upload]";
    const { groups } = goodValue(
      deriveFrom(`${LAB}sipDomains: { file: d.txt, ${chosen} }`, { "d.txt": names.join("\n") }),
    );
    expect(groups.map(({ apexes, model }) => [apexes.length, model.rrsets.length])).toEqual([[20_000, 12]]);
  });

  test("is checked to its last name: the SRV owner must fit in 255 octets", () => {
    const long = `${"a2345678.".repeat(26)}test`;
    const deployment = good(`${LAB}sipDomains: { file: d.txt }`, { "d.txt": [...names, long].join("\n") });
    expect(saidOf(derive(deployment))).toEqual([
      `d.txt:20001:1 error: Cannot make a zone for "${long.slice(0, 100)}…": the longest name in it would have more than 255 octets on the wire`,
    ]);
  });
});

test("zones without name servers are remarked on: a note in a lab, a warning where Lync's gates hold", () => {
  const full = "accessEdge: { allowFederatedUsers: true }\nxmppAllowedPartners: [p.test]\n";
  const text =
    'Zone "a.test" names "localhost" as name server: give "nameServers", for a SIP domain or under "defaults", before they are delegated to this server';
  expect(saidOf(deriveFrom(`${LAB}sipDomains: [a.test]`))).toEqual([`2:14 note: ${text}`]);
  expect(saidOf(deriveFrom(`${full}${LAB}sipDomains: [a.test]`))).toEqual([`4:14 warning: ${text}`]);
});

import { describe, expect, test } from "vitest";
import type { Reply } from "../../src/probe/dns-client.ts";
import { examineDelegation } from "../../src/verify/delegation.ts";
import { type Answers, answer, askerFor, authority, failing, SILENT, sourceAt } from "./dns.ts";
import { lines } from "./findings.ts";

const NAME = "_xmpp-server._tcp.contoso.com";
const RESOLVER = "192.0.2.1";
const NS = ["contoso.com 3600 NS NS1.example.net", "contoso.com 3600 NS ns2.example.net"];
const SOA = answer("contoso.com 3600 SOA 7");
const NAMESERVER: Answers = { "contoso.com SOA": SOA, "contoso.com NS": answer(...NS) };

/** contoso.com on two name servers, delegated by com. */
const WORLD: Readonly<Record<string, Answers>> = {
  [RESOLVER]: {
    [`${NAME} SOA`]: authority("contoso.com 3600 SOA 7"),
    "contoso.com NS": answer(...NS),
    "ns1.example.net A": answer("ns1.example.net 60 A 192.0.2.11"),
    "ns2.example.net A": answer("ns2.example.net 60 A 192.0.2.12"),
    "ns2.example.net AAAA": answer("ns2.example.net 60 AAAA 2001:db8::12"),
    "com SOA": answer("com 60 SOA 1"),
    "com NS": answer("com 60 NS a.gtld.example"),
    "a.gtld.example A": answer("a.gtld.example 60 A 192.0.2.99"),
  },
  "192.0.2.11": NAMESERVER,
  "192.0.2.12": NAMESERVER,
  "2001:db8::12": NAMESERVER,
  "192.0.2.99": { "contoso.com NS": authority(...NS) },
};

/** The world with some replies changed: "server name TYPE". */
function changed(changes: Readonly<Record<string, Reply>>): Readonly<Record<string, Answers>> {
  const world: Record<string, Answers> = { ...WORLD };
  for (const [key, reply] of Object.entries(changes)) {
    const [server = "", ...question] = key.split(" ");
    world[server] = { ...world[server], [question.join(" ")]: reply };
  }
  return world;
}

async function examine(world: Readonly<Record<string, Answers>>) {
  return examineDelegation(NAME, {
    asker: askerFor(world),
    resolver: sourceAt(RESOLVER, "resolver"),
    nameServerPort: 53,
  });
}

const FINE = [
  "fine ns1.example.net 192.0.2.11: answers for contoso.com with authority, serial 7",
  "fine ns2.example.net 192.0.2.12: answers for contoso.com with authority, serial 7",
  "fine ns2.example.net 2001:db8::12: answers for contoso.com with authority, serial 7",
  "fine contoso.com: com delegates it to ns1.example.net, ns2.example.net, as the zone says itself",
];

describe("examineDelegation()", () => {
  test("asks each name server, and the zone above", async () => {
    const { findings, nameServers } = await examine(WORLD);
    expect(lines(findings)).toEqual(FINE);
    expect(nameServers.map(({ address }) => address)).toEqual(["192.0.2.11", "192.0.2.12", "2001:db8::12"]);
  });

  const rows: readonly { why: string; changes: Readonly<Record<string, Reply>>; says: readonly string[] }[] =
    [
      {
        why: "a resolver that leaves the SOA out: the zone is found from below",
        changes: { [`${RESOLVER} ${NAME} SOA`]: answer(), [`${RESOLVER} contoso.com SOA`]: SOA },
        says: FINE,
      },
      {
        why: "nobody knows the domain",
        changes: { [`${RESOLVER} ${NAME} SOA`]: failing(2) },
        says: [`broken no-zone ${NAME}: ${RESOLVER} does not find its zone: SERVFAIL`],
      },
      {
        why: "nothing up to the root",
        changes: { [`${RESOLVER} ${NAME} SOA`]: failing(3), [`${RESOLVER} com SOA`]: failing(3) },
        says: [`broken no-zone ${NAME}: ${RESOLVER} does not find its zone: no SOA record up to the root`],
      },
      {
        why: "a SOA record of somebody else is none of its zone",
        changes: {
          [`${RESOLVER} ${NAME} SOA`]: failing(3, "tailspin.example 60 SOA 1"),
          [`${RESOLVER} contoso.com SOA`]: SOA,
        },
        says: FINE,
      },
      {
        why: "a name server without an address",
        changes: { [`${RESOLVER} ns1.example.net A`]: failing(3) },
        says: [
          "broken name-server-address ns1.example.net: is a name server of the zone and has no address",
          ...FINE.slice(1),
        ],
      },
      {
        why: "a dead name server",
        changes: { "192.0.2.12 contoso.com SOA": SILENT },
        says: [
          FINE[0] ?? "",
          "broken name-server-silent ns2.example.net 192.0.2.12: does not answer: no answer within 5 s",
          ...FINE.slice(2),
        ],
      },
      {
        why: "this machine has no IPv6",
        changes: {
          "2001:db8::12 contoso.com SOA": { kind: "silence", reason: "no route", code: "ENETUNREACH" },
        },
        says: [
          ...FINE.slice(0, 2),
          "skipped ns2.example.net 2001:db8::12: not asked: this machine has no IPv6",
          ...FINE.slice(3),
        ],
      },
      {
        why: "a lame name server: REFUSED",
        changes: { "192.0.2.12 contoso.com SOA": failing(5) },
        says: [
          FINE[0] ?? "",
          "broken name-server-lame ns2.example.net 192.0.2.12: does not answer for contoso.com: REFUSED",
          ...FINE.slice(2),
        ],
      },
      {
        why: "a lame name server: it is a resolver",
        changes: { "192.0.2.12 contoso.com SOA": { ...SOA, authoritative: false } as Reply },
        says: [
          FINE[0] ?? "",
          "broken name-server-lame ns2.example.net 192.0.2.12: does not answer for contoso.com: an answer without authority",
          ...FINE.slice(2),
        ],
      },
      {
        why: "a secondary that does not follow",
        changes: { "192.0.2.12 contoso.com SOA": answer("contoso.com 3600 SOA 6") },
        says: [
          FINE[0] ?? "",
          "fine ns2.example.net 192.0.2.12: answers for contoso.com with authority, serial 6",
          FINE[2] ?? "",
          "warning serials-differ contoso.com: has serials 7 and 6 on its name servers",
          ...FINE.slice(3),
        ],
      },
      {
        why: "the zone above names others",
        changes: { "192.0.2.99 contoso.com NS": authority("contoso.com 60 NS old.example.net") },
        says: [
          ...FINE.slice(0, 3),
          "warning delegation-differs contoso.com: com delegates it to old.example.net, the zone itself names ns1.example.net, ns2.example.net",
        ],
      },
      {
        why: "the zone above cannot be asked",
        changes: { "192.0.2.99 contoso.com NS": SILENT },
        says: [
          ...FINE.slice(0, 3),
          "warning delegation-unseen contoso.com: no name server of the zone above tells whom it delegates to",
        ],
      },
    ];
  test("a zone without name servers is told where to give them", async () => {
    const { findings } = await examine(
      changed({ [`${RESOLVER} contoso.com NS`]: answer("contoso.com 60 NS localhost") }),
    );
    expect(findings).toMatchObject([
      { subject: "localhost", cure: expect.stringContaining('"nameServers"') },
    ]);
  });

  test.each(rows)("$why", async ({ changes, says }) => {
    const { findings } = await examine(changed(changes));
    expect(lines(findings)).toEqual(says);
  });
});

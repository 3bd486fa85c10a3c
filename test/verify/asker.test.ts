import { describe, expect, test } from "vitest";
import type { Ask, Reply } from "../../src/probe/dns-client.ts";
import { Asker, faultOf, lacksFamily, placeOf, plain } from "../../src/verify/asker.ts";
import { answer, clientsFor, failing, SILENT, STILL, sourceAt } from "./dns.ts";

/** Hears these, one after the other, and counts. */
function playing(replies: readonly Reply[], asked: string[], by: string): Ask {
  return async (_, { name }, timeout) => {
    asked.push(`${by} ${name} ${timeout}`);
    return replies[asked.length - 1] ?? SILENT;
  };
}

describe("Asker", () => {
  const HOST = answer("contoso.com 60 A 192.0.2.1");
  const CUT: Reply = HOST.kind === "reply" ? { ...HOST, answers: [], truncated: true } : HOST;

  test.each([
    { why: "an answer", replies: [HOST], asked: ["udp contoso.com 500"], reply: HOST },
    {
      why: "a lost datagram is sent again",
      replies: [SILENT, HOST],
      asked: ["udp contoso.com 500", "udp contoso.com 500"],
      reply: HOST,
    },
    {
      why: "a truncated answer is fetched over TCP",
      replies: [CUT, HOST],
      asked: ["udp contoso.com 500", "tcp contoso.com 1000"],
      reply: HOST,
    },
  ])("$why", async ({ replies, asked: wanted, reply }) => {
    const asked: string[] = [];
    const udp = playing(replies, asked, "udp");
    const clients = { udp, tcp: playing(replies, asked, "tcp"), edns: udp };
    const asker = new Asker({ clients, timeout: 1_000, clock: STILL });
    const heard = await asker.ask(sourceAt("192.0.2.53", "server"), "contoso.com", "A");
    expect(heard).toEqual({ reply, milliseconds: 0 });
    expect(asked).toEqual(wanted);
  });

  test("asks nobody the same thing twice; RD goes to resolvers alone", async () => {
    const asked: string[] = [];
    const asker = new Asker({ clients: clientsFor({ a: {} }, asked), timeout: 1, clock: STILL });
    const kinds = ["server", "resolver", "server"] as const;
    await Promise.all(kinds.map((kind) => asker.ask(sourceAt("a", kind), "contoso.com", "A")));
    expect(asked).toEqual(["a contoso.com A", "a contoso.com A RD"]);
  });

  test("forgets the oldest, not the rest, when it has heard much", async () => {
    const asked: string[] = [];
    const asker = new Asker({ clients: clientsFor({ a: {} }, asked), timeout: 1, clock: STILL });
    const ask = (name: number) => asker.ask(sourceAt("a", "server"), String(name), "A");
    for (let name = 0; name <= 10_000; name++) await ask(name);
    asked.length = 0;
    await ask(1);
    await ask(0);
    expect(asked).toEqual(["a 0 A"]);
  });

  test("takes the time", async () => {
    let time = 0;
    const clock = () => (time += 7);
    const asker = new Asker({ clients: clientsFor({}), timeout: 1, clock });
    expect(
      (await asker.askBy("tcp", { address: "a", port: 53 }, { name: ".", type: "A" })).milliseconds,
    ).toBe(7);
  });
});

test("placeOf() gives the port where it is not the usual one", () => {
  const places = [
    placeOf({ address: "192.0.2.1", port: 53 }),
    placeOf({ address: "192.0.2.1", port: 5300 }),
    placeOf({ address: "2001:db8::1", port: 5300 }),
    placeOf({ address: "192.0.2.1", port: 53 }, 0),
  ];
  expect(places).toEqual(["192.0.2.1", "192.0.2.1:5300", "[2001:db8::1]:5300", "192.0.2.1:53"]);
});

test("plain() gives a name as it is compared", () => {
  expect(["Contoso.COM", "contoso.com.", "", ".", undefined].map(plain)).toEqual([
    "contoso.com",
    "contoso.com",
    ".",
    ".",
    ".",
  ]);
});

test("faultOf() takes NXDOMAIN for an answer", () => {
  expect([failing(0), failing(3), failing(5), failing(99), SILENT].map(faultOf)).toEqual([
    undefined,
    undefined,
    "REFUSED",
    "RCODE 99",
    "no answer within 5 s",
  ]);
});

test("lacksFamily() is for IPv6 alone: without IPv4 there is nothing at all", () => {
  expect(lacksFamily("2001:db8::1", "ENETUNREACH")).toBe(true);
  expect(lacksFamily("2001:db8::1", "ECONNREFUSED")).toBe(false);
  expect(lacksFamily("192.0.2.1", "ENETUNREACH")).toBe(false);
});

import { expect, onTestFinished, test } from "vitest";
import { OptionsError, startServer } from "../src/api.ts";
import { QueryJournal } from "../src/query-journal.ts";
import { requestOf } from "./conformance/harness.ts";
import { askUdp, TcpClient } from "./transport/clients.ts";

const SRV = "_xmpp-server._tcp.alpha.test";
const deployment = {
  edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
  sipDomains: ["alpha.test"],
};

async function start(journal: boolean) {
  const dns = await startServer({ deployment, journal });
  onTestFinished(() => dns.close());
  return dns;
}

function sampleOf(ask: string) {
  const question = requestOf({ ask }).subarray(12);
  return {
    client: Uint8Array.of(192, 0, 2, 1),
    port: 5300,
    transport: "UDP",
    question,
    rcode: 3,
    octets: 99,
  } as const;
}

test("waitForQuery() gives the first query for a name and type, be it before or after, over either transport", async () => {
  const dns = await start(true);
  const coming = dns.waitForQuery(SRV, "srv");
  await askUdp("127.0.0.1", dns.port, requestOf({ ask: "_XMPP-server._tcp.alpha.test. SRV" }));
  expect(await coming).toMatchObject({
    name: "_XMPP-server._tcp.alpha.test",
    type: "SRV",
    client: "127.0.0.1",
    transport: "UDP",
    rcode: "NOERROR",
  });
  const client = await TcpClient.open("127.0.0.1", dns.port);
  client.send(requestOf({ ask: "www.example. A" }));
  await client.next();
  expect(await dns.waitForQuery("www.example.", "A")).toMatchObject({ transport: "TCP", rcode: "REFUSED" });
  expect(dns.queries().map(({ name, type }) => `${name} ${type}`)).toEqual([
    "_XMPP-server._tcp.alpha.test SRV",
    "www.example A",
  ]);
  expect(dns.queries({ since: Date.now() + 60_000 })).toEqual([]);
});

test("waitForQuery() in vain says what was asked instead", async () => {
  const dns = await start(true);
  await expect(dns.waitForQuery(SRV, "SRV", { timeout: 1 })).rejects.toThrow(
    `Waited 1 ms for a query for SRV of "${SRV}" in vain: nobody has asked anything`,
  );
  await askUdp("127.0.0.1", dns.port, requestOf({ ask: "xmpp.alpha.test. AAAA" }));
  expect(dns.queries()).toHaveLength(1);
  await expect(dns.waitForQuery(SRV, "SRV", { timeout: 1 })).rejects.toThrow(
    "the last queries were xmpp.alpha.test AAAA from 127.0.0.1",
  );
  await expect(dns.waitForQuery(SRV, "SRF")).rejects.toThrow('Cannot wait for type "SRF"');
});

test("without a journal, says what is to be done", async () => {
  const dns = await start(false);
  expect(() => dns.queries()).toThrow(OptionsError);
  await expect(dns.waitForQuery(SRV, "SRV")).rejects.toThrow("start the server with { journal: true }");
});

test("a journal keeps the last queries, and those that are queries", () => {
  let time = 0;
  const journal = new QueryJournal(2, () => ++time, "j");
  for (const label of ["a", "b", "c", "d", "e"]) journal.add(sampleOf(`${label}. A`));
  journal.add({ ...sampleOf("f. A"), question: new Uint8Array(0) });
  expect(journal.queries().map(({ name }) => name)).toEqual(["d", "e"]);
  expect(journal.queries({ since: 5 }).map(({ name }) => name)).toEqual(["e"]);
});

test("page() goes through the journal without a gap or a repetition, though many share a millisecond", () => {
  const journal = new QueryJournal(7, () => 5, "j");
  for (let n = 0; n < 12; n++) journal.add(sampleOf(`n${n}. A`));
  const seen: string[] = [];
  let after = 0;
  for (let more = true; more; ) {
    const page = journal.page({ since: 5, after, limit: 3 });
    seen.push(...page.queries.map(({ name }) => name));
    ({ next: after, more } = page);
  }
  expect(seen).toEqual(["n5", "n6", "n7", "n8", "n9", "n10", "n11"]);
  expect(journal.page({ since: 0, after, limit: 3 })).toEqual({
    journal: "j",
    queries: [],
    next: 12,
    more: false,
  });
  journal.add(sampleOf("late. A"));
  expect(journal.page({ since: 0, after, limit: 3 })).toMatchObject({
    queries: [{ name: "late", sequence: 13 }],
    next: 13,
    more: false,
  });
  expect(journal.page({ since: 6, after: 0, limit: 3 })).toEqual({
    journal: "j",
    queries: [],
    next: 13,
    more: false,
  });
  // a number that was given before a restart
  expect(journal.page({ since: 0, after: 99, limit: 1 })).toMatchObject({
    queries: [{ name: "n6" }],
    more: true,
  });
});

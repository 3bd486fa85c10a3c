/** waitForQuery() gave up at once where it was to wait long, waited on after close(), and threw a TypeError. */

import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { ClosedError, OptionsError, startServer } from "../../src/api.ts";
import { QueryJournal } from "../../src/query-journal.ts";
import { requestOf } from "../conformance/harness.ts";

const deployment = {
  edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
  sipDomains: ["alpha.test"],
};

function sample() {
  const question = requestOf({ ask: "alpha.test. SOA" }).subarray(12);
  const client = Uint8Array.of(192, 0, 2, 1);
  return { client, port: 5300, transport: "UDP", question, rcode: 0, octets: 99 } as const;
}

afterEach(() => void vi.useRealTimers());

test.each([Number.POSITIVE_INFINITY, 3e9, 1e15])("waits for %d ms", async (timeout) => {
  vi.useFakeTimers();
  const journal = new QueryJournal(10, Date.now, "j");
  const coming = journal.waitFor("alpha.test", "SOA", { timeout });
  const outcome = coming.then(
    () => "came",
    () => "in vain",
  );
  await vi.advanceTimersByTimeAsync(2 ** 31 + 1_000);
  journal.add(sample());
  expect(await outcome).toBe("came");
});

test("gives up when the time is over, however long it was", async () => {
  vi.useFakeTimers();
  const waiting = new QueryJournal(10, Date.now, "j").waitFor("alpha.test", "SOA", { timeout: 3e9 });
  const failing = expect(waiting).rejects.toThrow("Waited 3000000000 ms for a query for SOA");
  await vi.advanceTimersByTimeAsync(3e9);
  await failing;
});

test.each<[name: unknown, type: unknown, options: unknown]>([
  [undefined, "SRV", {}],
  ["alpha.test", undefined, {}],
  ["a..b", "SRV", {}],
  ["alpha.test", "SRF", {}],
  ["alpha.test", "SRV", null],
  ["alpha.test", "SRV", { timeout: Number.NaN }],
  ["alpha.test", "SRV", { timeout: -1 }],
  ["alpha.test", "SRV", { timeout: "5" }],
  ["alpha.test", "SRV", { since: Number.NaN }],
])("waitForQuery(%j, %j, %j) throws OptionsError", async (name, type, options) => {
  const dns = await startServer({ deployment, journal: true });
  onTestFinished(() => dns.close());
  // @ts-expect-error: no compiler may have looked at it
  await expect(dns.waitForQuery(name, type, options)).rejects.toThrow(OptionsError);
});

test("close() ends the wait of those who still do, and of those who come after", async () => {
  const dns = await startServer({ deployment, journal: true });
  const waiting = expect(
    dns.waitForQuery("alpha.test", "SOA", { timeout: Number.POSITIVE_INFINITY }),
  ).rejects.toThrow(ClosedError);
  await dns.close();
  await waiting;
  await expect(dns.waitForQuery("alpha.test", "SOA")).rejects.toThrow(
    'Cannot wait for a query for SOA of "alpha.test": the server was closed',
  );
});

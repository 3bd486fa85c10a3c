import { expect, test } from "vitest";
import { totalsOf } from "../../src/cli/totals.ts";
import { COUNTER, makeCounters } from "../../src/transport/counters.ts";
import { readCounters } from "../../src/transport/counts.ts";

/** Counters with some of them set. */
function counters(set: Readonly<Record<number, number>>): Float64Array {
  const made = makeCounters();
  for (const [counter, number] of Object.entries(set)) made[Number(counter)] = number;
  return made;
}

test("totalsOf() names types and RCODEs and leaves out what never was", () => {
  const udp = counters({
    [COUNTER.RECEIVED]: 9,
    [COUNTER.REPLIES]: 7,
    [COUNTER.OCTETS_IN]: 300,
    [COUNTER.OCTETS_OUT]: 800,
    [COUNTER.TRUNCATED]: 1,
    [COUNTER.SILENT]: 2,
    [COUNTER.RCODES]: 5,
    [COUNTER.RCODES + 3]: 1,
    [COUNTER.RCODES + 15]: 1,
    [COUNTER.RCODES + 16]: 2,
    [COUNTER.RCODES + 23]: 4,
    [COUNTER.QUERY_TYPES]: 1,
    [COUNTER.QUERY_TYPES + 33]: 3,
    [COUNTER.QUERY_TYPES + 200]: 2,
    [COUNTER.QUERY_TYPES + 257]: 6,
    [COUNTER.QUERY_TYPES + 258]: 1,
    [COUNTER.OVERSIZED]: 1,
    [COUNTER.RATE_LIMITED]: 8,
    [COUNTER.SLIPPED]: 3,
    [COUNTER.COOKIES]: 2,
  });
  const tcp = counters({ [COUNTER.OPEN]: 1, [COUNTER.ACCEPTED]: 4, [COUNTER.TIMED_OUT]: 2 });
  const totals = totalsOf(readCounters([udp], tcp));
  expect(totals.udp).toEqual({
    queries: 9,
    replies: 7,
    truncated: 1,
    octetsIn: 300,
    octetsOut: 800,
    types: { unreadable: 1, SRV: 3, TYPE200: 2, CAA: 6, other: 1 },
    rcodes: { NOERROR: 5, NXDOMAIN: 1, RCODE15: 1, BADVERS: 2, BADCOOKIE: 4 },
    dropped: { silent: 2, oversized: 1, rateLimited: 5 },
    rateLimited: 8,
    slipped: 3,
    cookies: 2,
  });
  expect(totals.tcp).toMatchObject({
    queries: 0,
    types: {},
    connections: { open: 1, accepted: 4, refused: 0, displaced: 0, timedOut: 2, broken: 0 },
  });
});

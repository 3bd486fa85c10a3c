/** What names a deliberate difference named true faults, too: wrong addresses, flags of ANY, a proper IXFR refused as malformed. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Edns, requestOf, u16 } from "../conformance/harness.ts";
import type { Difference, Said } from "../interop/compare.ts";
import { DELIBERATE } from "../interop/deliberate.ts";
import { randomQueries } from "../interop/random-queries.ts";
import { ZoneSet } from "../interop/zone-set.ts";

const HEAD = "@ 300 IN SOA ns.else. host.else. 1 7200 900 1209600 300\n@ 300 IN NS ns.else.\n";
const zones = new ZoneSet({
  "a.test.": `${HEAD}@ 300 IN MX 0 one.b.test.\n@ 300 IN MX 0 x.w.b.test.\n@ 300 IN MX 0 two.b.test.`,
  "b.test.": `${HEAD}one 60 IN A 192.0.2.1\ntwo 60 IN A 192.0.2.2\n*.w 60 IN AAAA 2001:db8::3`,
});

function rowOf(difference: Omit<Difference, "theirs"> & { readonly theirs: Said }): string | undefined {
  const whole = { ...difference, theirs: [difference.theirs, difference.theirs] };
  return DELIBERATE.find(({ holds }) => holds(whole, zones))?.row;
}

function queryOf(ask: string, edns?: Edns): Difference["query"] {
  const request = { ask, ...(edns && { edns }) };
  return { request, octets: requestOf(request) };
}

describe("addresses of targets in another zone of ours", () => {
  const targets = ["one.b.test.", "two.b.test.", "x.w.b.test."];
  const said = (...additional: readonly string[]): Said => ({
    rcode: "NOERROR",
    answer: targets.map((target) => `a.test. 300 MX 0 ${target}`),
    authority: [],
    additional,
  });
  test.each([
    ["as they are there", "two.b.test. 60 A 192.0.2.2", true],
    ["of a wildcard", "x.w.b.test. 60 AAAA 2001:db8::3", true],
    ["of another target", "two.b.test. 60 A 192.0.2.1", false],
    ["with another TTL", "two.b.test. 300 A 192.0.2.2", false],
    ["of a name that leads nowhere", "y.w.b.test. 60 AAAA 2001:db8::3", false],
  ])("%s: %s", (_, record, isDeliberate) => {
    const query = queryOf("a.test. MX");
    const row = rowOf({ field: "additional", query, ours: said(record), theirs: said() });
    expect(row).toBe(isDeliberate ? "addresses of a target in another zone of ours" : undefined);
  });
});

test.each(["AA", "opt", "question"] as const)("a reply to ANY that differs in %s is a fault", (field) => {
  const ours = { rcode: "NOERROR", flags: "QR" };
  expect(rowOf({ field, query: queryOf("a.test. ANY"), ours, theirs: { ...ours, flags: "QR AA" } })).toBe(
    undefined,
  );
});

describe("records in a query", () => {
  const record = (type: number) => [0xc0, 12, ...u16(type), 0, 1, 0, 0, 0, 0, 0, 0];
  const query = (ask: string, type?: number) => {
    const octets = Uint8Array.from([...requestOf({ ask }), ...(type === undefined ? [] : record(type))]);
    if (type !== undefined) octets[9] = 1;
    return { request: { ask }, octets, twist: "a record" };
  };
  const [SOA, A] = [6, 1];
  test.each([
    { ask: "a.test. IXFR", type: SOA, rcode: "FORMERR", row: undefined },
    { ask: "a.test. IXFR", type: SOA, rcode: "REFUSED", row: undefined },
    { ask: "a.test. A", type: SOA, rcode: "FORMERR", row: "answer or authority records in a query" },
    { ask: "a.test. IXFR", type: undefined, rcode: "REFUSED", row: "IXFR without a SOA record" },
    { ask: "a.test. IXFR", type: A, rcode: "NOTAUTH", row: "IXFR without a SOA record" },
    { ask: "a.test. AXFR", type: undefined, rcode: "REFUSED", row: undefined },
  ])("$rcode to $ask with type $type: $row", ({ ask, type, rcode, row }) => {
    expect(rowOf({ field: "rcode", query: query(ask, type), ours: { rcode }, theirs: { rcode: "?" } })).toBe(
      row,
    );
  });
});

test("an IXFR with its SOA record is asked at times", () => {
  const queries = fc.sample(randomQueries(zones, 9), { seed: 1, numRuns: 2_000 });
  const drawn = queries.filter(
    ({ request, twist, octets }) =>
      twist === undefined && request.ask?.endsWith(" IXFR") === true && octets[9] === 1,
  );
  expect(drawn.length).toBeGreaterThan(5);
});

/** A record that could not be read hid all else that was wrong with the records of its zone. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

function saidOfRecords(...records: readonly string[]): string[] {
  const lines = records.map((record) => `      ${record}\n`);
  return saidWhileBuilding(`zones:\n  a.test:\n    records: |\n${lines.join("")}`);
}

const FIRST = saidOfRecords("bad A 192.0.2.300");

test.each([
  {
    why: "an address that no host can have",
    record: "www A 0.0.0.0",
    said: '5:7 error: Cannot publish address "0.0.0.0" of "www.a.test": it is unspecified (RFC 1122)',
  },
  {
    why: "a record outside of the zone",
    record: "www.b.test. A 8.8.8.8",
    said: '5:7 error: Cannot serve "www.b.test A": it lies outside of zone "a.test"',
  },
])("$why is said beside it", ({ record, said }) => {
  expect(FIRST).toHaveLength(1);
  expect(saidOfRecords("bad A 192.0.2.300", record)).toEqual([...FIRST, said]);
});

test("two records that cannot stand beside each other are said too", () => {
  expect(saidOfRecords("x CNAME y", "bad A 192.0.2.300", "x CNAME z")).toEqual([
    FIRST[0]?.replace("4:", "5:"),
    '6:7 error: Cannot serve "x.a.test CNAME": it has 2 records, one is allowed',
  ]);
});

test.each([
  { behind: ["$ORIGIN a..b", "x CNAME z", "y A 0.0.0.0"], said: 0 },
  { behind: ["$ORIGIN a..b", "$ORIGIN sub", "y A 0.0.0.0"], said: 0 },
  { behind: ["$ORIGIN a..b", "$ORIGIN a.test.", "y A 0.0.0.0"], said: 1 },
])("records belong nobody knows where behind $behind", ({ behind, said }) => {
  const all = saidOfRecords("x CNAME y", ...behind);
  expect(all[0]).toContain("Cannot read $ORIGIN");
  expect(all).toHaveLength(1 + said);
});

test("records behind an owner that cannot be read belong nobody knows whom", () => {
  expect(saidOfRecords("x CNAME y", "a..b A 8.8.8.8", "  CNAME z")).toHaveLength(1);
});

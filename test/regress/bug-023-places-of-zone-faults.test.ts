/** What keeps a zone from being served was said without a place, with final dots, and after all else was right. */

import { expect, test } from "vitest";
import { deploymentFromValue } from "../../src/deployment/load.ts";
import { build } from "../../src/reload/build.ts";
import { filesOf, saidOf } from "../deployment/given.ts";
import { saidWhileBuilding } from "./given.ts";

const HEAD = "zones:\n  a.test:\n    records: |\n";

test.each([
  {
    why: "CNAME and other data",
    records: ["x A 192.0.2.1", "x CNAME y"],
    said: ['5:7 error: Cannot serve "x.a.test CNAME": an alias stands alone, and the name has A records too'],
  },
  {
    why: "two CNAMEs",
    records: ["x CNAME y", "x CNAME z"],
    said: ['5:7 error: Cannot serve "x.a.test CNAME": it has 2 records, one is allowed'],
  },
  {
    why: "two DNAMEs",
    records: ["x DNAME y", "x DNAME z"],
    said: ['5:7 error: Cannot serve "x.a.test DNAME": it has 2 records, one is allowed'],
  },
  {
    why: "below a DNAME",
    records: ["x DNAME y", "z.x A 192.0.2.1"],
    said: [
      '5:7 error: Cannot serve "z.x.a.test A": it lies below the DNAME at "x.a.test" and can never be answered',
    ],
  },
  {
    why: "a DNAME where a zone is delegated",
    records: ["x NS ns.b.test.", "x DNAME y"],
    said: [
      '5:7 error: Cannot serve "x.a.test DNAME": the name is delegated by NS records too, and only one of the two can hold',
    ],
  },
])("$why", ({ records, said }) => {
  expect(saidWhileBuilding(HEAD + records.map((record) => `      ${record}\n`).join(""))).toEqual(said);
});

test("zone faults are said together with those of other records", () => {
  const records = ["x CNAME y", "x A 192.0.2.1", "www.b.test. A 192.0.2.1"];
  expect(saidWhileBuilding(HEAD + records.map((record) => `      ${record}\n`).join(""))).toEqual([
    '6:7 error: Cannot serve the static record "www.b.test A": it lies outside of zone "a.test"',
    '4:7 error: Cannot serve "x.a.test CNAME": an alias stands alone, and the name has A records too',
  ]);
});

test("in a value in memory, the message says the path", () => {
  const value = { zones: { "a.test": { records: "x CNAME y\nx CNAME z\n" } } };
  expect(deploymentFromValue(value, filesOf({})).ok).toBe(true);
  expect(saidOf(build({ kind: "value", value }, filesOf({}), { unixTime: 1 }))).toContain(
    ' error: Cannot serve "x.a.test CNAME": it has 2 records, one is allowed (at zones["a.test"].records, line 2, column 1)',
  );
});

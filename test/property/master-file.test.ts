/** Whatever stands in a zone file, reading it neither throws nor runs away. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { load, saidOf } from "../deployment/given.ts";

/** Words of which most are at home in a master file. */
const word = fc.oneof(
  fc.constantFrom(
    "$INCLUDE",
    "$GENERATE",
    "$ORIGIN",
    "$TTL",
    "@",
    "IN",
    "A",
    "TXT",
    "SOA",
    "NS",
    "CNAME",
    "CH",
  ),
  fc.constantFrom(
    "(",
    ")",
    '"',
    ";",
    "\\",
    "$",
    "{",
    "}",
    ",",
    "\n",
    "\n ",
    "1-3",
    "0-9/2",
    "db",
    "inc",
    "../x",
  ),
  fc.constantFrom(
    "192.0.2.1",
    "192.0.2.$",
    "x$",
    "a",
    "60",
    "\\#",
    "4",
    "C0000201",
    "ns.b.test.",
    "h$$",
    "\\$",
  ),
  fc.string({ maxLength: 6 }),
);
const text = fc
  .array(fc.tuple(word, fc.constantFrom(" ", "", "\t")), { maxLength: 40 })
  .map((words) => words.flat().join(""));

test("a zone file and what it includes", () => {
  fc.assert(
    fc.property(text, text, (db, inc) => {
      const result = load("zones: { a.test: { zoneFile: db } }\n", { db, inc });
      for (const line of saidOf(result))
        expect(line).toMatch(/^(?:\S*:\d+:\d+|d\.yaml|\d+:\d+|\S*) (?:error|warning|note): \S/s);
    }),
    { numRuns: 2000 },
  );
});

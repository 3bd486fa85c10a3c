/** An alias at the apex of a zone was not said as long as the deployment had errors of other kinds. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

const BAD_ADDRESS = `5:7 error: Cannot publish address "0.0.0.0" of "www.a.test": it is unspecified (RFC 1122)`;

function saidOf(onConflict: string, ...records: readonly string[]): string[] {
  const zone = `    onConflict: ${onConflict}\n    records: |\n      www A 0.0.0.0\n`;
  return saidWhileBuilding(`zones:\n  a.test:\n${zone}${records.map((line) => `      ${line}\n`).join("")}`);
}

test.each([
  { onConflict: "error", why: "nothing gives way" },
  { onConflict: "static", why: "an alias never takes the place of an apex" },
])("it is said with onConflict: $onConflict, as $why", ({ onConflict }) => {
  expect(saidOf(onConflict, "@ CNAME foo.")).toEqual([
    BAD_ADDRESS,
    '6:7 error: Cannot serve "a.test CNAME": an alias stands alone, and a zone has its SOA there',
  ]);
});

test("it is no error with onConflict: derived, where it is dropped", () => {
  expect(saidOf("derived", "@ CNAME foo.")).toEqual([BAD_ADDRESS]);
});

test("it is said once where other records stand beside it", () => {
  expect(saidOf("error", "@ CNAME foo.", "@ MX 1 b.test.")).toEqual([
    BAD_ADDRESS,
    '6:7 error: Cannot serve "a.test CNAME": an alias stands alone, and the name has MX records too',
  ]);
});

/** What keeps a zone from being served, as far as a master file can have it; each problem at its record. */

import { describe, expect, test } from "vitest";
import { MOST_PROBLEMS } from "../../src/result.ts";
import { buildFrom } from "../regress/given.ts";
import { BROKEN_ZONES, faultyLine, masterFile } from "./broken-zones.ts";

describe("a zone file with", () => {
  test.each(BROKEN_ZONES)("$why", (row) => {
    const built = buildFrom("zones: { a.test: { zoneFile: db } }\n", { db: masterFile(row) });
    const errors = built.ok ? [] : built.problems.filter(({ severity }) => severity === "error");
    expect(errors.map(({ message }) => message)).toEqual(row.said);
    for (const { place } of errors) expect(place).toMatchObject({ file: "db", line: faultyLine(row) });
  });

  test("nothing wrong", () => {
    const built = buildFrom("zones: { a.test: { zoneFile: db } }\n", { db: masterFile({ records: [] }) });
    expect(built).toMatchObject({ ok: true, remarks: [] });
  });

  test("more wrong than anybody reads: the rest is counted", () => {
    const records = Array.from(
      { length: MOST_PROBLEMS + 50 },
      (_, index) => `x${index} CNAME a\nx${index} CNAME b`,
    );
    const built = buildFrom("zones: { a.test: { zoneFile: db } }\n", { db: masterFile({ records }) });
    const messages = built.ok ? [] : built.problems.map(({ message }) => message);
    expect(messages).toHaveLength(MOST_PROBLEMS + 1);
    expect(messages.at(-1)).toBe('Cannot serve zone "a.test": 50 further problems like these');
  });
});

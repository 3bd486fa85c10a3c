/** `check` left problems out of which the log says that it says them all; few.ts bounds the log already. */

import { expect, test } from "vitest";
import { fewOf } from "../../src/reload/few.ts";
import { MOST_PROBLEMS } from "../../src/result.ts";
import { buildFrom, saidWhileBuilding } from "./given.ts";

const MANY = 500;

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

const ZONE = "zones: { a.test: { zoneFile: db } }\n";
const LIST = "edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]\nsipDomains: { file: db }\n";

const KINDS = [
  { kind: "names of a list", yaml: LIST, line: (index: number) => `a_${index}.test` },
  { kind: "addresses of a zone", yaml: ZONE, line: (index: number) => `x${index} A 0.0.0.0` },
  { kind: "unreadable records", yaml: ZONE, line: (index: number) => `x${index} A 192.0.2.300` },
  { kind: "records that cannot stand", yaml: ZONE, line: (index: number) => `x${index}.b.test. A 192.0.2.1` },
  { kind: "records twice", yaml: ZONE, line: () => "www A 192.0.2.1" },
] as const;

test.each(KINDS)("all $kind are said", ({ yaml, line, kind }) => {
  const said = saidWhileBuilding(yaml, { db: `${lines(MANY, line)}\n` });
  expect(said).toHaveLength(kind === "records twice" ? MANY - 1 : MANY);
});

test("all keys that are written twice are said", () => {
  expect(saidWhileBuilding(`zones: {}\n${"zones: {}\n".repeat(MANY)}`)).toHaveLength(MANY);
});

test.each(KINDS)("a flood of $kind is counted, and the log stays short", ({ yaml, line, kind }) => {
  const built = buildFrom(yaml, { db: `${lines(MOST_PROBLEMS + 51, line)}\n` });
  const all = built.ok ? built.remarks : built.problems;
  const said = all.filter(({ severity }) => severity !== "note"); // that the zone names localhost
  const other = kind === "records twice" ? "50 further" : "51 further";
  expect(said).toHaveLength(MOST_PROBLEMS + 1);
  expect(said.some(({ message }) => message.includes(other))).toBe(true);
  expect(fewOf(said)).toHaveLength(101);
});

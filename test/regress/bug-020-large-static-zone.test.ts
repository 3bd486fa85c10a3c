/** 130,000 records overflowed the stack: they were handed to a call as its arguments. */

import { expect, test } from "vitest";
import { MOST_PROBLEMS } from "../../src/result.ts";
import { buildFrom } from "./given.ts";

const COUNT = 130_000;

/** Milliseconds; none of it is a criterion, but a machine may have much else to do. */
const PATIENCE = 180_000;

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `      ${line(index)}\n`).join("");
}

test("a static zone of 130,000 names is served", { timeout: PATIENCE }, () => {
  const records = lines(COUNT, (index) => `h${index} A 192.0.2.1`);
  const built = buildFrom(`zones:\n  a.test:\n    records: |\n${records}`);
  expect(built.ok ? built.value.snapshot.rrsetCount : built.problems.slice(0, 3)).toBe(COUNT + 2);
});

test("a static zone of 65,000 delegations is served", { timeout: PATIENCE }, () => {
  const records = lines(COUNT / 2, (index) => `h${index} NS ns.b.test.`);
  const built = buildFrom(`zones:\n  a.test:\n    records: |\n${records}`);
  expect(built.ok ? built.value.snapshot.rrsetCount : built.problems.slice(0, 3)).toBe(COUNT / 2 + 2);
});

test("130,000 problems of a static zone are counted", { timeout: PATIENCE }, () => {
  const records = lines(COUNT, (index) => `h${index} A 192.0.2.300`);
  const built = buildFrom(`zones:\n  a.test:\n    records: |\n${records}`);
  const messages = built.ok ? [] : built.problems.map(({ message }) => message);
  expect(messages).toHaveLength(MOST_PROBLEMS + 1);
  expect(messages).toContain(
    `Cannot read ${COUNT - MOST_PROBLEMS} further places in the records of zone "a.test"`,
  );
});

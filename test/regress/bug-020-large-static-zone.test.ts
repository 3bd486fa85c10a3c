/** 200,000 records overflowed the stack: they were handed to a call as its arguments. */

import { expect, test } from "vitest";
import { buildFrom } from "./given.ts";

const COUNT = 200_000;

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `      ${line(index)}\n`).join("");
}

test("a static zone of 200,000 names is served", () => {
  const records = lines(COUNT, (index) => `h${index} A 192.0.2.1`);
  const built = buildFrom(`zones:\n  a.test:\n    records: |\n${records}`);
  expect(built.ok ? built.value.snapshot.rrsetCount : built.problems.slice(0, 3)).toBe(COUNT + 2);
});

test("a static zone of 100,000 delegations is served", () => {
  const records = lines(COUNT / 2, (index) => `h${index} NS ns.b.test.`);
  const built = buildFrom(`zones:\n  a.test:\n    records: |\n${records}`);
  expect(built.ok ? built.value.snapshot.rrsetCount : built.problems.slice(0, 3)).toBe(COUNT / 2 + 2);
});

test("200,000 problems of a static zone are counted", () => {
  const records = lines(COUNT, (index) => `h${index} A 192.0.2.300`);
  const built = buildFrom(`zones:\n  a.test:\n    records: |\n${records}`);
  expect(built.ok ? [] : built.problems.length).toBe(COUNT);
});

import { expect, test } from "vitest";
import { History } from "../../src/reload/history.ts";
import type { Problem } from "../../src/result.ts";

const error = (place?: Problem["place"]): Problem => ({ severity: "error", message: "Cannot use it", place });

test("History counts loads, and keeps the last twenty, the newest first", () => {
  let time = 0;
  const history = new History(() => time);
  history.started(3);
  for (time = 1; time <= 30; time++) history.refused([error({ file: "d.yaml", line: time })]);
  const { entries, counts } = history;
  expect(entries).toHaveLength(20);
  expect(entries[0]).toMatchObject({ number: 31, time: 30, outcome: { kind: "refused", problemCount: 1 } });
  expect(counts).toEqual({
    good: 1,
    failed: 30,
    observed: 0,
    lastTime: 30,
    lastGoodTime: 0,
    lastDuration: 3,
  });
});

test("History keeps fifty errors of a load and says how many there are", () => {
  const history = new History(() => 0);
  history.refused([
    ...Array.from({ length: 60 }, () => error()),
    { severity: "warning", message: "so be it" },
  ]);
  const outcome = history.entries[0]?.outcome;
  expect(outcome).toMatchObject({ kind: "refused", problemCount: 60 });
  expect(outcome?.kind === "refused" && outcome.problems).toHaveLength(50);
});

test.each([
  { why: "a short line", excerpt: "a: b", column: 4, before: "a: ", after: "b" },
  {
    why: "a line of a megabyte",
    excerpt: "x".repeat(500_000) + "y".repeat(500_000),
    column: 500_001,
    before: `…${"x".repeat(40)}`,
    after: `${"y".repeat(120)}…`,
  },
  { why: "a column behind the end", excerpt: "a:", column: 9, before: "a:", after: "" },
])("History keeps the part of $why that shows the fault", ({ excerpt, column, before, after }) => {
  const history = new History(() => 0);
  history.refused([error({ file: "d.yaml", line: 1, column, excerpt })]);
  expect(history.entries[0]?.outcome).toMatchObject({
    problems: [{ file: "d.yaml", line: 1, column, before, after }],
  });
});

test("History tells its listeners, until they have enough", () => {
  const history = new History(() => 0);
  let told = 0;
  const stop = history.listen(() => told++);
  history.started(1);
  history.fault("a thread died");
  stop();
  history.started(1);
  expect(told).toBe(2);
});

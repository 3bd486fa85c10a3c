/** A file whose second half came more than 25 ms after the first was loaded as half a file. */

import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lookAt } from "../../src/reload/files.ts";
import { FileWatch } from "../../src/reload/watch.ts";
import { temporaryDirectory } from "../reload/lab.ts";

interface Writer {
  readonly path: string;
  readonly pauses: readonly number[];
  /** The digest that was handed over. */
  readonly settled: Promise<string | undefined>;
}

/** Writes the first part at once and each other one (null: nothing) in a pause of the watch. */
function writeInParts(parts: readonly (string | null)[], answers: readonly boolean[] = [true]): Writer {
  const path = join(temporaryDirectory(), "list.txt");
  const [first, ...rest] = parts;
  writeFileSync(path, first ?? "");
  const pauses: number[] = [];
  const outcome = Promise.withResolvers<string | undefined>();
  const waiting = [...answers];
  const watch = new FileWatch({
    interval: 1_000_000,
    maximumFileSize: 1000,
    now: () => 0,
    onFault: (error) => outcome.reject(error),
    onChange: async (settled) => {
      const isDone = waiting.shift() ?? true;
      if (isDone) outcome.resolve(settled.get(path));
      return isDone;
    },
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
      appendFileSync(path, rest.shift() ?? "");
    },
  });
  onTestFinished(() => watch.close());
  watch.follow(new Map([[path, "what was loaded"]]));
  void watch.poll();
  return { path, pauses, settled: outcome.promise };
}

const cases: { why: string; parts: (string | null)[]; pauses: number[] }[] = [
  { why: "whole at once: two looks", parts: ["a.test\n"], pauses: [25] },
  { why: "in the middle of a line", parts: ["a.te", null, "st\nb.test\n"], pauses: [100, 100, 50] },
  { why: "at the end of a line", parts: ["a.test\n", "b.test\n", null, "c"], pauses: [25, 50] },
  { why: "no line end ever: three looks alike", parts: ["a.test"], pauses: [100, 100, 100] },
  {
    why: "a slow writer is given more and more time",
    parts: ["1\n", "2\n", "3\n", "4\n", "5\n", "6\n", "7\n"],
    pauses: [25, 50, 100, 200, 400, 400, 400],
  },
];

test.each(cases)("FileWatch waits for the writer: $why", async ({ parts, pauses }) => {
  const writer = writeInParts(parts);
  expect(await writer.settled).toBe(lookAt(writer.path, 1000).digest);
  expect(writer.pauses).toEqual(pauses);
});

test("a file that has not come to rest when it is read is let come to rest again", async () => {
  const writer = writeInParts(["a.test\n", null, "b.test\n"], [false, true]);
  expect(await writer.settled).toBe(lookAt(writer.path, 1000).digest);
});

test("a file that is never read as it rested is taken as it is after five tries", async () => {
  const writer = writeInParts(["a.test\n"], [false, false, false, false, false, true]);
  expect(await writer.settled).toBeUndefined();
});

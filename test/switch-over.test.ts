import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Log } from "../src/ops/log.ts";
import { Announcer, PATIENCE, takenInTime } from "../src/switch-over.ts";

const NEVER = new Promise<void>(() => {});

function logTo(said: [object, string][]): Log {
  const say = (fields: object, message: string) => void said.push([fields, message]);
  return { error: say, warn: say, info: say, debug: say };
}

describe("takenInTime()", () => {
  test.each([
    [[1], "UDP thread 1 has"],
    [[0, 2], "UDP threads 0, 2 have"],
  ])("waits no longer than its patience lasts, and says who is behind: %j", async (behind, who) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const said: [object, string][] = [];
    const waited = takenInTime(NEVER, { behind }, logTo(said));
    await vi.advanceTimersByTimeAsync(PATIENCE - 1);
    expect(said).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await waited;
    expect(said).toEqual([
      [{ threads: behind }, expect.stringMatching(`^${who} not taken the new version within 5 s`)],
    ]);
  });

  test("leaves no timer behind, and nothing said, where all goes well", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const said: [object, string][] = [];
    await takenInTime(Promise.resolve(), { behind: [] }, logTo(said));
    expect([vi.getTimerCount(), said]).toEqual([0, []]);
  });
});

test("Announcer says things in the order of their happening, each when it holds", async () => {
  const announcer = new Announcer();
  const said: string[] = [];
  const first = Promise.withResolvers<void>();
  announcer.when(first.promise, () => said.push("first"));
  announcer.next(() => said.push("second"));
  announcer.when(Promise.resolve(), () => said.push("third"));
  for (let turns = 0; turns < 20; turns++) await Promise.resolve();
  expect(said).toEqual([]);
  first.resolve();
  await announcer.said;
  expect(said).toEqual(["first", "second", "third"]);
});

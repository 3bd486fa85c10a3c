import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stopRequested } from "../../src/cli/stop.ts";
import { Stage } from "./stage.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each(["SIGTERM", "SIGINT"] as const)("stopRequested() comes with the first %s", async (name) => {
  const stage = new Stage();
  const stop = stopRequested(stage.surroundings);
  stage.signal(name);
  expect(await stop).toBe(name);
  expect(stage.exits).toEqual([]);
});

test("stopRequested() takes a Ctrl-C that npm passes on for the one that the terminal gave", () => {
  const stage = new Stage();
  void stopRequested(stage.surroundings);
  stage.signal("SIGINT");
  vi.advanceTimersByTime(100);
  stage.signal("SIGINT");
  expect(stage.exits).toEqual([]);
});

test("stopRequested() ends the process at a second signal, with the shell's code for it", () => {
  const stage = new Stage();
  void stopRequested(stage.surroundings);
  stage.signal("SIGINT");
  vi.advanceTimersByTime(300);
  stage.signal("SIGTERM");
  stage.signal("SIGINT");
  expect(stage.exits).toEqual([143, 130]);
});

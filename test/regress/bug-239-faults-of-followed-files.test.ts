/** After one fault of a certificate's files a second, different one was not logged. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Follower } from "../../src/follower.ts";
import { failed, success } from "../../src/result.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("each different fault is said once, at its second look, and anew after the files were good", () => {
  const said: string[] = [];
  const say = (_: unknown, message: string): void => void said.push(message);
  let state = "good";
  const follower = new Follower({
    interval: 10,
    log: { error: say, warn: say, info: say, debug: say },
    inForce: "good",
    read: () => (state === "good" ? success(state) : failed(state)),
    isSame: () => true,
    take: () => expect.unreachable(),
    meanwhile: "all goes on",
  });
  for (const next of ["no key", "no file", "no key", "good", "no file"]) {
    state = next;
    vi.advanceTimersByTime(50);
  }
  expect(said).toEqual(["no key; all goes on", "no file; all goes on", "no file; all goes on"]);
  state = "no key";
  vi.advanceTimersByTime(10);
  expect(said).toHaveLength(3);
  follower.look();
  expect(said.slice(3)).toEqual(["no key; all goes on"]);
  void follower.close();
});

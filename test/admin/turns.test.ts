import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Turns } from "../../src/admin/turns.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Turns, and what was made in them. */
function counting() {
  const made: string[] = [];
  const turns = new Turns<string>();
  const ask = (key: string) =>
    turns.take(key, async () => {
      made.push(key);
      return `${key}${made.length}`;
    });
  return { made, ask };
}

describe("Turns", () => {
  test("the first is made at once", async () => {
    const { ask } = counting();
    expect(await ask("a")).toBe("a1");
  });

  test("all who ask in the pause share one, made after they have asked", async () => {
    const { made, ask } = counting();
    const first = await ask("a");
    const others = [ask("a"), ask("a"), ask("a")];
    await vi.advanceTimersByTimeAsync(99);
    expect(made).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(1);
    expect([first, ...(await Promise.all(others))]).toEqual(["a1", "a2", "a2", "a2"]);
  });

  test("after the pause the next is made at once again", async () => {
    const { ask } = counting();
    await ask("a");
    await vi.advanceTimersByTimeAsync(100);
    expect(await ask("a")).toBe("a2");
  });

  test("different ones take their turns in the order in which they were asked for", async () => {
    const { made, ask } = counting();
    const asked = [ask("a"), ask("b"), ask("c"), ask("b")];
    await vi.advanceTimersByTimeAsync(100);
    expect(made).toEqual(["a", "b"]);
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all(asked)).toEqual(["a1", "b2", "c3", "b2"]);
  });

  test("no more than sixteen wait", async () => {
    const { ask } = counting();
    const asked = Array.from({ length: 17 }, (_, number) => ask(String(number)));
    expect(asked.every((promise) => promise !== undefined)).toBe(true);
    expect([ask("one more"), ask("16")]).toEqual([undefined, asked[16]]);
    await vi.advanceTimersByTimeAsync(100);
    expect(ask("one more")).toBeInstanceOf(Promise);
  });

  test("one that fails keeps nobody waiting", async () => {
    const turns = new Turns<string>();
    const failing = turns.take("a", () => Promise.reject(new Error("broken")));
    await expect(failing).rejects.toThrow("broken");
    const next = turns.take("a", async () => "fine");
    await vi.advanceTimersByTimeAsync(100);
    expect(await next).toBe("fine");
  });
});

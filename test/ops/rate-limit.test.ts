import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RateLimit } from "../../src/ops/rate-limit.ts";

const SPAN = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A limit of two, and what it told at the ends of spans. */
function telling() {
  const rests: number[] = [];
  const limit = new RateLimit(2, SPAN, Date.now);
  limit.onRest((suppressed) => rests.push(suppressed));
  return { limit, rests, take: (times: number) => Array.from({ length: times }, () => limit.take()) };
}

describe("RateLimit", () => {
  test("lets so many through in a span, and the next says how many were kept back", () => {
    const limit = new RateLimit(2, SPAN, Date.now);
    expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([0, 0, undefined, undefined]);
    vi.advanceTimersByTime(SPAN);
    expect([limit.take(), limit.take()]).toEqual([2, 0]);
  });

  test("tells at the end of the span how many were kept back, though nothing more comes", () => {
    const { rests, take } = telling();
    take(5);
    vi.advanceTimersByTime(SPAN - 1);
    expect(rests).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rests).toEqual([3]);
    expect(take(1)).toEqual([0]);
    vi.advanceTimersByTime(10 * SPAN);
    expect(rests).toEqual([3]);
  });

  test("tells at the end of the span that began with the first, not with the first that was kept back", () => {
    const { rests, take } = telling();
    take(1);
    vi.advanceTimersByTime(SPAN / 2);
    take(3);
    vi.advanceTimersByTime(SPAN / 2);
    expect(rests).toEqual([2]);
  });

  test("tells of every span that has a rest, and of no other", () => {
    const { rests, take } = telling();
    take(2);
    vi.advanceTimersByTime(SPAN);
    take(3);
    vi.advanceTimersByTime(SPAN);
    take(4);
    vi.advanceTimersByTime(SPAN);
    expect(rests).toEqual([1, 2]);
  });
});

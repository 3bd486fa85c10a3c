import { describe, expect, test } from "vitest";
import { inOrder, Slots } from "../../src/verify/limits.ts";

/** Work that ends when it is told to. */
class Bench {
  running = 0;
  most = 0;
  readonly #ends: (() => void)[] = [];

  async work(): Promise<void> {
    this.most = Math.max(this.most, ++this.running);
    await new Promise<void>((resolve) => this.#ends.push(resolve));
    this.running--;
  }

  /** Ends what runs, the last begun first, until nothing is left. */
  async endAll(): Promise<void> {
    for (let idle = 0; idle < 10; ) {
      const end = this.#ends.pop();
      end?.();
      idle = end === undefined ? idle + 1 : 0;
      await Promise.resolve();
    }
  }
}

describe("inOrder()", () => {
  test.each([1, 3, 100])("keeps the order, %i at once", async (width) => {
    const bench = new Bench();
    const results: number[] = [];
    const numbers = Array.from({ length: 20 }, (_, at) => at);
    const all = (async () => {
      const run = async (number: number) => {
        await bench.work();
        return number;
      };
      for await (const number of inOrder(numbers, width, run)) results.push(number);
    })();
    await bench.endAll();
    await all;
    expect(results).toEqual(numbers);
    expect(bench.most).toBe(Math.min(width, 20));
  });
});

describe("Slots", () => {
  test("lets so many run, and the next when one ends", async () => {
    const slots = new Slots(2);
    const bench = new Bench();
    const all = Promise.all(Array.from({ length: 5 }, () => slots.run(() => bench.work())));
    await bench.endAll();
    await all;
    expect(bench.most).toBe(2);
  });

  test("gives the slot of what failed to the next", async () => {
    const slots = new Slots(1);
    const results = await Promise.allSettled([
      slots.run(() => Promise.reject(new Error("no"))),
      slots.run(async () => "yes"),
    ]);
    expect(results).toMatchObject([{ status: "rejected" }, { value: "yes" }]);
  });
});

/** The fuzzer itself, against targets of a few lines whose branches are known. */

import { describe, expect, test } from "vitest";
import { COARSE, Coverage, clearHits, FINE, hits } from "./coverage.ts";
import { Fuzzer } from "./fuzzer.ts";
import { withCounters } from "./instrument.ts";
import { changeOctets } from "./mutate.ts";

const MAGIC = "fuzz";

/** Throws behind four branches of which each needs an octet more: by chance alone it would take 2^32 inputs. */
function executeMagic(input: Uint8Array): void {
  const wrong = [...MAGIC].findIndex((letter, at) => input[at] !== letter.charCodeAt(0));
  const branch = wrong < 0 ? MAGIC.length : wrong;
  for (let place = 0; place <= branch; place++) hits[place] = (hits[place] ?? 0) + 1;
  if (wrong < 0) throw new Error("here it is");
}

function fuzzerOf(
  execute: (input: Uint8Array) => void | Promise<void>,
  executions: number,
  seed = 1,
): Fuzzer {
  const target = { seeds: [], longest: 16, words: [Uint8Array.of(0)], change: changeOctets, execute };
  const places = () => MAGIC.length + 1;
  return new Fuzzer(target, { executions, seed, places, words: [], onInput: () => {}, onProgress: () => {} });
}

describe("Fuzzer", () => {
  test("finds what stands behind one branch after the other", async () => {
    const finding = await fuzzerOf(executeMagic, 200_000).run([]);
    expect(Buffer.from(finding?.input ?? []).toString()).toMatch(/^fuzz/);
    expect(finding?.fault).toContain("here it is");
  });

  test("finds the same with the same seed", async () => {
    const [one, other] = [
      await fuzzerOf(executeMagic, 200_000, 7).run([]),
      await fuzzerOf(executeMagic, 200_000, 7).run([]),
    ];
    expect(one).toBeDefined();
    expect(one?.input).toEqual(other?.input);
  });

  test("takes a promise that is rejected for a finding", async () => {
    const finding = await fuzzerOf(() => Promise.reject(new Error("later")), 10).run([]);
    expect(finding?.fault).toContain("later");
  });

  test("executes as many inputs as it is told, and begins with those that were kept", async () => {
    const seen: number[] = [];
    const fuzzer = fuzzerOf((input) => void seen.push(input.length), 100);
    expect(await fuzzer.run([new Uint8Array(5)])).toBeUndefined();
    expect(seen).toHaveLength(100);
    expect(seen[0]).toBe(5);
    expect(fuzzer.progress.executions).toBe(100);
  });

  test("fewest() gives an input for each branch, shorter ones first", async () => {
    const fuzzer = fuzzerOf((input) => {
      hits[Math.min(input.length, 3)] = 1;
    }, 2_000);
    await fuzzer.run([]);
    expect((await fuzzer.fewest()).map(({ length }) => Math.min(length, 3))).toEqual([0, 1, 2, 3]);
  });
});

describe("Coverage", () => {
  test.each([
    ["fine", FINE, [1, 2, 3, 4, 8, 16, 32, 128], [1, 5, 7, 9, 31, 127, 255]],
    ["coarse", COARSE, [1, 2, 16], [3, 15, 17, 255]],
  ])("%s classes tell how often a branch was taken", (_, classes, news, known) => {
    const coverage = new Coverage(classes);
    const isNew = (count: number) => {
      clearHits();
      hits[4] = count;
      return coverage.take(5);
    };
    expect(news.filter(isNew)).toEqual(news);
    expect(known.filter(isNew)).toEqual([]);
    expect(coverage.reached).toBe(1);
    expect(coverage.executionsOf(4)).toBe(news.length + known.length);
    clearHits();
  });
});

describe("withCounters()", () => {
  /** What a function of the name `f` gives, and the counters that ran. */
  function run(source: string, ...input: unknown[]): { readonly result: unknown; readonly counted: string } {
    let places = 0;
    const [, body = ""] = withCounters(source, () => places++).split(/^import [^;]+; /);
    const counters = new Uint8Array(16);
    // What is evaluated stands in the rows below.
    const result: unknown = new Function("__hits", `${body}; return f;`)(counters)(...input);
    return { result, counted: counters.subarray(0, places).join("") };
  }

  test.each([
    ["if without else", "const f = (x) => { if (x) return 1; return 2; };", true, 1, "101"],
    ["the else that is not there", "const f = (x) => { if (x) return 1; return 2; };", false, 2, "011"],
    [
      "if, else if",
      "function f(x) { if (x > 1) return 1\n else if (x) return 2; else return 3 }",
      1,
      2,
      "10011",
    ],
    ["a loop, each time", "function f(x) { let y = 0; while (x-- > 0) y++; return y }", 3, 3, "31"],
    ["a loop in one word", "function f(x) { for (const y of x) if (y) return y }", [0, 5], 5, "1121"],
    ["an arm", "const f = (x) => x ? 1 : 2;", false, 2, "011"],
    ["what is evaluated if need be", "const f = (x) => x ?? { y: 1 }.y;", undefined, 1, "11"],
    ["a default", "const f = (x = 4) => x;", undefined, 4, "11"],
    ["a case", "function f(x) { switch (x) { case 0: case 1: return 7; default: return 8 } }", 0, 7, "110"],
    ["an object as the body", "const f = (x) => ({ x });", 1, { x: 1 }, "1"],
    ["catch", "function f(x) { try { x() } catch { return 1 } return 0 }", 0, 1, "11"],
  ])("%s", (_, source, input, result, counted) => {
    const ran = run(source, input); // inner branches have the lower numbers: how often each ran is what matters
    expect(ran.result).toEqual(result);
    expect([...ran.counted].sort().join("")).toBe([...counted].sort().join(""));
  });

  test("adds no line", () => {
    const source = "export function f(x) {\n  if (x)\n    return 1;\n  return 2;\n}\n";
    expect(withCounters(source, () => 0).split("\n")).toHaveLength(source.split("\n").length);
  });
});

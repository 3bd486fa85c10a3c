import { describe, expect, test } from "vitest";
import { sipHash, sipHashKey } from "../../src/responder/siphash.ts";

const KEY = sipHashKey(Uint8Array.from({ length: 16 }, (_, at) => at));

/** The hash of 00 01 02 …, so many octets: vectors of the reference implementation (github.com/veorq/SipHash). */
const VECTORS: readonly (readonly [length: number, hash: string])[] = [
  [0, "310e0edd47db6f72"],
  [1, "fd67dc93c539f874"],
  [2, "5a4fa9d909806c0d"],
  [3, "2d7efbd796666785"],
  [4, "b7877127e09427cf"],
  [5, "8da699cd64557618"],
  [6, "cee3fe586e46c9cb"],
  [7, "37d1018bf50002ab"],
  [8, "6224939a79f5f593"],
  [15, "e545be4961ca29a1"],
  [16, "db9bc2577fcc2a3f"],
  [63, "724506eb4c328a95"],
];

describe("sipHash()", () => {
  test.each(VECTORS)("of %i octets", (length, hash) => {
    const margin = 3;
    const source = Uint8Array.from({ length: length + 2 * margin }, (_, at) => at - margin);
    const target = new Uint8Array(12).fill(0xee);
    sipHash(KEY, source, margin, length, target, 2);
    expect(Buffer.from(target).toString("hex")).toBe(`eeee${hash}eeee`);
  });
});

/** Chance that can be had again: xorshift128 from a seed (Marsaglia 2003). */

export class Random {
  readonly #state: Uint32Array;

  constructor(seed: number) {
    this.#state = Uint32Array.of(seed, seed ^ 0x9e3779b9, 0x243f6a88, 0xb7e15162);
    for (let turn = 0; turn < 16; turn++) this.#next();
  }

  /** A whole number from 0 up to `limit`, which is not among them. */
  below(limit: number): number {
    return this.#next() % limit;
  }

  /** True in one of so many cases. */
  oneIn(cases: number): boolean {
    return this.below(cases) === 0;
  }

  /** One of a list that is not empty. */
  of<T>(list: readonly T[]): T {
    const index = this.below(list.length);
    const item = list[index];
    if (item === undefined && index >= list.length) throw new Error("a list that is not empty is wanted");
    return item as T; // the index is below the length, so what is there is a T
  }

  octet(): number {
    return this.#next() & 0xff;
  }

  #next(): number {
    const state = this.#state;
    const first = state[0] ?? 0;
    const last = state[3] ?? 0;
    const mixed = first ^ (first << 11);
    state.copyWithin(0, 1);
    state[3] = last ^ (last >>> 19) ^ mixed ^ (mixed >>> 8);
    return state[3] >>> 0;
  }
}

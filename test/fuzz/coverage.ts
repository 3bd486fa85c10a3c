/** Which branches were taken, and how often: what tells the fuzzer that an input is of a new kind. */

/** Most branches that can be counted. */
const MOST_PLACES = 1 << 16;

/** How often each branch was taken since the counters were cleared; instrument.ts puts the counting in. */
export const hits = new Uint8Array(MOST_PLACES);

const words = new Uint32Array(hits.buffer);

/** The class of each count as one bit: 1, 2, 3, 4–7, 8–15, 16–31, 32–127, more; AFL's, as loops need them. */
export const FINE = Uint8Array.from({ length: 256 }, (_, count) => classOf(count));

/** Once, a few times, many times: enough for a corpus to be kept. */
export const COARSE = Uint8Array.from({ length: 256 }, (_, count) => {
  if (count < 2) return count;
  return count < 16 ? 2 : 4;
});

function classOf(count: number): number {
  if (count < 4) return [0, 1, 2, 4][count] ?? 0;
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
}

/** What was seen so far. */
export class Coverage {
  readonly #seen = new Uint8Array(MOST_PLACES);
  /** Executions that took each branch. */
  readonly #executions = new Float64Array(MOST_PLACES);
  readonly #classes: Uint8Array;

  constructor(classes = FINE) {
    this.#classes = classes;
  }

  /** Takes the counters in; says whether there was anything new in them. `places` are in use. */
  take(places: number): boolean {
    let isNew = false;
    for (let word = 0; word <= places >>> 2; word++) {
      if (words[word] !== 0 && this.#takeWord(word << 2)) isNew = true;
    }
    return isNew;
  }

  #takeWord(start: number): boolean {
    let isNew = false;
    for (let place = start; place < start + 4; place++) {
      if (hits[place] === 0) continue;
      this.#executions[place] = (this.#executions[place] ?? 0) + 1;
      const before = this.#seen[place] ?? 0;
      const after = before | (this.#classes[hits[place] ?? 0] ?? 0);
      if (after === before) continue;
      this.#seen[place] = after;
      isNew = true;
    }
    return isNew;
  }

  /** In how many executions a branch was taken. */
  executionsOf(place: number): number {
    return this.#executions[place] ?? 0;
  }

  /** Branches that were taken at least once. */
  get reached(): number {
    return this.#seen.reduce((sum, classes) => sum + (classes === 0 ? 0 : 1), 0);
  }
}

/** The branches that the counters say were taken. */
export function takenPlaces(places: number): number[] {
  return Array.from({ length: places }, (_, place) => place).filter((place) => hits[place] !== 0);
}

/** Forgets what was counted. */
export function clearHits(places = MOST_PLACES): void {
  words.fill(0, 0, (places >>> 2) + 1);
}

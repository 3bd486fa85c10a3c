/** The loop: takes an input, changes it, executes it, and keeps it if it took a branch that none did before. */

import { COARSE, Coverage, clearHits, takenPlaces } from "./coverage.ts";
import { splice } from "./mutate.ts";
import { Random } from "./random.ts";
import type { Target } from "./target.ts";

/** Milliseconds that one execution may take. */
export const HANG = 10;

/**
 * A slow execution is done again so many times, and then processor time counts: on a busy machine anything may be
 * slow. That clock goes in steps of 4 ms, so it is read around all of them.
 */
const AGAIN = 16;

export interface FuzzOptions {
  readonly executions: number;
  readonly seed: number;
  /** Branches that have a counter by now: modules may come later. */
  readonly places: () => number;
  /** Constants of the sources. */
  readonly words: readonly Uint8Array[];
  /** Told of each input before it is executed, so that one that never ends is known. */
  readonly onInput: (input: Uint8Array) => void;
  /** Told how it goes, now and then. */
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly executions: number;
  readonly seconds: number;
  readonly inputs: number;
  readonly reached: number;
  readonly places: number;
  /** Of the slowest execution: milliseconds of processor time, the mean of several, and the input. */
  readonly slowest: number;
  readonly slowestInput: Uint8Array;
}

/** An input that broke something, and what it broke. */
export interface Finding {
  readonly input: Uint8Array;
  readonly fault: string;
}

export class Fuzzer {
  readonly #target: Target;
  readonly #options: FuzzOptions;
  readonly #random: Random;
  readonly #words: readonly Uint8Array[];
  readonly #coverage = new Coverage();
  readonly #kept: Uint8Array[] = [];
  /** The shortest input that takes each branch, and the branches that have one. */
  readonly #shortest: Uint8Array[] = [];
  readonly #reached: number[] = [];
  readonly #start = performance.now();
  #executions = 0;
  #slowest = 0;
  #slowestInput: Uint8Array = new Uint8Array();

  constructor(target: Target, options: FuzzOptions) {
    this.#target = target;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#words = [...target.words, ...target.words, ...options.words];
  }

  /** Executes what was kept before, then ever new inputs. Ends at the first finding. */
  async run(before: readonly Uint8Array[]): Promise<Finding | undefined> {
    clearHits();
    for (const input of [...before, ...this.#target.seeds, new Uint8Array()]) {
      const fault = await this.#try(input);
      if (fault !== undefined) return { input, fault };
    }
    const step = Math.max(1, Math.floor(this.#options.executions / 10));
    for (let next = step; this.#executions < this.#options.executions; ) {
      const input = this.#newInput();
      const fault = await this.#try(input);
      if (fault !== undefined) return { input, fault };
      if (this.#executions < next) continue;
      this.#options.onProgress(this.progress);
      next += step;
    }
    return undefined;
  }

  get progress(): Progress {
    return {
      executions: this.#executions,
      seconds: (performance.now() - this.#start) / 1000,
      inputs: this.#kept.length,
      reached: this.#coverage.reached,
      places: this.#options.places(),
      slowest: this.#slowest,
      slowestInput: this.#slowestInput,
    };
  }

  /** The shortest inputs that take all branches that were taken, counted coarsely. */
  async fewest(): Promise<Uint8Array[]> {
    const coverage = new Coverage(COARSE);
    const fewest: Uint8Array[] = [];
    clearHits();
    for (const input of this.#kept.toSorted((one, other) => one.length - other.length)) {
      await this.#target.execute(input);
      if (coverage.take(this.#options.places())) fewest.push(input);
      clearHits(this.#options.places());
    }
    return fewest;
  }

  /** What the input breaks; undefined where all is well. */
  async #try(input: Uint8Array): Promise<string | undefined> {
    this.#options.onInput(input);
    this.#executions++;
    const { fault, milliseconds } = await this.#execute(input);
    if (fault !== undefined) return fault;
    this.#keepIfNew(input);
    if (milliseconds <= Math.max(1, this.#slowest)) return undefined;
    return this.#checkTime(input);
  }

  #keepIfNew(input: Uint8Array): void {
    const places = this.#options.places();
    const taken = this.#coverage.take(places) ? takenPlaces(places) : undefined;
    clearHits(places);
    if (taken === undefined) return;
    this.#kept.push(input);
    for (const place of taken) {
      const before = this.#shortest[place];
      if (before === undefined) this.#reached.push(place);
      if (before === undefined || input.length < before.length) this.#shortest[place] = input;
    }
  }

  async #checkTime(input: Uint8Array): Promise<string | undefined> {
    const before = process.threadCpuUsage();
    for (let left = AGAIN; left > 0; left--) await this.#execute(input);
    const { user, system } = process.threadCpuUsage(before);
    const mean = (user + system) / 1000 / AGAIN;
    clearHits();
    if (mean > this.#slowest) [this.#slowest, this.#slowestInput] = [mean, input];
    return mean > HANG ? `it took ${mean.toFixed(1)} ms, ${HANG} are allowed` : undefined;
  }

  async #execute(input: Uint8Array): Promise<{ fault: string | undefined; milliseconds: number }> {
    const start = performance.now();
    try {
      const pending = this.#target.execute(input);
      if (pending !== undefined) await pending; // awaiting what is no promise would cost more than executing it
    } catch (fault) {
      return {
        fault: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault),
        milliseconds: 0,
      };
    }
    return { fault: undefined, milliseconds: performance.now() - start };
  }

  #newInput(): Uint8Array {
    const random = this.#random;
    let input = this.#one();
    if (random.oneIn(12)) input = splice(input, this.#one(), random);
    for (let left = 1 << random.below(5); left > 0; left -= 1 + random.below(2))
      input = this.#target.change(input, random, this.#words);
    return input.subarray(0, this.#target.longest);
  }

  /** Half of the time one that takes a branch which few executions take: what lies behind it is known least. */
  #one(): Uint8Array {
    if (this.#random.oneIn(2)) return this.#rare();
    const [one, other] = [this.#any(), this.#any()];
    return one.length < other.length ? one : other; // the quicker one, most likely; time itself is chance that no seed repeats
  }

  #rare(): Uint8Array {
    let rarest = this.#random.of(this.#reached);
    for (let left = 12; left > 0; left--) {
      const place = this.#random.of(this.#reached);
      if (this.#coverage.executionsOf(place) < this.#coverage.executionsOf(rarest)) rarest = place;
    }
    return this.#shortest[rarest] ?? new Uint8Array();
  }

  /** Half of the time one of those that came last: where there was something new, more may be near. */
  #any(): Uint8Array {
    const count = this.#kept.length;
    const recent = Math.min(count, Math.max(16, count >>> 3));
    const index = this.#random.oneIn(2) ? count - 1 - this.#random.below(recent) : this.#random.below(count);
    return this.#kept[index] ?? new Uint8Array();
  }
}

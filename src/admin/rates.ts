/** Answers per second over the last two minutes, by query type and by RCODE: the counters, looked at every second. */

import type { AdminSources, Traffic } from "./sources.ts";

/** A line of a chart: what each second brought, the latest last. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

export interface Rates {
  /** Answers of each second. */
  readonly answers: readonly number[];
  readonly byType: readonly Series[];
  readonly byRcode: readonly Series[];
}

/** Seconds that are remembered. */
export const WINDOW = 120;

/** What has a colour of its own; all else is "other". */
const TYPES = ["SRV", "A", "AAAA", "SOA"];
const RCODES = ["NOERROR", "NXDOMAIN", "REFUSED", "FORMERR"];
const OTHER = "other";

interface Sample {
  /** Milliseconds. */
  readonly time: number;
  readonly answers: number;
  readonly types: ReadonlyMap<string, number>;
  readonly rcodes: ReadonlyMap<string, number>;
}

type RateSources = Pick<AdminSources, "now" | "traffic" | "typeName" | "rcodeName">;

export class RateRecorder {
  readonly #sources: RateSources;
  #samples: readonly Sample[];

  constructor(sources: RateSources) {
    this.#sources = sources;
    this.#samples = [this.#sample()];
  }

  /** Looks at the counters; to be called every second. */
  tick(): void {
    this.#samples = [...this.#samples, this.#sample()].slice(-WINDOW - 1);
  }

  get rates(): Rates {
    return {
      answers: this.#differences(({ answers }) => answers),
      byType: this.#series([...TYPES, OTHER], (sample) => sample.types),
      byRcode: this.#series([...RCODES, OTHER], (sample) => sample.rcodes),
    };
  }

  #series(names: readonly string[], counts: (sample: Sample) => ReadonlyMap<string, number>): Series[] {
    return names.map((name) => ({
      name,
      values: this.#differences((sample) => counts(sample).get(name) ?? 0),
    }));
  }

  /** A tick may come late, so what it brought is divided by the time that has passed. */
  #differences(count: (sample: Sample) => number): number[] {
    return this.#samples.slice(1).map((sample, at) => {
      const before = this.#samples[at] ?? sample;
      const seconds = Math.max(sample.time - before.time, 1) / 1000;
      return Math.max(0, count(sample) - count(before)) / seconds;
    });
  }

  #sample(): Sample {
    const { now, traffic, typeName, rcodeName } = this.#sources;
    const counted = traffic();
    return {
      time: now(),
      answers: counted.reduce((sum, { replies }) => sum + replies, 0),
      types: sumByName(counted, ({ queryTypes }) => queryTypes, TYPES, typeName),
      rcodes: sumByName(counted, ({ rcodes }) => rcodes, RCODES, rcodeName),
    };
  }
}

function sumByName(
  traffic: readonly Traffic[],
  countsOf: (traffic: Traffic) => readonly number[],
  known: readonly string[],
  nameOf: (code: number) => string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const counts of traffic.map(countsOf)) {
    counts.forEach((count, code) => {
      if (count === 0) return;
      const name = nameOf(code);
      const shown = known.includes(name) ? name : OTHER;
      sums.set(shown, (sums.get(shown) ?? 0) + count);
    });
  }
  return sums;
}

/** The last reloads, with what each changed or what was wrong: what an operator asks for first at night. */

import type { Problem } from "../result.ts";
import type { Reloaded } from "./reloader.ts";
import type { ReloadReport } from "./report.ts";

/** One load and its end. */
export interface HistoryEntry {
  /** Counts from 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly outcome: LoadOutcome;
}

export type LoadOutcome =
  /** The first load of this process. */
  | { readonly kind: "started"; readonly milliseconds: number }
  | { readonly kind: "reloaded"; readonly milliseconds: number; readonly report: ReloadReport }
  /** The last good version stayed. */
  | {
      readonly kind: "refused";
      /** The first of them. */
      readonly problems: readonly ToldProblem[];
      readonly problemCount: number;
    }
  /** Something beside the deployment went wrong: the state directory, a thread. */
  | { readonly kind: "fault"; readonly sentence: string };

/** A problem, and the part of the offending line that shows it. */
export interface ToldProblem {
  readonly message: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** What stands before the column, and from it on. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Numbers for metrics. */
export interface HistoryCounts {
  readonly good: number;
  readonly failed: number;
  /** Milliseconds since 1970 of the last load, and of the last good one. */
  readonly lastTime: number;
  readonly lastGoodTime: number;
  /** Milliseconds that the last good load took. */
  readonly lastDuration: number;
}

/** Entries and problems that are remembered at most. */
const MOST_ENTRIES = 20;
const MOST_PROBLEMS = 50;

/** Characters of an offending line that are remembered, and those of them before the column: one-line JSON can be megabytes. */
const EXCERPT_LENGTH = 160;
const EXCERPT_BEFORE = 80;

export class History {
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #entries: readonly HistoryEntry[] = [];
  #counts: HistoryCounts = { good: 0, failed: 0, lastTime: 0, lastGoodTime: 0, lastDuration: 0 };
  #number = 0;

  /** `now` gives milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The newest first. */
  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  get counts(): HistoryCounts {
    return this.#counts;
  }

  /** Calls back after each entry; the function that is given back ends that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  started(milliseconds: number): void {
    this.#good(milliseconds, { kind: "started", milliseconds });
  }

  reloaded({ milliseconds, report }: Pick<Reloaded, "milliseconds" | "report">): void {
    this.#good(milliseconds, { kind: "reloaded", milliseconds, report });
  }

  refused(problems: readonly Problem[]): void {
    const errors = problems.filter(({ severity }) => severity === "error");
    const { failed } = this.#counts;
    this.#counts = { ...this.#counts, failed: failed + 1, lastTime: this.#now() };
    this.#add({
      kind: "refused",
      problems: errors.slice(0, MOST_PROBLEMS).map(told),
      problemCount: errors.length,
    });
  }

  fault(sentence: string): void {
    this.#add({ kind: "fault", sentence });
  }

  #good(milliseconds: number, outcome: LoadOutcome): void {
    const time = this.#now();
    const { good } = this.#counts;
    this.#counts = {
      ...this.#counts,
      good: good + 1,
      lastTime: time,
      lastGoodTime: time,
      lastDuration: milliseconds,
    };
    this.#add(outcome);
  }

  #add(outcome: LoadOutcome): void {
    const entry = { number: ++this.#number, time: this.#now(), outcome };
    this.#entries = [entry, ...this.#entries].slice(0, MOST_ENTRIES);
    for (const listener of this.#listeners) listener();
  }
}

function told({ message, place }: Problem): ToldProblem {
  if (place === undefined) return { message };
  const { file, line, column, excerpt } = place;
  if (excerpt === undefined) return { message, file, line, column };
  const at = Math.min((column ?? 1) - 1, excerpt.length);
  const start = at <= EXCERPT_BEFORE ? 0 : at - EXCERPT_BEFORE / 2;
  const end = start + EXCERPT_LENGTH;
  return {
    message,
    file,
    line,
    column,
    before: `${start > 0 ? "…" : ""}${excerpt.slice(start, at)}`,
    after: `${excerpt.slice(at, end)}${end < excerpt.length ? "…" : ""}`,
  };
}

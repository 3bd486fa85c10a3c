/**
 * The last loads, with what each changed or what was wrong: what an operator asks for first at night. What was
 * seen of the network and what went wrong beside the deployment stand among them, but push none of them out.
 */

import type { Problem } from "../result.ts";
import type { Reloaded } from "./reloader.ts";
import type { ReloadReport } from "./report.ts";

/** One load and its end, or several of one kind that came to the same. */
export interface HistoryEntry {
  /** Counts from 1. */
  readonly number: number;
  /** Milliseconds since 1970, of the first. */
  readonly time: number;
  /** Of the last of them. */
  readonly outcome: LoadOutcome;
  /** How many there were. */
  readonly count: number;
  /** Milliseconds since 1970 of the last. */
  readonly lastTime: number;
}

export type LoadOutcome =
  /** The first load of this process. */
  | { readonly kind: "started"; readonly milliseconds: number }
  | { readonly kind: "reloaded"; readonly milliseconds: number; readonly report: ReloadReport }
  /** The last good files were built again, with what was seen of the network. */
  | {
      readonly kind: "observed";
      readonly milliseconds: number;
      readonly report: ReloadReport;
      /** What was seen, the first sentences of it. */
      readonly causes: readonly string[];
      readonly causeCount: number;
    }
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
  /** Loads of the deployment's files. */
  readonly good: number;
  readonly failed: number;
  /** Builds of files that were loaded before, with what was seen of the network. */
  readonly observed: number;
  /** Milliseconds since 1970 of the last load, and of the last good one. */
  readonly lastTime: number;
  readonly lastGoodTime: number;
  /** Milliseconds that the last good load took. */
  readonly lastDuration: number;
}

/** Entries of each sort, problems and causes that are remembered at most. */
const MOST_ENTRIES = 20;
const MOST_PROBLEMS = 50;
const MOST_CAUSES = 5;

/** Entries of one sort push out only their like: a flapping server must not hide what is wrong with the file. */
type Sort = "load" | "observation" | "fault";

/** Characters of an offending line that are remembered, and those of them before the column: one-line JSON can be megabytes. */
const EXCERPT_LENGTH = 160;
const EXCERPT_BEFORE = 80;

export class History {
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #entries: readonly HistoryEntry[] = [];
  #counts: HistoryCounts = { good: 0, failed: 0, observed: 0, lastTime: 0, lastGoodTime: 0, lastDuration: 0 };
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

  reloaded({ cause, observed, milliseconds, report }: HistoricReload): void {
    if (cause === "files") this.#good(milliseconds, { kind: "reloaded", milliseconds, report });
    else this.#observed(observed, { milliseconds, report });
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

  #observed(causes: readonly string[], built: Pick<Reloaded, "milliseconds" | "report">): void {
    this.#counts = { ...this.#counts, observed: this.#counts.observed + 1 };
    const told = { causes: causes.slice(0, MOST_CAUSES), causeCount: causes.length };
    this.#add({ kind: "observed", ...built, ...told });
  }

  #add(outcome: LoadOutcome): void {
    const time = this.#now();
    const last = this.#entries.find((entry) => sortOf(entry.outcome) === sortOf(outcome));
    const isAgain = last !== undefined && comesToTheSame(last.outcome, outcome);
    const entry = isAgain
      ? { ...last, outcome, count: last.count + 1, lastTime: time }
      : { number: ++this.#number, time, outcome, count: 1, lastTime: time };
    this.#entries = withinBounds([entry, ...this.#entries.filter((one) => !isAgain || one !== last)]);
    for (const listener of this.#listeners) listener();
  }
}

/** What history asks of a good reload. */
export type HistoricReload = Pick<Reloaded, "cause" | "observed" | "milliseconds" | "report">;

function sortOf({ kind }: LoadOutcome): Sort {
  if (kind === "observed") return "observation";
  return kind === "fault" ? "fault" : "load";
}

/** The newest of each sort. */
function withinBounds(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const counts: Record<Sort, number> = { load: 0, observation: 0, fault: 0 };
  return entries.filter(({ outcome }) => ++counts[sortOf(outcome)] <= MOST_ENTRIES);
}

/** Whether a second entry would say nothing that the first does not. */
function comesToTheSame(before: LoadOutcome, now: LoadOutcome): boolean {
  if (now.kind !== "reloaded")
    return now.kind !== "started" && JSON.stringify(before) === JSON.stringify(now);
  return before.kind === "reloaded" && changesNothing(before.report) && changesNothing(now.report);
}

function changesNothing({ zones: { added, changed, removed } }: ReloadReport): boolean {
  return added + changed + removed === 0;
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

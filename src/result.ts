/**
 * Outcomes that are expected to go wrong, as values. Exceptions are for bugs only.
 */

/** How much a problem weighs: an error stops the load, a warning and a note do not. */
export type Severity = "error" | "warning" | "note";

/** Where in a file a problem lies. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The offending line as it stands in the file, without its line end. */
  readonly excerpt?: string | undefined;
}

/** One thing that is wrong, in a sentence that an operator can act on (no final period). */
export interface Problem {
  readonly severity: Severity;
  readonly message: string;
  readonly place?: Place | undefined;
  /** What kind of problem it is, for those who look it up in docs/lint.md. */
  readonly code?: string | undefined;
}

/**
 * Problems of one list, or of one zone's records, that are told one by one; the rest is counted. It bounds memory
 * alone: a log takes fewer of them, and whoever checks a deployment wants to see them all.
 */
export const MOST_PROBLEMS = 10_000;

/** A value with the warnings and notes met on the way, or every error at once. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly remarks: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A good result; `remarks` holds warnings and notes only. */
export function success<T>(value: T, remarks: readonly Problem[] = []): Result<T> {
  return { ok: true, value, remarks };
}

/** A bad result with everything that is wrong, remarks included. */
export function failure(problems: readonly Problem[]): {
  readonly ok: false;
  readonly problems: readonly Problem[];
} {
  return { ok: false, problems };
}

/** A bad result for one error. */
export function failed(
  message: string,
  place?: Place,
): { readonly ok: false; readonly problems: readonly Problem[] } {
  return failure([{ severity: "error", message, place }]);
}

/** The value if nothing among the problems is an error, all the problems otherwise. */
export function settle<T>(value: T, problems: readonly Problem[]): Result<T> {
  return problems.some((problem) => problem.severity === "error")
    ? failure(problems)
    : success(value, problems);
}

/** What lint finds: problems with a code, each kind told a bounded number of times. */

import type { Place, Problem } from "../result.ts";

/** How much a finding weighs. What stops a load is an error there; lint looks at what can be served. */
export type LintSeverity = "warning" | "note";

/** One thing that lint found. */
export interface Finding {
  /** One sentence: what is, why it matters, what to do. No final period. */
  readonly message: string;
  readonly place?: Place | undefined;
}

/** Findings of a kind that are told one by one; a hoster can have a hundred thousand. */
const MOST_FINDINGS = 10;

/** The findings of one kind as problems. */
export function problemsOf(code: string, severity: LintSeverity, findings: Iterable<Finding>): Problem[] {
  const problems: Problem[] = [];
  let rest = 0;
  for (const { message, place } of findings) {
    if (problems.length < MOST_FINDINGS) problems.push({ severity, code, message, place });
    else rest++;
  }
  if (rest > 0) problems.push({ severity, code, message: `And ${rest} more like the last one` });
  return problems;
}

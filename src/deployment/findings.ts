/** Gathers what is wrong while a deployment is read, so that all of it is reported at once. */

import type { Place, Problem } from "../result.ts";

export class Findings {
  readonly problems: Problem[] = [];

  /** `code` is for those kinds that docs/lint.md lists. */
  error(message: string, place?: Place, code?: string): void {
    this.problems.push({ severity: "error", message, place, code });
  }

  warning(message: string, place?: Place): void {
    this.problems.push({ severity: "warning", message, place });
  }

  note(message: string, place?: Place): void {
    this.problems.push({ severity: "note", message, place });
  }

  /** There may be more of them than a call takes arguments. */
  addAll(problems: readonly Problem[]): void {
    for (const problem of problems) this.problems.push(problem);
  }

  get hasErrors(): boolean {
    return this.problems.some((problem) => problem.severity === "error");
  }
}

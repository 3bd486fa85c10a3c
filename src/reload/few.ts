/** Problems in a number that somebody reads. */

import type { Problem } from "../result.ts";

/** Problems of one load that a log is told; `check` prints them all. */
const MOST_PROBLEMS = 100;

/** The first of the problems, errors in front, and one that counts the rest. */
export function fewOf(problems: readonly Problem[], most = MOST_PROBLEMS): readonly Problem[] {
  if (problems.length <= most) return problems;
  const errors = problems.filter(({ severity }) => severity === "error");
  const sorted = [...errors, ...problems.filter(({ severity }) => severity !== "error")];
  const rest = problems.length - most;
  const severity = errors.length > most ? "error" : "warning";
  const message = `… and ${rest.toLocaleString("en")} more problem${rest === 1 ? "" : "s"}; \`xmpp-edge-dns check\` says all`;
  return [...sorted.slice(0, most), { severity, message }];
}

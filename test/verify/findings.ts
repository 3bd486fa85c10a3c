/** Findings as rows of a test. */

import type { Finding } from "../../src/verify/finding.ts";

/** "mark code subject: sentence", the code where there is one. */
export function lines(findings: readonly Finding[]): string[] {
  return findings.map(({ mark, code, subject, sentence }) =>
    [mark, ...(code === undefined ? [] : [code]), `${subject}: ${sentence}`].join(" "),
  );
}

/** Those of them that are not fine. */
export function complaints(findings: readonly Finding[]): string[] {
  return lines(findings.filter(({ mark }) => mark !== "fine"));
}

/** What `verify` finds: a mark, what it is about, a sentence, and the cure. docs/verify.md has a line for each code. */

/** The parts of a verification, in the order in which a partner goes through them. */
export const STEPS = ["delegation", "records", "transports", "service"] as const;
export type Step = (typeof STEPS)[number];

/** How bad it is. */
export type Mark = "fine" | "skipped" | "warning" | "broken";

/** Everything that can be wrong. */
export const CODES = [
  "no-answer",
  "no-zone",
  "name-server-address",
  "name-server-silent",
  "name-server-lame",
  "serials-differ",
  "delegation-differs",
  "delegation-unseen",
  "srv-missing",
  "srv-refused",
  "srv-unwanted",
  "srv-fallback",
  "srv-alias",
  "target-missing",
  "target-additional",
  "target-differs",
  "target-alias",
  "address-missing",
  "address-additional",
  "address-none",
  "address-private",
  "ttl-differs",
  "direct-tls",
  "tcp-fails",
  "tcp-differs",
  "edns-fails",
  "truncated",
  "closed",
  "no-stream",
  "stream-error",
  "no-starttls",
  "tls-fails",
  "tls-old",
  "certificate-name",
  "certificate-common-name",
  "certificate-expired",
  "certificate-early",
  "certificate-expires",
  "certificate-chain",
  "no-authentication",
] as const;
export type Code = (typeof CODES)[number];

export interface Finding {
  readonly step: Step;
  readonly mark: Mark;
  /** Of warnings and what is broken. */
  readonly code?: Code | undefined;
  /** What was looked at: a name, an address. */
  readonly subject: string;
  /** What was seen; no final period. */
  readonly sentence: string;
  /** What to do about it. */
  readonly cure?: string | undefined;
  /** How long it took. */
  readonly milliseconds?: number | undefined;
}

/** What a finding says beside its step and mark. */
export type Said = Pick<Finding, "subject" | "sentence" | "milliseconds">;

/** What a finding says that is not fine. */
export type Complaint = Said & { readonly code: Code; readonly cure: string };

/** Makers of findings for one step. */
export interface Findings {
  fine(said: Said): Finding;
  skipped(said: Said): Finding;
  warning(complaint: Complaint): Finding;
  broken(complaint: Complaint): Finding;
}

/** Makers of findings for a step. */
export function findingsFor(step: Step): Findings {
  return {
    fine: (said) => ({ step, mark: "fine", ...said }),
    skipped: (said) => ({ step, mark: "skipped", ...said }),
    warning: (complaint) => ({ step, mark: "warning", ...complaint }),
    broken: (complaint) => ({ step, mark: "broken", ...complaint }),
  };
}

/** The worst of all marks; what was skipped is nobody's fault. */
export function worstOf(findings: readonly Finding[]): "fine" | "warning" | "broken" {
  if (findings.some(({ mark }) => mark === "broken")) return "broken";
  return findings.some(({ mark }) => mark === "warning") ? "warning" : "fine";
}

/** When a server counts as up or down: after so many checks in a row, so that one lost packet decides nothing. */

/** What came of one check; the reason as the second half of a sentence. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface HealthState {
  /** Unknown until the first check succeeds or enough of them have failed; it counts as up. */
  readonly state: "unknown" | "up" | "down";
  /** Milliseconds since 1970 of the last change of the state. */
  readonly since: number;
  /** Why it is down, or why the last check failed where enough of them have not yet; undefined where the last succeeded. */
  readonly reason: string | undefined;
  /** Checks in a row that speak against the state. */
  readonly against: number;
  /** How often it went up or down. */
  readonly changes: number;
}

export interface Thresholds {
  readonly down: number;
  readonly up: number;
}

/** Before the first check. */
export function unchecked(now: number): HealthState {
  return { state: "unknown", since: now, reason: undefined, against: 0, changes: 0 };
}

/** The state after one more check. */
export function checked(
  before: HealthState,
  outcome: Outcome,
  now: number,
  { down, up }: Thresholds,
): HealthState {
  const isGood = outcome.ok && before.state !== "down";
  if (isGood && before.state === "unknown")
    return { ...before, state: "up", since: now, against: 0, reason: undefined };
  if (isGood) return { ...before, against: 0, reason: undefined };
  const reason = outcome.ok ? before.reason : outcome.reason;
  if (!outcome.ok && before.state === "down") return { ...before, against: 0, reason };
  const against = before.against + 1;
  if (against < (outcome.ok ? up : down)) return { ...before, against, reason };
  const changes = before.changes + 1;
  return outcome.ok
    ? { state: "up", since: now, against: 0, reason: undefined, changes }
    : { state: "down", since: now, against: 0, reason, changes };
}

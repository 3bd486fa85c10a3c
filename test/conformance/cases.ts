/** Runs tables of cases: each row asks one question and says what comes back. */

import { expect, test } from "vitest";
import type { Snapshot } from "../../src/zone/snapshot.ts";
import { ask, type Request } from "./harness.ts";

export interface Case extends Request {
  readonly why: string;
  readonly rcode: string;
  /** Of QR AA TC RD RA AD CD; `QR AA RD` unless said otherwise. */
  readonly replyFlags?: string;
  /** Records as sets; sections that are not named are empty. */
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
  /** Options of the reply's OPT, as `CODE:hex`; without it the reply has no OPT. */
  readonly opt?: readonly string[];
}

/** One test for each row, titled with what is asked and why. */
export function runCases(snapshot: Snapshot, cases: readonly Case[]): void {
  for (const row of cases) {
    const title = `${row.ask ?? "no question"}: ${row.why}`;
    test(title, () => expect(outcomeOf(snapshot, row)).toEqual(wantedOf(row)));
  }
}

function outcomeOf(snapshot: Snapshot, row: Case): object {
  const reply = ask(snapshot, row);
  if (reply === undefined) return { rcode: "SILENCE" };
  return {
    rcode: reply.rcode,
    flags: reply.flags,
    question: reply.question,
    answer: [...reply.answer].sort(),
    authority: [...reply.authority].sort(),
    additional: [...reply.additional].sort(),
    opt: reply.opt?.options,
  };
}

function wantedOf(row: Case): object {
  return {
    rcode: row.rcode,
    flags: row.replyFlags ?? "QR AA RD",
    question: row.ask,
    answer: [...(row.answer ?? [])].sort(),
    authority: [...(row.authority ?? [])].sort(),
    additional: [...(row.additional ?? [])].sort(),
    opt: row.opt,
  };
}

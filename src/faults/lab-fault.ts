/** What a DNS server does wrong on a bad day, on purpose and for tests: which queries it strikes, and how. */

import type { Prefix } from "../dns/prefix.ts";

/** A fault. It can be sent from thread to thread. */
export interface LabFault {
  readonly id: string;
  readonly strikes: Target;
  readonly misdeed: Misdeed;
  /** From 0 to 1: how likely it strikes a query that it could strike. */
  readonly probability: number;
  /** With the same seed the same queries are struck. */
  readonly seed: number;
  /** How many queries are struck at the most. */
  readonly count: number | undefined;
}

/** The queries that a fault can strike: all of these hold; what is undefined holds for every query. */
export interface Target {
  readonly owner: Owner | undefined;
  /** QTYPE. */
  readonly type: number | undefined;
  readonly client: Prefix | undefined;
  readonly transport: "UDP" | "TCP" | undefined;
}

/** A name by its key (DomainName.key), or all names below it. */
export interface Owner {
  readonly key: string;
  readonly isBelow: boolean;
}

export type Misdeed =
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "oversized"; readonly octets: number }
  | { readonly kind: "rcode"; readonly rcode: number }
  /** Each is 4 or 16 octets. `stale` says nothing else, `flapping` every other time. */
  | { readonly kind: "stale" | "flapping"; readonly addresses: readonly Uint8Array[] }
  | { readonly kind: PlainMisdeed };

/** Misdeeds that need no more to be said. */
export type PlainMisdeed = (typeof PLAIN_MISDEEDS)[number];
export const PLAIN_MISDEEDS = [
  "drop",
  "truncate",
  "wrong-id",
  "no-opt",
  "zero-ttl",
  "compressed-target",
  "no-service",
  "lame",
  "close",
] as const;

export const MISDEEDS = ["delay", "oversized", "rcode", "stale", "flapping", ...PLAIN_MISDEEDS] as const;

/** A fault and what it has done, shared by all threads. */
export interface ActiveFault {
  readonly fault: LabFault;
  /** Laid out by `TALLY`. */
  readonly tally: Int32Array<SharedArrayBuffer>;
}

/**
 * Words of a tally: queries that a fault could have struck, those that it did, delayed answers that were dropped
 * because too many waited; and not 0 when it is in force no more.
 */
export const TALLY = { MET: 0, STRUCK: 1, DROPPED: 2, OVER: 3, LENGTH: 4 } as const;

/** Tells all threads that a fault is in force no more: what it held back may leave. */
export function end({ tally }: ActiveFault): void {
  Atomics.store(tally, TALLY.OVER, 1);
}

/** A fault that has done nothing yet. */
export function activate(fault: LabFault): ActiveFault {
  const octets = new SharedArrayBuffer(TALLY.LENGTH * Int32Array.BYTES_PER_ELEMENT);
  return { fault, tally: new Int32Array(octets) };
}

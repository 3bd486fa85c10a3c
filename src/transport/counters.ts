/**
 * What a UDP worker counts, in memory that it shares with the main thread. One thread writes, without locks:
 * a Float64Array element is eight aligned octets, which 64-bit machines read and write in one piece, and a
 * double counts exactly up to 2^53.
 */

/** Why a reply could not be sent, by the error of the system call. */
export type SendFailure = "EAGAIN" | "ENOBUFS" | "EPERM" | "ENETUNREACH" | "EHOSTUNREACH" | "other";

/** In the order of their counters. */
const SEND_FAILURES: readonly string[] = [
  "EAGAIN",
  "ENOBUFS",
  "EPERM",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "other",
] satisfies readonly SendFailure[];

/** Batches are counted by size: 1, 2, 3–4, 5–8 … 65–128, more. The bucket's upper bound stands here. */
export const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, Number.POSITIVE_INFINITY] as const;

/** RCODEs as far as a header shows them. */
export const RCODES = 16;

/** Query types below 256 have a place each; all others share the last. */
export const QUERY_TYPES = 257;

/** Where each counter lies. */
export const COUNTER = {
  /** Datagrams that came, whatever became of them. */
  RECEIVED: 0,
  OCTETS_IN: 1,
  /** Replies that the kernel took. */
  REPLIES: 2,
  OCTETS_OUT: 3,
  /** Replies with the TC bit. */
  TRUNCATED: 4,
  /** Requests met with silence, for they are no requests. */
  SILENT: 5,
  /** Requests from port 0, where nobody can receive. */
  PORT_ZERO: 6,
  /** Requests longer than the room for them. */
  OVERSIZED: 7,
  BATCHES: 8,
  /** Replies above the rate of their client's prefix; those of them that went out truncated. */
  RATE_LIMITED: 9,
  SLIPPED: 10,
  /** Requests with a cookie that only their client's address can have. */
  COOKIES: 11,
  BATCH_SIZES: 12,
  SEND_FAILURES: 12 + BATCH_SIZES.length,
  RCODES: 12 + BATCH_SIZES.length + SEND_FAILURES.length,
  QUERY_TYPES: 12 + BATCH_SIZES.length + SEND_FAILURES.length + RCODES,
  LENGTH: 12 + BATCH_SIZES.length + SEND_FAILURES.length + RCODES + QUERY_TYPES,
} as const;

/** New counters, all zero, that can be handed to a thread. */
export function makeCounters(): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(COUNTER.LENGTH * Float64Array.BYTES_PER_ELEMENT));
}

/** The part of the counters that the responder writes: `[type]` below 256, all other types at 256. */
export function queryTypesOf(counters: Float64Array): Float64Array {
  return counters.subarray(COUNTER.QUERY_TYPES, COUNTER.QUERY_TYPES + QUERY_TYPES);
}

/** Adds to a counter. Small enough to be made part of its caller. */
export function count(counters: Float64Array, counter: number, by: number): void {
  counters[counter] = (counters[counter] ?? 0) + by;
}

/** Counts a batch by its size, which is at least 1. */
export function countBatch(counters: Float64Array, size: number): void {
  count(counters, COUNTER.BATCHES, 1);
  const bucket = Math.min(32 - Math.clz32(size - 1), BATCH_SIZES.length - 1);
  count(counters, COUNTER.BATCH_SIZES + bucket, 1);
}

export function countSendFailure(counters: Float64Array, code: string): void {
  const kind = SEND_FAILURES.indexOf(code);
  count(counters, COUNTER.SEND_FAILURES + (kind < 0 ? SEND_FAILURES.length - 1 : kind), 1);
}

/** Counters for people and metrics. */
export interface UdpCounts {
  readonly received: number;
  readonly octetsIn: number;
  readonly replies: number;
  readonly octetsOut: number;
  readonly truncated: number;
  readonly oversized: number;
  readonly rateLimited: number;
  readonly slipped: number;
  readonly cookies: number;
  readonly batches: number;
  /** By the buckets of `BATCH_SIZES`. */
  readonly batchSizes: readonly number[];
  readonly dropped: { readonly silent: number; readonly portZero: number } & Readonly<
    Record<SendFailure, number>
  >;
  /** By RCODE, 0 to 15. */
  readonly rcodes: readonly number[];
  /** By query type, 0 to 255, and all others. */
  readonly queryTypes: readonly number[];
}

/** The counters of several workers together. */
export function sumCounters(workers: readonly Float64Array[]): UdpCounts {
  const sum = new Float64Array(COUNTER.LENGTH);
  for (const counters of workers) {
    for (let counter = 0; counter < COUNTER.LENGTH; counter++) count(sum, counter, counters[counter] ?? 0);
  }
  return countsOf(sum);
}

function countsOf(counters: Float64Array): UdpCounts {
  const at = (counter: number): number => counters[counter] ?? 0;
  const several = (first: number, length: number): number[] => [...counters.subarray(first, first + length)];
  const failed = (failure: SendFailure): number => at(COUNTER.SEND_FAILURES + SEND_FAILURES.indexOf(failure));
  return {
    received: at(COUNTER.RECEIVED),
    octetsIn: at(COUNTER.OCTETS_IN),
    replies: at(COUNTER.REPLIES),
    octetsOut: at(COUNTER.OCTETS_OUT),
    truncated: at(COUNTER.TRUNCATED),
    oversized: at(COUNTER.OVERSIZED),
    rateLimited: at(COUNTER.RATE_LIMITED),
    slipped: at(COUNTER.SLIPPED),
    cookies: at(COUNTER.COOKIES),
    batches: at(COUNTER.BATCHES),
    batchSizes: several(COUNTER.BATCH_SIZES, BATCH_SIZES.length),
    dropped: {
      silent: at(COUNTER.SILENT),
      portZero: at(COUNTER.PORT_ZERO),
      EAGAIN: failed("EAGAIN"),
      ENOBUFS: failed("ENOBUFS"),
      EPERM: failed("EPERM"),
      ENETUNREACH: failed("ENETUNREACH"),
      EHOSTUNREACH: failed("EHOSTUNREACH"),
      other: failed("other"),
    },
    rcodes: several(COUNTER.RCODES, RCODES),
    queryTypes: several(COUNTER.QUERY_TYPES, QUERY_TYPES),
  };
}

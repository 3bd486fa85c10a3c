/**
 * What a thread counts that answers, in memory that it shares with the main thread. One thread writes, without locks:
 * a Float64Array element is eight aligned octets, which 64-bit machines read and write in one piece, and a
 * double counts exactly up to 2^53.
 */

import { isTruncated, wholeRcodeOf } from "./header.ts";

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

/** RCODEs up to BADCOOKIE (23), the last that a server of zones gives, have a place each. */
export const RCODES = 24;

/** Query types up to CAA (257) have a place each; all others share the last. */
export const QUERY_TYPES = 259;

const AFTER_TYPES = 8 + SEND_FAILURES.length + RCODES + QUERY_TYPES;
const AFTER_SIZES = AFTER_TYPES + 1 + BATCH_SIZES.length;
const AFTER_BATCHES = AFTER_SIZES + 3;

/** Where each counter lies: first what all transports count, then what is of UDP alone, then of TCP alone. */
export const COUNTER = {
  /** Requests that came, whatever became of them. */
  RECEIVED: 0,
  OCTETS_IN: 1,
  /** Replies that the kernel took; over TCP, that the socket took. */
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
  SEND_FAILURES: 8,
  RCODES: 8 + SEND_FAILURES.length,
  QUERY_TYPES: 8 + SEND_FAILURES.length + RCODES,
  BATCHES: AFTER_TYPES,
  BATCH_SIZES: AFTER_TYPES + 1,
  /** Replies above the rate of their client's prefix; those of them that went out truncated. */
  RATE_LIMITED: AFTER_SIZES,
  SLIPPED: AFTER_SIZES + 1,
  /** Requests with a cookie that only their client's address can have. */
  COOKIES: AFTER_SIZES + 2,
  /** Connections that are open now: the only one that falls. */
  OPEN: AFTER_BATCHES,
  ACCEPTED: AFTER_BATCHES + 1,
  /** Turned away, for their client had as many as one may have. */
  REFUSED: AFTER_BATCHES + 2,
  /** Closed to make place for another. */
  DISPLACED: AFTER_BATCHES + 3,
  /** Closed for asking nothing, or for a query that did not end. */
  TIMED_OUT: AFTER_BATCHES + 4,
  /** Closed for a message that is shorter than a header. */
  BROKEN: AFTER_BATCHES + 5,
  LENGTH: AFTER_BATCHES + 6,
} as const;

/** New counters, all zero, that can be handed to a thread. */
export function makeCounters(): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(COUNTER.LENGTH * Float64Array.BYTES_PER_ELEMENT));
}

/** The part of the counters that the responder writes: `[type]` up to 257, all other types at 258. */
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

/** Counts a reply that lies at an offset. */
export function countReply(counters: Float64Array, octets: Uint8Array, offset: number, length: number): void {
  count(counters, COUNTER.REPLIES, 1);
  count(counters, COUNTER.OCTETS_OUT, length);
  const rcode = wholeRcodeOf(octets, offset, length);
  count(counters, COUNTER.RCODES + (rcode < RCODES ? rcode : rcode & 15), 1);
  if (isTruncated(octets, offset)) count(counters, COUNTER.TRUNCATED, 1);
}

/** Counts a query by its type; the array is that of `queryTypesOf`. */
export function countQueryType(queryTypes: Float64Array, type: number): void {
  count(queryTypes, Math.min(type, QUERY_TYPES - 1), 1);
}

/** What every transport counts, for people and metrics. */
export interface TransportCounts {
  /** Requests that came, whatever became of them, and their octets. */
  readonly received: number;
  readonly octetsIn: number;
  readonly replies: number;
  readonly octetsOut: number;
  /** Replies with the TC bit. */
  readonly truncated: number;
  /** By RCODE, 0 to 23: that of header and OPT record together. */
  readonly rcodes: readonly number[];
  /** By query type, 0 to 257, and all others; a request whose question cannot be read counts as type 0. */
  readonly queryTypes: readonly number[];
}

/** Why nothing was sent. */
export type UdpDropped = { readonly silent: number; readonly portZero: number } & Readonly<
  Record<SendFailure, number>
>;

/** UDP. */
export interface UdpCounts extends TransportCounts {
  /** Requests longer than any query. */
  readonly oversized: number;
  /** Replies above the rate of their client's prefix; those of them that went out truncated. */
  readonly rateLimited: number;
  readonly slipped: number;
  /** Requests with a cookie that only their client's address can have. */
  readonly cookies: number;
  /** Batches, 0 on the portable path, and the same by the buckets of `BATCH_SIZES`. */
  readonly batches: number;
  readonly batchSizes: readonly number[];
  readonly dropped: UdpDropped;
}

/** TCP. */
export interface TcpCounts extends TransportCounts {
  readonly dropped: { readonly silent: number };
  readonly connections: {
    /** Now. */
    readonly open: number;
    readonly accepted: number;
    /** Turned away, for their client had as many as one may have. */
    readonly refused: number;
    /** Closed to make place for another. */
    readonly displaced: number;
    /** Closed for asking nothing, or for a query that did not end. */
    readonly timedOut: number;
    /** Closed for a message that is none. */
    readonly broken: number;
  };
}

/** The counters of several UDP workers together. */
export function sumCounters(workers: readonly Float64Array[]): UdpCounts {
  const sum = new Float64Array(COUNTER.LENGTH);
  for (const counters of workers) {
    for (let counter = 0; counter < COUNTER.LENGTH; counter++) count(sum, counter, counters[counter] ?? 0);
  }
  return udpCountsOf(sum);
}

/** The counters of one thread that answers UDP. */
export function udpCountsOf(counters: Float64Array): UdpCounts {
  const at = (counter: number): number => counters[counter] ?? 0;
  const failed = (failure: SendFailure): number => at(COUNTER.SEND_FAILURES + SEND_FAILURES.indexOf(failure));
  return {
    ...transportCountsOf(counters),
    oversized: at(COUNTER.OVERSIZED),
    rateLimited: at(COUNTER.RATE_LIMITED),
    slipped: at(COUNTER.SLIPPED),
    cookies: at(COUNTER.COOKIES),
    batches: at(COUNTER.BATCHES),
    batchSizes: several(counters, COUNTER.BATCH_SIZES, BATCH_SIZES.length),
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
  };
}

/** The counters of the thread that answers TCP. */
export function tcpCountsOf(counters: Float64Array): TcpCounts {
  const at = (counter: number): number => counters[counter] ?? 0;
  return {
    ...transportCountsOf(counters),
    dropped: { silent: at(COUNTER.SILENT) },
    connections: {
      open: at(COUNTER.OPEN),
      accepted: at(COUNTER.ACCEPTED),
      refused: at(COUNTER.REFUSED),
      displaced: at(COUNTER.DISPLACED),
      timedOut: at(COUNTER.TIMED_OUT),
      broken: at(COUNTER.BROKEN),
    },
  };
}

function transportCountsOf(counters: Float64Array): TransportCounts {
  const at = (counter: number): number => counters[counter] ?? 0;
  return {
    received: at(COUNTER.RECEIVED),
    octetsIn: at(COUNTER.OCTETS_IN),
    replies: at(COUNTER.REPLIES),
    octetsOut: at(COUNTER.OCTETS_OUT),
    truncated: at(COUNTER.TRUNCATED),
    rcodes: several(counters, COUNTER.RCODES, RCODES),
    queryTypes: several(counters, COUNTER.QUERY_TYPES, QUERY_TYPES),
  };
}

function several(counters: Float64Array, first: number, length: number): number[] {
  return [...counters.subarray(first, first + length)];
}

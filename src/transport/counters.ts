/**
 * What a thread counts that answers, in memory that it shares with the main thread. One thread writes, without locks:
 * a Float64Array element is eight aligned octets, which 64-bit machines read and write in one piece, and a
 * double counts exactly up to 2^53.
 *
 * IPv4 and IPv6 have a half of the memory each. A socket is of one family (those of IPv6 take no IPv4), so whoever
 * answers on it counts in that half and never asks.
 */

import { isTruncated, wholeRcodeOf } from "./header.ts";

/** The family of the addresses that a socket's clients have. */
export type Family = "ipv4" | "ipv6";

/** Why a reply could not be sent, by the error of the system call. */
export type SendFailure = "EAGAIN" | "ENOBUFS" | "EPERM" | "ENETUNREACH" | "EHOSTUNREACH" | "other";

/** In the order of their counters. */
export const SEND_FAILURES: readonly string[] = [
  "EAGAIN",
  "ENOBUFS",
  "EPERM",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "other",
] satisfies readonly SendFailure[];

/** Batches are counted by size: 1, 2, 3–4, 5–8 … 65–128, more. The bucket's upper bound stands here. */
export const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, Number.POSITIVE_INFINITY] as const;

/** Messages are counted by their octets, in the buckets of CoreDNS. The bucket's upper bound stands here. */
export const MESSAGE_SIZES = [
  ...[0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291],
  ...[16_000, 32_000, 48_000, 64_000, Number.POSITIVE_INFINITY],
] as const;

/** The bucket of each length that a message can have. Those of queries and most answers lie close together. */
const BUCKET_OF_LENGTH = Uint8Array.from({ length: 0x1_0000 }, (_, length) =>
  MESSAGE_SIZES.findIndex((bound) => length <= bound),
);

/** RCODEs up to BADCOOKIE (23), the last that a server of zones gives, have a place each. */
export const RCODES = 24;

/** Query types up to CAA (257) have a place each; all others share the last. */
export const QUERY_TYPES = 259;

const AFTER_TYPES = 8 + SEND_FAILURES.length + RCODES + QUERY_TYPES;
const AFTER_MESSAGES = AFTER_TYPES + 2 * MESSAGE_SIZES.length;
const AFTER_BATCHES = AFTER_MESSAGES + 1 + BATCH_SIZES.length;
const AFTER_ABUSE = AFTER_BATCHES + 3;

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
  REQUEST_SIZES: AFTER_TYPES,
  /** Of each message: a transfer has many. */
  REPLY_SIZES: AFTER_TYPES + MESSAGE_SIZES.length,
  BATCHES: AFTER_MESSAGES,
  BATCH_SIZES: AFTER_MESSAGES + 1,
  /** Replies above the rate of their client's prefix; those of them that went out truncated. */
  RATE_LIMITED: AFTER_BATCHES,
  SLIPPED: AFTER_BATCHES + 1,
  /** Requests with a cookie that only their client's address can have. */
  COOKIES: AFTER_BATCHES + 2,
  /** Connections that are open now: the only one that falls. */
  OPEN: AFTER_ABUSE,
  ACCEPTED: AFTER_ABUSE + 1,
  /** Turned away, for their client had as many as one may have. */
  REFUSED: AFTER_ABUSE + 2,
  /** Closed to make place for another. */
  DISPLACED: AFTER_ABUSE + 3,
  /** Closed for asking nothing, or for a query that did not end. */
  TIMED_OUT: AFTER_ABUSE + 4,
  /** Closed for a message that is shorter than a header. */
  BROKEN: AFTER_ABUSE + 5,
  LENGTH: AFTER_ABUSE + 6,
} as const;

/** New counters of both families, all zero, that can be handed to a thread. */
export function makeCounters(): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(2 * COUNTER.LENGTH * Float64Array.BYTES_PER_ELEMENT));
}

/** The half of the counters that is of a family, laid out by `COUNTER`. */
export function countersOf(counters: Float64Array, family: Family): Float64Array {
  const start = family === "ipv4" ? 0 : COUNTER.LENGTH;
  return counters.subarray(start, start + COUNTER.LENGTH);
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

/** Counts a request, whatever becomes of it. */
export function countRequest(counters: Float64Array, length: number): void {
  count(counters, COUNTER.RECEIVED, 1);
  count(counters, COUNTER.OCTETS_IN, length);
  countRequestSize(counters, length);
}

/** Counts a request by its size alone, for those who add the rest up themselves. */
export function countRequestSize(counters: Float64Array, length: number): void {
  count(counters, COUNTER.REQUEST_SIZES + bucketOf(length), 1);
}

/** Counts a message of a reply that has others before it. */
export function countFurtherMessage(counters: Float64Array, length: number): void {
  count(counters, COUNTER.OCTETS_OUT, length);
  count(counters, COUNTER.REPLY_SIZES + bucketOf(length), 1);
}

function bucketOf(length: number): number {
  return BUCKET_OF_LENGTH[length] ?? MESSAGE_SIZES.length - 1;
}

/** Counts a reply that lies at an offset; of one of several messages the first. */
export function countReply(counters: Float64Array, octets: Uint8Array, offset: number, length: number): void {
  count(counters, COUNTER.REPLIES, 1);
  count(counters, COUNTER.OCTETS_OUT, length);
  countReplyKind(counters, octets, offset, length);
}

/** Counts what a reply is, for those who add the rest up themselves. */
export function countReplyKind(
  counters: Float64Array,
  octets: Uint8Array,
  offset: number,
  length: number,
): void {
  count(counters, COUNTER.REPLY_SIZES + bucketOf(length), 1);
  const rcode = wholeRcodeOf(octets, offset, length);
  count(counters, COUNTER.RCODES + (rcode < RCODES ? rcode : rcode & 15), 1);
  if (isTruncated(octets, offset)) count(counters, COUNTER.TRUNCATED, 1);
}

/** Counts a query by its type. */
export function countQueryType(counters: Float64Array, type: number): void {
  count(counters, COUNTER.QUERY_TYPES + Math.min(type, QUERY_TYPES - 1), 1);
}

/** What was counted, for people and metrics: read from the memory that the counting threads write. */

import {
  BATCH_SIZES,
  COUNTER,
  count,
  countersOf,
  type Family,
  MESSAGE_SIZES,
  QUERY_TYPES,
  RCODES,
  SEND_FAILURES,
  type SendFailure,
} from "./counters.ts";

/** What every transport counts. */
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
  /** Requests, and messages of replies, by the buckets of `MESSAGE_SIZES`. */
  readonly requestSizes: readonly number[];
  readonly replySizes: readonly number[];
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

/** What a server has done since its start for clients of one family. */
export interface FamilyCounters {
  readonly udp: UdpCounts;
  readonly tcp: TcpCounts;
}

/** What a server has done since its start: for all clients, and for those of each family. */
export interface Counters extends FamilyCounters {
  readonly ipv4: FamilyCounters;
  readonly ipv6: FamilyCounters;
}

/** Reads the counters of all threads that answer UDP, and those of TCP. */
export function readCounters(udp: readonly Float64Array[], tcp: Float64Array): Counters {
  const of = (family?: Family): FamilyCounters => ({
    udp: udpCountsOf(udp, family),
    tcp: tcpCountsOf(tcp, family),
  });
  return { ...of(), ipv4: of("ipv4"), ipv6: of("ipv6") };
}

/** What threads that answer UDP have counted together, of a family or of both. */
export function udpCountsOf(threads: readonly Float64Array[], family?: Family): UdpCounts {
  const counters = ofFamily(sumOf(threads), family);
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

/** What the thread that answers TCP has counted, of a family or of both. */
export function tcpCountsOf(bothFamilies: Float64Array, family?: Family): TcpCounts {
  const counters = ofFamily(bothFamilies, family);
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

function ofFamily(counters: Float64Array, family: Family | undefined): Float64Array {
  if (family !== undefined) return countersOf(counters, family);
  return sumOf([countersOf(counters, "ipv4"), countersOf(counters, "ipv6")]);
}

/** Sums of counters that are laid out alike. */
function sumOf(several: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(2 * COUNTER.LENGTH);
  for (const counters of several) {
    for (const [counter, number] of counters.entries()) count(sum, counter, number);
  }
  return sum;
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
    requestSizes: several(counters, COUNTER.REQUEST_SIZES, MESSAGE_SIZES.length),
    replySizes: several(counters, COUNTER.REPLY_SIZES, MESSAGE_SIZES.length),
  };
}

function several(counters: Float64Array, first: number, length: number): number[] {
  return [...counters.subarray(first, first + length)];
}

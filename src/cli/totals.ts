/** The counters of a server as an operator reads them: names for numbers, and only what is not 0. */

import { rcodeName, typeName } from "../dns/codes.ts";
import { QUERY_TYPES } from "../transport/counters.ts";
import type { Counters, TransportCounts, UdpCounts } from "../transport/counts.ts";

type Numbers = Readonly<Record<string, number>>;

/** What one transport did. */
export interface Totals {
  readonly queries: number;
  readonly replies: number;
  readonly truncated: number;
  readonly octetsIn: number;
  readonly octetsOut: number;
  readonly types: Numbers;
  readonly rcodes: Numbers;
  /** By reason. */
  readonly dropped: Numbers;
}

/** What concerns UDP alone: replies above the rate, those of them sent truncated, requests with a valid cookie. */
export interface UdpTotals extends Totals {
  readonly rateLimited: number;
  readonly slipped: number;
  readonly cookies: number;
}

/** What concerns TCP alone. */
export interface TcpTotals extends Totals {
  readonly connections: Numbers;
}

/** All that a server did, for one line of the log. */
export function totalsOf({ udp, tcp }: Counters): { udp: UdpTotals; tcp: TcpTotals } {
  return {
    udp: udpTotals(udp),
    tcp: { ...transportTotals(tcp), connections: tcp.connections },
  };
}

function udpTotals(counts: UdpCounts): UdpTotals {
  const { rateLimited, slipped, cookies, oversized } = counts;
  const dropped = { ...counts.dropped, oversized, rateLimited: rateLimited - slipped };
  return { ...transportTotals({ ...counts, dropped }), rateLimited, slipped, cookies };
}

function transportTotals(counts: TransportCounts & { readonly dropped: Numbers }): Totals {
  const { received, replies, truncated, octetsIn, octetsOut } = counts;
  return {
    ...{ queries: received, replies, truncated, octetsIn, octetsOut },
    types: named(counts.queryTypes, nameOfType),
    rcodes: named(counts.rcodes, rcodeName),
    dropped: Object.fromEntries(Object.entries(counts.dropped).filter(([, number]) => number > 0)),
  };
}

function named(numbers: readonly number[], nameOf: (index: number) => string): Numbers {
  return Object.fromEntries(
    numbers.flatMap((number, index) => (number > 0 ? [[nameOf(index), number]] : [])),
  );
}

function nameOfType(type: number): string {
  if (type === 0) return "unreadable";
  return type === QUERY_TYPES - 1 ? "other" : typeName(type);
}

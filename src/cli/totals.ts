/** The counters of a server as an operator reads them: names for numbers, and only what is not 0. */

import { RCODE, typeName } from "../dns/codes.ts";
import type { Counters } from "../server.ts";
import { QUERY_TYPES, type TransportCounts } from "../transport/counters.ts";

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

/** All that a server did, for one line of the log. */
export function totalsOf({ udp, tcp }: Counters): { udp: Totals; tcp: Totals & { connections: Numbers } } {
  return {
    udp: transportTotals(udp),
    tcp: { ...transportTotals(tcp), connections: tcp.connections },
  };
}

function transportTotals(counts: TransportCounts & { readonly dropped: Numbers }): Totals {
  const { received, replies, truncated, octetsIn, octetsOut } = counts;
  return {
    ...{ queries: received, replies, truncated, octetsIn, octetsOut },
    types: named(counts.queryTypes, nameOfType),
    rcodes: named(counts.rcodes, nameOfRcode),
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

const RCODE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(RCODE).map(([name, number]) => [number, name]),
);

function nameOfRcode(rcode: number): string {
  return RCODE_NAMES.get(rcode) ?? `RCODE${rcode}`;
}

/** Zones as master files (RFC 1035 §5) that NSD, Knot and BIND load without a warning. */

import { portableTypeName, TYPE, typeName } from "./codes.ts";
import { canonicalSortKey, DomainName, ROOT } from "./name.ts";
import { formatGenericRdata, formatRdata } from "./rdata.ts";
import type { RRset, Zone } from "./rrset.ts";

/** How a zone file is written. */
export interface ZoneFileOptions {
  /** Lines of comment at the head of the file. */
  readonly comment?: string | undefined;
  /** The $TTL; that of the SOA by default. Every record has its own TTL besides. */
  readonly defaultTtl?: number | undefined;
}

/** A zone as a master file: the SOA first, then the apex, then the names below it in canonical order. */
export function formatZoneFile(zone: Zone, options: ZoneFileOptions = {}): string {
  const rrsets = inOrder(zone);
  const ttl = options.defaultTtl ?? rrsets[0]?.ttl ?? 0;
  const head = [...commentLines(options.comment), `$ORIGIN ${zone.apex}`, `$TTL ${ttl}`];
  return `${[...head, ...alignColumns(rrsets.flatMap((rrset) => recordColumns(rrset, zone.apex)))].join("\n")}\n`;
}

/** One record on one line in the words of its type, all names absolute. */
export function formatRecord(owner: DomainName, ttl: number, type: number, rdata: Uint8Array): string {
  return `${owner} ${ttl} IN ${typeName(type)} ${formatRdata(type, rdata)}`;
}

/** A record's owner, TTL, type and RDATA as text. */
type Columns = readonly [owner: string, ttl: string, type: string, rdata: string];

/** Wider columns would push everything behind them out of sight. */
const WIDEST_COLUMN = 40;

/** SOA, then NS, then the other types by number; inside an RRset as given. */
function inOrder({ apex, rrsets }: Zone): readonly RRset[] {
  const sortable = rrsets.map((rrset) => ({
    rrset,
    ownerKey: rrset.owner.equals(apex) ? "" : canonicalSortKey(rrset.owner),
    typeRank: rrset.type === TYPE.SOA ? -1 : rrset.type,
  }));
  sortable.sort((one, other) => compare(one.ownerKey, other.ownerKey) || one.typeRank - other.typeRank);
  return sortable.map(({ rrset }) => rrset);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function recordColumns({ owner, ttl, type, rdatas }: RRset, apex: DomainName): readonly Columns[] {
  const ownerText = relativeOwner(owner, apex);
  const typeText = portableTypeName(type);
  const isForeign = typeText !== typeName(type); // BIND refuses MD and MF in any form
  return rdatas.map((rdata) => [
    ownerText,
    String(ttl),
    typeText,
    isForeign ? formatGenericRdata(rdata) : formatRdata(type, rdata),
  ]);
}

/** The owner as it is written below $ORIGIN: `@`, `_tcp`, or absolute where it does not lie in the zone. */
function relativeOwner(owner: DomainName, apex: DomainName): string {
  if (owner.equals(apex)) return "@";
  if (!owner.isAtOrBelow(apex)) return owner.toString();
  return DomainName.fromCheckedWire(owner.relativeTo(apex) + ROOT.wire)
    .toString()
    .slice(0, -1);
}

function alignColumns(rows: readonly Columns[]): readonly string[] {
  const width = (at: 0 | 1 | 2): number =>
    rows.reduce((widest, row) => Math.max(widest, Math.min(row[at].length, WIDEST_COLUMN)), 0);
  const [ownerWidth, ttlWidth, typeWidth] = [width(0), width(1), width(2)];
  return rows.map(([owner, ttl, type, rdata]) =>
    [owner.padEnd(ownerWidth), ttl.padStart(ttlWidth), "IN", type.padEnd(typeWidth), rdata].join(" "),
  );
}

function commentLines(comment: string | undefined): readonly string[] {
  return comment === undefined ? [] : comment.split(/\r?\n|\r/).map((line) => `; ${line}`.trimEnd());
}

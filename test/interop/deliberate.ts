/** Where we differ on purpose although NSD, Knot and BIND agree: each kind beside its row of docs/differences.md. */

import { OPCODE, TYPE } from "../../src/dns/codes.ts";
import { type Edns, nameOf } from "../conformance/harness.ts";
import type { Difference, Field, Said } from "./compare.ts";
import { typeOf } from "./essence.ts";
import type { ZoneSet } from "./zone-set.ts";

/** A kind of difference. */
export interface Deliberate {
  /** The first cell of its row. */
  readonly row: string;
  readonly holds: (difference: Difference, zones: ZoneSet) => boolean;
}

/** The first that holds gives a difference its name. */
export const DELIBERATE: readonly Deliberate[] = [
  {
    row: "addresses of a target in another zone of ours",
    holds: (difference, zones) =>
      addsAddresses(difference, zones, (source, address) => !isSameZone(zones, ownerOf(source), address)),
  },
  {
    row: "addresses for other types than MX, NS and SRV",
    holds: (difference, zones) =>
      addsAddresses(
        difference,
        zones,
        (source, address) => !isSameZone(zones, ownerOf(source), address) || isSeldomAddressed(source),
      ),
  },
  { row: "glue that does not fit", holds: lacksGlue },
  { row: "names in an answer", holds: isOutOfRoom },
  { row: "additional records behind some that do not fit", holds: isFilledUp },
  { row: "a chain that is cut off", holds: isCutLater },
  { row: "aliases that lead into another zone of ours", holds: followsIntoAnotherZone },
  {
    row: "other opcodes than QUERY",
    holds: ({ field, query, ours }) =>
      field === "rcode" && opcodeOf(query.octets) !== OPCODE.QUERY && ours.rcode === "NOTIMP",
  },
  {
    row: "a signature by a key that nobody knows",
    holds: ({ field, ours, theirs: [one] }) =>
      field === "rcode" && ours.rcode === "NOTAUTH" && one?.rcode === "REFUSED" && hasSignature(ours),
  },
  {
    row: "answer or authority records in a query",
    holds: ({ field, query, ours }) =>
      field === "rcode" && hasStrangeRecords(query.octets) && ours.rcode === "FORMERR",
  },
  {
    row: "IXFR without a SOA record",
    holds: ({ field, query, ours }) => {
      const isRefused = ours.rcode === "REFUSED" || ours.rcode === "NOTAUTH";
      return field === "rcode" && isRefused && isIxfrWithoutSoa(query.octets);
    },
  },
];

/** Whether all that we say more are addresses, as the zones have them, of names of a kind that our records lead to. */
function addsAddresses(
  { field, ours, theirs: [one] }: Difference,
  zones: ZoneSet,
  isOfKind: (source: string, address: string) => boolean,
): boolean {
  if (field !== "additional") return false;
  const [have = [], wanted = []] = [ours.additional, one?.additional];
  const leading = [...(ours.answer ?? []), ...(ours.authority ?? [])];
  const more = have.filter((record) => !wanted.includes(record));
  return (
    wanted.every((record) => have.includes(record)) &&
    more.every((record) => {
      const address = ownerOf(record);
      const sources = leading.filter((source) => source.split(" ").slice(3).includes(address));
      return isAddressIn(zones, record) && sources.some((source) => isOfKind(source, address));
    })
  );
}

function isSeldomAddressed(record: string): boolean {
  return !USUALLY_ADDRESSED.has(typeOf(record) ?? 0);
}

const USUALLY_ADDRESSED = new Set<number>([TYPE.MX, TYPE.NS, TYPE.SRV]);

/** Whether a referral of ours is without some of the addresses of name servers at or below its cut. */
function lacksGlue({ field, ours, whole }: Difference): boolean {
  const cut = ours.authority?.map(ownerOf)[0];
  if (field !== "TC" || cut === undefined || !ours.flags?.includes("TC")) return false;
  const isGlue = (record: string) => nameOf(ownerOf(record)).isAtOrBelow(nameOf(cut));
  return (whole?.additional ?? []).some((record) => isGlue(record) && !ours.additional?.includes(record));
}

/** Whether our reply holds less than theirs only because no more fits: over TCP we give all that they do. */
function isOutOfRoom({ field, query, ours, whole, theirs: [one] }: Difference): boolean {
  if (whole === undefined || one === undefined || !SHORTENED.has(field)) return false;
  if (field === "rcode" && !(ours.flags?.includes("TC") && whole.rcode === one.rcode)) return false;
  const room = roomOf(query.request.edns) - (ours.length ?? 0);
  const lacks = ([section, isNeeded]: (typeof SECTIONS)[number]) => {
    const have = ours[section] ?? [];
    const missing = Map.groupBy(
      (one[section] ?? []).filter((record) => !have.includes(record)),
      (record) => `${ownerOf(record)} ${typeOf(record)}`,
    );
    return { isNeeded, lengths: [...missing.values()].map(mostLengthOf) };
  };
  const first = SECTIONS.map(lacks).find(({ lengths }) => lengths.length > 0);
  const isTooLong = (length: number) => length > room;
  return (
    SECTIONS.every(([section]) =>
      [...(ours[section] ?? []), ...(one[section] ?? [])].every((record) => whole[section]?.includes(record)),
    ) &&
    first !== undefined &&
    (first.isNeeded ? first.lengths.some(isTooLong) : first.lengths.every(isTooLong))
  );
}

/** Whether we say more than they do where none of us says all. */
function isFilledUp({ field, ours, whole, theirs: [one] }: Difference): boolean {
  if (field !== "additional") return false;
  const [have = [], wanted = [], all = []] = [ours.additional, one?.additional, whole?.additional];
  const isLess = (few: readonly string[], many: readonly string[]) =>
    few.length < many.length && few.every((record) => many.includes(record));
  return isLess(wanted, have) && isLess(have, all);
}

/** Whether a chain that is cut off everywhere (TC) has more of its links with us. */
function isCutLater({ field, ours, whole, theirs }: Difference): boolean {
  if (field !== "answer" && field !== "chain") return false;
  const [have = [], all = []] = [ours.chain, whole?.chain];
  return (
    [ours, ...theirs].every((said) => said.flags?.includes("TC")) &&
    have.every((link, at) => link === all[at]) &&
    theirs.every(
      ({ chain = [] }) => chain.length < have.length && chain.every((link, at) => link === have[at]),
    )
  );
}

/** In the order of a message. An RRset that is needed and does not fit is the last; of others the next may fit. */
const SECTIONS = [
  ["answer", true],
  ["authority", true],
  ["additional", false],
] as const;

const SHORTENED = new Set<Field>(["rcode", "TC", "answer", "chain", "authority", "additional"]);

/** Octets of a reply over UDP. */
function roomOf(edns: Edns | undefined): number {
  return edns === undefined ? 512 : Math.max(512, Math.min(edns.payloadSize ?? 1232, 1232));
}

/** Octets of an RRset, names in RDATA as long as they are: an upper bound of what it takes. */
function mostLengthOf(rrset: readonly string[]): number {
  const [owner = ""] = rrset.map(ownerOf);
  return owner.length + rrset.reduce((sum, record) => sum + 12 + record.length - owner.length, 0);
}

/** Knot and BIND do not; of malformed queries NSD, which does, may have no vote. */
function followsIntoAnotherZone({ field, query, ours }: Difference, zones: ZoneSet): boolean {
  if (field !== "rcode" || query.twist === undefined) return false;
  return (ours.chain ?? []).some((alias) => {
    const [owner = "", , , target = ""] = alias.split(" ");
    return !isSameZone(zones, owner, target);
  });
}

function isSameZone(zones: ZoneSet, one: string, other: string): boolean {
  return zones.zoneOf(nameOf(one))?.key === zones.zoneOf(nameOf(other))?.key;
}

function ownerOf(record: string): string {
  return record.split(" ")[0] ?? "";
}

function isAddressIn(zones: ZoneSet, record: string): boolean {
  const type = typeOf(record);
  const isAddress = type === TYPE.A || type === TYPE.AAAA;
  return isAddress && zones.answering(nameOf(ownerOf(record)), type).includes(record);
}

/** Whether a reply holds a TSIG record, unsigned perhaps. */
function hasSignature({ additional = [] }: Said): boolean {
  return additional.some((record) => typeOf(record) === TYPE.TSIG);
}

function opcodeOf(octets: Uint8Array): number {
  return ((octets[2] ?? 0) >>> 3) & 15;
}

/** Whether there are answer or authority records, and not a single one that goes with IXFR. */
function hasStrangeRecords(octets: Uint8Array): boolean {
  const [answers, authorities] = [uint16(octets, 6), uint16(octets, 8)];
  return answers > 0 || authorities > (isIxfr(octets) ? 1 : 0);
}

function isIxfrWithoutSoa(octets: Uint8Array): boolean {
  const isWithSoa =
    uint16(octets, 8) === 1 && uint16(octets, endOfName(octets, endOfQuestion(octets))) === TYPE.SOA;
  return isIxfr(octets) && !isWithSoa;
}

function isIxfr(octets: Uint8Array): boolean {
  return uint16(octets, 4) === 1 && uint16(octets, endOfQuestion(octets) - 4) === TYPE.IXFR;
}

function endOfQuestion(octets: Uint8Array): number {
  return endOfName(octets, 12) + 4;
}

/** Behind the root or a pointer; past the end where the name has neither. */
function endOfName(octets: Uint8Array, start: number): number {
  let at = start;
  for (let length = octets[at]; length !== undefined && length !== 0; length = octets[at]) {
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
  }
  return at + 1;
}

function uint16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}

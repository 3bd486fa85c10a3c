/**
 * Who may ask, compiled: the addresses of a family in the order of their numbers, cut into intervals of one
 * verdict each. An answer is found by halving, however long the lists are.
 *
 * ```text
 *  word 0  verdict on addresses that are not known │ word 1  intervals of IPv4 │ word 2  intervals of IPv6
 *  then for each interval of IPv4: first address 1 word, verdict; then for IPv6: first address 4 words, verdict
 * ```
 *
 * The first interval of each family begins at address 0, so every address lies in one.
 */

import { octetAt, wordAt } from "../dns/octets.ts";
import type { Prefix, QueryAccess } from "../dns/prefix.ts";
import { proven } from "../dns/proven.ts";

const ACCESS = { UNKNOWN: 0, IPV4_COUNT: 1, IPV6_COUNT: 2, INTERVALS: 3 } as const;

/** Words of an address, and of an interval. */
const IPV4_WORDS = 1;
const IPV6_WORDS = 4;

/** A verdict from an address on. */
interface Interval {
  readonly first: bigint;
  readonly allows: boolean;
}

/** Compiles access into words that stand together, wherever that is. */
export function compileAccess(access: QueryAccess): Uint32Array {
  const ipv4 = intervalsOf(access, 4);
  const ipv6 = intervalsOf(access, 6);
  return Uint32Array.from([
    access.others === "allow" && access.deny.length === 0 ? 1 : 0,
    ipv4.length,
    ipv6.length,
    ...ipv4.flatMap((interval) => wordsOf(interval, IPV4_WORDS)),
    ...ipv6.flatMap((interval) => wordsOf(interval, IPV6_WORDS)),
  ]);
}

/** Whether access compiled at word `start` lets an address in: 4 or 16 octets, or 0 for one not known. */
export function isAllowed(
  words: Uint32Array,
  start: number,
  octets: Uint8Array,
  offset: number,
  length: number,
): boolean {
  const intervals = start + ACCESS.INTERVALS;
  const ipv4Count = wordAt(words, start + ACCESS.IPV4_COUNT);
  if (length === 4) return verdictOnIpv4(words, intervals, ipv4Count, wordOf(octets, offset));
  if (length !== 16) return wordAt(words, start + ACCESS.UNKNOWN) !== 0;
  const ipv6 = intervals + ipv4Count * (IPV4_WORDS + 1);
  return verdictOnIpv6(words, ipv6, wordAt(words, start + ACCESS.IPV6_COUNT), octets, offset);
}

/** The verdict of the last interval that does not begin behind the address. */
function verdictOnIpv4(words: Uint32Array, start: number, count: number, address: number): boolean {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (wordAt(words, start + middle * (IPV4_WORDS + 1)) > address) high = middle - 1;
    else low = middle;
  }
  return wordAt(words, start + low * (IPV4_WORDS + 1) + IPV4_WORDS) !== 0;
}

/** The same with addresses of four words. */
function verdictOnIpv6(
  words: Uint32Array,
  start: number,
  count: number,
  octets: Uint8Array,
  offset: number,
): boolean {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (isBehind(words, start + middle * (IPV6_WORDS + 1), octets, offset)) high = middle - 1;
    else low = middle;
  }
  return wordAt(words, start + low * (IPV6_WORDS + 1) + IPV6_WORDS) !== 0;
}

/** Whether the address in words is greater than that in octets. */
function isBehind(words: Uint32Array, at: number, octets: Uint8Array, offset: number): boolean {
  for (let word = 0; word < IPV6_WORDS; word++) {
    const one = wordAt(words, at + word);
    const other = wordOf(octets, offset + 4 * word);
    if (one !== other) return one > other;
  }
  return false;
}

function wordOf(octets: Uint8Array, at: number): number {
  return (
    ((octetAt(octets, at) << 24) |
      (octetAt(octets, at + 1) << 16) |
      (octetAt(octets, at + 2) << 8) |
      octetAt(octets, at + 3)) >>>
    0
  );
}

/**
 * From the shortest prefix to the longest: each cuts out of those before it what it holds, so the longest has
 * the last word. Neighbours of one verdict become one.
 */
function intervalsOf({ allow, deny, others }: QueryAccess, family: 4 | 6): Interval[] {
  const width = family === 4 ? 32 : 128;
  const rules = [
    ...allow.map((prefix) => ({ prefix, allows: true })),
    ...deny.map((prefix) => ({ prefix, allows: false })),
  ].filter(({ prefix }) => prefix.family === family);
  const inOrder = rules
    .map(({ prefix, allows }) => {
      const first = numberOf(prefix);
      return { first, end: first + (1n << BigInt(width - prefix.bits)), bits: prefix.bits, allows };
    })
    .sort((one, other) => compare(one.first, other.first) || one.bits - other.bits);
  const edge = 1n << BigInt(width);
  const intervals: Interval[] = [];
  const begin = (first: bigint, allows: boolean): void => {
    if (intervals.at(-1)?.first === first) intervals.pop(); // a shorter prefix that begins here too
    if (intervals.at(-1)?.allows !== allows) intervals.push({ first, allows });
  };
  let inner = { end: edge, allows: others === "allow" };
  const outer: (typeof inner)[] = [];
  const closeUpTo = (first: bigint): void => {
    while (inner.end <= first) {
      const { end } = inner;
      inner = proven(outer.pop(), "the outermost ends behind the last address");
      begin(end, inner.allows);
    }
  };
  begin(0n, inner.allows);
  for (const rule of inOrder) {
    closeUpTo(rule.first);
    outer.push(inner);
    inner = rule;
    begin(rule.first, rule.allows);
  }
  closeUpTo(edge - 1n);
  return intervals;
}

function compare(one: bigint, other: bigint): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function numberOf({ octets }: Prefix): bigint {
  return octets.reduce((number, octet) => (number << 8n) | BigInt(octet), 0n);
}

function wordsOf({ first, allows }: Interval, addressWords: number): number[] {
  const words = Array.from({ length: addressWords }, (_, at) =>
    Number((first >> BigInt(32 * (addressWords - 1 - at))) & 0xffff_ffffn),
  );
  return [...words, allows ? 1 : 0];
}

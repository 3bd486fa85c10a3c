/** IPv4 and IPv6 addresses in text, read strictly and written in one way only (RFC 4291 §2.2, RFC 5952). */

import { uint16At } from "./octets.ts";
import { concatenate } from "./wire.ts";

/** An address as its octets: 4 for IPv4, 16 for IPv6, in network byte order. */
export interface Address {
  readonly family: 4 | 6;
  readonly octets: Uint8Array;
}

const LONGEST_IPV6_TEXT = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length;

/** Reads an IPv4 or IPv6 address; undefined where the text is neither. */
export function parseAddress(text: string): Address | undefined {
  const family = text.includes(":") ? 6 : 4;
  const octets = family === 6 ? parseIpv6(text) : parseIpv4(text);
  return octets && { family, octets };
}

/** An address of 4 or 16 octets in text. Any other length is a bug of the caller. */
export function formatAddress(octets: Uint8Array): string {
  return octets.length === 4 ? formatIpv4(octets) : formatIpv6(octets);
}

/** Reads four decimal numbers from 0 to 255 with dots between and no leading zeros. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  const isAddress =
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return isAddress ? Uint8Array.from(parts, Number) : undefined;
}

/** Four octets in dotted form. */
export function formatIpv4(octets: Uint8Array): string {
  expectLength(octets, 4);
  return octets.join(".");
}

/** Reads any form of RFC 4291 §2.2; a zone ("%eth0") or a prefix length is refused. */
export function parseIpv6(text: string): Uint8Array | undefined {
  if (text.length > LONGEST_IPV6_TEXT) return undefined;
  const elision = text.indexOf("::");
  const [head, tail] = elision < 0 ? [text, undefined] : [text.slice(0, elision), text.slice(elision + 2)];
  const before = parseGroups(head, tail === undefined);
  const after = parseGroups(tail ?? "", true);
  if (before === undefined || after === undefined) return undefined;
  const elided = 16 - before.length - after.length;
  const fits = tail === undefined ? elided === 0 : elided >= 2; // "::" is at least one group of zeros
  return fits ? concatenate([before, new Uint8Array(elided), after]) : undefined;
}

/** Sixteen octets as RFC 5952 recommends. */
export function formatIpv6(octets: Uint8Array): string {
  expectLength(octets, 16);
  if (isIpv4Mapped(octets)) return `::ffff:${formatIpv4(octets.subarray(12))}`; // RFC 5952 §5
  const groups = Array.from({ length: 8 }, (_, at) => groupAt(octets, at));
  const zeros = longestRunOfZeros(groups);
  if (zeros.length < 2) return groups.join(":"); // §4.2.2: "::" never stands for a single group
  const before = groups.slice(0, zeros.start).join(":");
  return `${before}::${groups.slice(zeros.start + zeros.length).join(":")}`;
}

/** Groups of one to four hex digits, an IPv4 address in place of the last two where that may stand. */
function parseGroups(text: string, mayEndInIpv4: boolean): Uint8Array | undefined {
  if (text === "") return new Uint8Array();
  const groups = text.split(":");
  const last = text.slice(text.lastIndexOf(":") + 1);
  const ipv4 = mayEndInIpv4 && last.includes(".") ? parseIpv4(last) : undefined;
  const hexadecimal = ipv4 ? groups.slice(0, -1) : groups;
  if (!hexadecimal.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const octets = hexadecimal
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255]);
  return Uint8Array.from([...octets, ...(ipv4 ?? [])]);
}

function isIpv4Mapped(octets: Uint8Array): boolean {
  return octets.subarray(0, 10).every((octet) => octet === 0) && octets[10] === 255 && octets[11] === 255;
}

function groupAt(octets: Uint8Array, at: number): string {
  return uint16At(octets, 2 * at).toString(16);
}

/** The first of the longest runs (RFC 5952 §4.2.3). */
function longestRunOfZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let run = 0;
  for (const [at, group] of groups.entries()) {
    run = group === "0" ? run + 1 : 0;
    if (run > longest.length) longest = { start: at + 1 - run, length: run };
  }
  return longest;
}

function expectLength(octets: Uint8Array, length: number): void {
  if (octets.length === length) return;
  throw new RangeError(`Cannot write an address of ${octets.length} octets, ${length} are wanted`);
}

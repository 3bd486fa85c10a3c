/** Items of APL: address prefixes, each of which may be meant to be left out (RFC 3123). */

import { formatAddress, parseIpv4, parseIpv6 } from "./address.ts";
import { octetAt, uint16At } from "./octets.ts";
import { type Field, wordField } from "./rdata-field.ts";
import { concatenate } from "./wire.ts";

/** Octets of an address by its family (IANA "Address Family Numbers"). */
const ADDRESS_LENGTHS: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [2, 16],
]);

const HEAD_LENGTH = 4;
const NEGATION = 0x80;

/** `1:192.168.32.0/21` or `!2:2001:db8::/32`; zeros at the end of the address are not on the wire (RFC 3123 §4). */
export const prefixItem: Field = wordField({
  wanted: 'an address prefix as in "1:192.0.2.0/24" or "!2:2001:db8::/32" is wanted',
  parse: ({ text }) => {
    const [, negation, family = "", address = "", bits] = /^(!?)([12]):(.+)\/(\d{1,3})$/.exec(text) ?? [];
    const octets = family === "1" ? parseIpv4(address) : parseIpv6(address);
    if (octets === undefined || Number(bits) > 8 * octets.length) return undefined;
    const length = octets.findLastIndex((octet) => octet !== 0) + 1;
    const head = [0, Number(family), Number(bits), (negation === "!" ? NEGATION : 0) | length];
    return concatenate([Uint8Array.from(head), octets.subarray(0, length)]);
  },
  end: (rdata, start) => (hasKnownFamily(rdata, start) ? endOfItem(rdata, start) : undefined),
  format: (octets) => {
    const family = octetAt(octets, 1);
    const address = new Uint8Array(family === 1 ? 4 : 16);
    address.set(octets.subarray(HEAD_LENGTH));
    const negation = (octetAt(octets, 3) & NEGATION) === 0 ? "" : "!";
    return `${negation}${family}:${formatAddress(address)}/${octetAt(octets, 2)}`;
  },
});

/** Whether the octets are items, one of a family at least whose addresses nobody knows: BIND and Knot take them. */
export function hasUnknownFamily(rdata: Uint8Array): boolean {
  let isUnknown = false;
  for (let at = 0; at < rdata.length; ) {
    const end = endOfItem(rdata, at);
    if (end === undefined) return false;
    isUnknown ||= !hasKnownFamily(rdata, at);
    at = end;
  }
  return isUnknown;
}

function hasKnownFamily(rdata: Uint8Array, start: number): boolean {
  return start + HEAD_LENGTH <= rdata.length && ADDRESS_LENGTHS.has(uint16At(rdata, start));
}

/** The offset behind an item of any family; undefined where it is none. */
function endOfItem(rdata: Uint8Array, start: number): number | undefined {
  if (start + HEAD_LENGTH > rdata.length) return undefined;
  const most = ADDRESS_LENGTHS.get(uint16At(rdata, start)) ?? 0x7f;
  const length = octetAt(rdata, start + 3) & ~NEGATION;
  const end = start + HEAD_LENGTH + length;
  if (octetAt(rdata, start + 2) > 8 * most || length > most) return undefined;
  const isTrimmed = length === 0 || rdata[end - 1] !== 0;
  return end <= rdata.length && isTrimmed ? end : undefined;
}

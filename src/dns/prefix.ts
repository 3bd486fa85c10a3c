/** Address prefixes (RFC 4632 §3.1, RFC 4291 §2.3): 192.0.2.0/24, 2001:db8::/32, or a single address. */

import { type Address, formatAddress, parseAddress } from "./address.ts";

/** An address of which the first `bits` count; the others are 0. */
export interface Prefix extends Address {
  readonly bits: number;
}

/** Whose queries a zone answers. The longest prefix that holds the client's address decides. */
export interface QueryAccess {
  readonly allow: readonly Prefix[];
  readonly deny: readonly Prefix[];
  /** What holds for clients that no prefix holds. */
  readonly others: "allow" | "deny";
}

/** Octets of an IPv6 address that stands for an IPv4 one (RFC 4291 §2.5.5.2), before that. */
const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/**
 * Reads a prefix; undefined where the text is none. Bits behind the prefix are set to 0. One of IPv4 addresses
 * inside of IPv6 is that of the IPv4 addresses: nobody asks from any other.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf("/");
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const most = 8 * address.octets.length;
  const bits = slash < 0 ? most : parseBits(text.slice(slash + 1));
  if (bits === undefined || bits > most) return undefined;
  const octets = masked(address.octets, bits);
  if (MAPPED.every((octet, at) => octet === octets[at]))
    return { family: 4, octets: octets.subarray(MAPPED.length), bits: bits - 8 * MAPPED.length };
  return { family: address.family, octets, bits };
}

/** Whether an address lies in a prefix. */
export function isInPrefix(address: Address, prefix: Prefix): boolean {
  if (address.family !== prefix.family) return false;
  const bits = masked(address.octets, prefix.bits);
  return prefix.octets.every((octet, at) => octet === bits[at]);
}

/** A prefix in the one way that it is written. */
export function formatPrefix({ octets, bits }: Prefix): string {
  return `${formatAddress(octets)}/${bits}`;
}

function parseBits(text: string): number | undefined {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) ? Number(text) : undefined;
}

function masked(octets: Uint8Array, bits: number): Uint8Array {
  return octets.map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * at))));
}

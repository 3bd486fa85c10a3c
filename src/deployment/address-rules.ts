/** Which addresses may stand in public DNS (IANA special-purpose address registries, RFC 6890). */

import { type Address, parseAddress } from "../dns/address.ts";

/** What an address is fit for. */
export type AddressKind = "public" | "documentation" | "private" | "link-local" | "loopback" | "never";

export interface AddressClass {
  readonly kind: AddressKind;
  /** What it is, for a sentence that begins with "it is". */
  readonly words: string;
}

interface Range extends AddressClass {
  readonly family: 4 | 6;
  readonly prefix: Uint8Array;
  readonly bits: number;
}

const PUBLIC: AddressClass = { kind: "public", words: "public" };

/** The first range that holds an address decides. */
const RANGES: readonly Range[] = [
  range("0.0.0.0/8", "never", "unspecified (RFC 1122)"),
  range("10.0.0.0/8", "private", "private (RFC 1918)"),
  range("172.16.0.0/12", "private", "private (RFC 1918)"),
  range("192.168.0.0/16", "private", "private (RFC 1918)"),
  range("100.64.0.0/10", "private", "private (RFC 6598)"),
  range("169.254.0.0/16", "link-local", "link-local (RFC 3927)"),
  range("127.0.0.0/8", "loopback", "loopback (RFC 1122)"),
  range("192.0.2.0/24", "documentation", "for documentation (RFC 5737)"),
  range("198.51.100.0/24", "documentation", "for documentation (RFC 5737)"),
  range("203.0.113.0/24", "documentation", "for documentation (RFC 5737)"),
  range("224.0.0.0/4", "never", "multicast (RFC 5771)"),
  range("240.0.0.0/4", "never", "reserved or broadcast (RFC 1112)"),
  range("::/128", "never", "unspecified (RFC 4291)"),
  range("::1/128", "loopback", "loopback (RFC 4291)"),
  range(
    "::ffff:0:0/96",
    "never",
    "IPv4-mapped (RFC 4291), which no host can be reached at; write the IPv4 address",
  ),
  range("fc00::/7", "private", "private (RFC 4193)"),
  range("fe80::/10", "link-local", "link-local (RFC 4291)"),
  range("2001:db8::/32", "documentation", "for documentation (RFC 3849)"),
  range("ff00::/8", "never", "multicast (RFC 4291)"),
];

/** What kind of address this is. */
export function classifyAddress(address: Address): AddressClass {
  return RANGES.find((candidate) => isIn(address, candidate)) ?? PUBLIC;
}

/** Whether an address is of use only on its own network. */
export function isInside(address: Address): boolean {
  const { kind } = classifyAddress(address);
  return kind === "private" || kind === "link-local" || kind === "loopback";
}

function isIn({ family, octets }: Address, { family: wanted, prefix, bits }: Range): boolean {
  if (family !== wanted) return false;
  return octets.every((octet, at) => {
    const compared = Math.min(8, Math.max(0, bits - 8 * at));
    return (octet ^ (prefix[at] ?? 0)) >> (8 - compared) === 0;
  });
}

function range(text: string, kind: AddressKind, words: string): Range {
  const [prefix = "", bits] = text.split("/");
  const address = parseAddress(prefix);
  if (address === undefined) throw new Error(`${prefix} is no address`); // a bug in the table above
  return { family: address.family, prefix: address.octets, bits: Number(bits), kind, words };
}

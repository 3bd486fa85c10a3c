/** IP addresses as octets. */

import { isIPv6 } from "node:net";
import type { Family } from "./counters.ts";

/** The family of an address to listen on. A socket on it has clients of no other: all of IPv6 are "v6 only". */
export function familyOf(address: string): Family {
  return isIPv6(address) ? "ipv6" : "ipv4";
}

/** The octets of an address that the system or the settings gave, its zone ("%eth0") left out: 4 or 16. */
export function addressOctets(address: string): Uint8Array {
  const [host = ""] = address.split("%");
  if (!isIPv6(host)) return Uint8Array.from(ipv4Octets(host));
  return Uint8Array.from(ipv6Groups(host).flatMap((group) => [group >>> 8, group & 255]));
}

/** The four octets of an address that `isIPv4` has let through. */
export function ipv4Octets(address: string): number[] {
  return address.split(".").map(Number);
}

/** The eight groups of an address that `isIPv6` has let through. */
export function ipv6Groups(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const before = groupsOf(head);
  if (tail === undefined) return before;
  const after = groupsOf(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after];
}

/** The last 32 bits may be written as an IPv4 address (RFC 4291 §2.2). */
function groupsOf(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = ipv4Octets(group);
    return [(a << 8) | b, (c << 8) | d];
  });
}

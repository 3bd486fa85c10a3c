/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) in 32-bit integers: the hash of server cookies (RFC 9018 §4.4).
 * A 64-bit word is two integers, low and high; BigInt would make objects on the path of a query.
 */

import { octetAt, wordAt } from "../dns/octets.ts";

/** Octets of the key. */
export const SIPHASH_KEY_LENGTH = 16;

/** Words of a key: its octets, little-endian. */
export type SipHashKey = Uint32Array;

/** The key that 16 octets are. */
export function sipHashKey(octets: Uint8Array): SipHashKey {
  return Uint32Array.from({ length: 4 }, (_, word) => littleEndianAt(octets, 4 * word));
}

/**
 * Hashes `length` octets at `start` and puts the eight octets of the hash, little-endian, at `to` of `target`.
 * One long function: its sixteen integers stay in registers.
 */
export function sipHash(
  key: SipHashKey,
  source: Uint8Array,
  start: number,
  length: number,
  target: Uint8Array,
  to: number,
): void {
  const k0 = wordAt(key, 0);
  const k1 = wordAt(key, 1);
  const k2 = wordAt(key, 2);
  const k3 = wordAt(key, 3);
  let v0 = k0 ^ 0x70736575;
  let v0High = k1 ^ 0x736f6d65;
  let v1 = k2 ^ 0x6e646f6d;
  let v1High = k3 ^ 0x646f7261;
  let v2 = k0 ^ 0x6e657261;
  let v2High = k1 ^ 0x6c796765;
  let v3 = k2 ^ 0x79746573;
  let v3High = k3 ^ 0x74656462;
  const blocks = length >>> 3;
  // The blocks, the last of them with the length on top, and four rounds more.
  for (let block = 0; block <= blocks + 1; block++) {
    let low = 0;
    let high = 0;
    let rounds = 2;
    const at = start + 8 * block;
    if (block < blocks) {
      low = littleEndianAt(source, at);
      high = littleEndianAt(source, at + 4);
    } else if (block === blocks) {
      const left = length & 7;
      for (let octet = 0; octet < left; octet++) {
        if (octet < 4) low |= octetAt(source, at + octet) << (8 * octet);
        else high |= octetAt(source, at + octet) << (8 * (octet - 4));
      }
      high |= length << 24;
    } else {
      v2 ^= 0xff;
      rounds = 4;
    }
    v3 ^= low;
    v3High ^= high;
    for (; rounds > 0; rounds--) {
      let before = v0;
      v0 = (v0 + v1) | 0;
      v0High = (v0High + v1High + (v0 >>> 0 < before >>> 0 ? 1 : 0)) | 0;
      let kept = v1;
      v1 = ((v1 << 13) | (v1High >>> 19)) ^ v0;
      v1High = ((v1High << 13) | (kept >>> 19)) ^ v0High;
      kept = v0;
      v0 = v0High;
      v0High = kept;
      before = v2;
      v2 = (v2 + v3) | 0;
      v2High = (v2High + v3High + (v2 >>> 0 < before >>> 0 ? 1 : 0)) | 0;
      kept = v3;
      v3 = ((v3 << 16) | (v3High >>> 16)) ^ v2;
      v3High = ((v3High << 16) | (kept >>> 16)) ^ v2High;
      before = v0;
      v0 = (v0 + v3) | 0;
      v0High = (v0High + v3High + (v0 >>> 0 < before >>> 0 ? 1 : 0)) | 0;
      kept = v3;
      v3 = ((v3 << 21) | (v3High >>> 11)) ^ v0;
      v3High = ((v3High << 21) | (kept >>> 11)) ^ v0High;
      before = v2;
      v2 = (v2 + v1) | 0;
      v2High = (v2High + v1High + (v2 >>> 0 < before >>> 0 ? 1 : 0)) | 0;
      kept = v1;
      v1 = ((v1 << 17) | (v1High >>> 15)) ^ v2;
      v1High = ((v1High << 17) | (kept >>> 15)) ^ v2High;
      kept = v2;
      v2 = v2High;
      v2High = kept;
    }
    v0 ^= low;
    v0High ^= high;
  }
  writeLittleEndian(target, to, v0 ^ v1 ^ v2 ^ v3);
  writeLittleEndian(target, to + 4, v0High ^ v1High ^ v2High ^ v3High);
}

function littleEndianAt(octets: Uint8Array, at: number): number {
  return (
    octetAt(octets, at) |
    (octetAt(octets, at + 1) << 8) |
    (octetAt(octets, at + 2) << 16) |
    (octetAt(octets, at + 3) << 24)
  );
}

function writeLittleEndian(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value;
  octets[at + 1] = value >>> 8;
  octets[at + 2] = value >>> 16;
  octets[at + 3] = value >>> 24;
}

/** Message authentication codes of DNS messages (RFC 8945 §4.3). */

import { createHmac, timingSafeEqual } from "node:crypto";
import type { TsigAlgorithm, TsigKey } from "../dns/transfer-policy.ts";
import { concatenate, unsignedOctets } from "../dns/wire.ts";

interface Algorithm {
  /** Lower-cased wire form of its name, one character an octet. */
  readonly name: string;
  /** As node:crypto calls the hash. */
  readonly hash: string;
  /** Octets of a whole MAC. */
  readonly length: number;
}

const ALGORITHMS: Readonly<Record<TsigAlgorithm, Algorithm>> = {
  "hmac-sha256": { name: "\x0bhmac-sha256\0", hash: "sha256", length: 32 },
  "hmac-sha384": { name: "\x0bhmac-sha384\0", hash: "sha384", length: 48 },
  "hmac-sha512": { name: "\x0bhmac-sha512\0", hash: "sha512", length: 64 },
};

export function algorithmOf({ algorithm }: TsigKey): Algorithm {
  return ALGORITHMS[algorithm];
}

/** What a TSIG record says of its time; seconds since 1970. */
export interface Timers {
  readonly timeSigned: number;
  readonly fudge: number;
}

/** The six octets of a time. */
export function timeOctets(seconds: number): Uint8Array {
  return concatenate([
    unsignedOctets(Math.floor(seconds / 2 ** 32), 2),
    unsignedOctets(seconds % 2 ** 32, 4),
  ]);
}

/** Time signed and fudge: all that later messages of a stream add to themselves (RFC 8945 §4.3.3.1). */
export function timerOctets({ timeSigned, fudge }: Timers): Uint8Array {
  return concatenate([timeOctets(timeSigned), unsignedOctets(fudge, 2)]);
}

/** The TSIG variables of a request or of the first reply to it (RFC 8945 §4.3.3). */
export function variableOctets(
  keyName: string,
  algorithm: string,
  timers: Timers,
  error: number,
  other: Uint8Array,
): Uint8Array {
  return concatenate([
    latin1(keyName),
    Uint8Array.of(0, 255, 0, 0, 0, 0), // class ANY, TTL 0
    latin1(algorithm),
    timerOctets(timers),
    unsignedOctets(error, 2),
    unsignedOctets(other.length, 2),
    other,
  ]);
}

/** An earlier MAC as it goes into the next one: behind its length (RFC 8945 §4.3.1). */
export function priorMac(mac: Uint8Array): Uint8Array {
  return concatenate([unsignedOctets(mac.length, 2), mac]);
}

/** The MAC of parts that follow each other. */
export function computeMac(key: TsigKey, parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac(algorithmOf(key).hash, key.secret.reveal());
  for (const part of parts) hmac.update(part);
  return new Uint8Array(hmac.digest());
}

/** Whether a MAC, truncated perhaps, is the one that was computed; takes as long whatever it holds. */
export function isSameMac(given: Uint8Array, computed: Uint8Array): boolean {
  return timingSafeEqual(given, computed.subarray(0, given.length)); // proof: the caller has checked the length
}

/** Whether a MAC has a length that RFC 8945 §5.2.2.1 allows: whole, or truncated to ten octets or half at the least. */
export function isAllowedLength(key: TsigKey, length: number): boolean {
  const whole = algorithmOf(key).length;
  return length <= whole && length >= Math.max(10, whole / 2);
}

export function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

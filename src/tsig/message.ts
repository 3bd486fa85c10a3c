/** What of a message a signature needs: names made whole, the TSIG record taken apart, octets put back. */

import { TYPE } from "../dns/codes.ts";
import { copyOf, octetAt, uint16At } from "../dns/octets.ts";

/** Octets of a message's header (RFC 1035 §4.1.1), and of a record behind its owner up to its RDATA. */
export const HEADER_LENGTH = 12;
export const RECORD_FIXED_LENGTH = 10;

/** The fields of a TSIG record (RFC 8945 §4.2). Names are in lower-cased wire form, one character an octet. */
export interface TsigRecord {
  /** Where the record begins in the array: the message without it ends there. */
  readonly start: number;
  readonly keyName: string;
  readonly algorithm: string;
  /** Seconds since 1970. */
  readonly timeSigned: number;
  readonly fudge: number;
  readonly mac: Uint8Array;
  readonly originalId: number;
  readonly error: number;
  readonly other: Uint8Array;
}

/** A name with the offset behind it. */
export interface ReadName {
  readonly wire: string;
  readonly end: number;
}

/**
 * Reads a name of the message at `message`, which pointers may shorten, and lower-cases it; undefined where it
 * is none. Pointers go backwards only, so it ends.
 */
export function readName(octets: Uint8Array, message: number, at: number, end: number): ReadName | undefined {
  let wire = "";
  let resume = -1;
  let lowest = at;
  for (let from = at; from < end; ) {
    const length = octetAt(octets, from);
    if (length === 0) return { wire: `${wire}\0`, end: resume < 0 ? from + 1 : resume };
    if (length >= 0xc0) {
      if (from + 2 > end) return undefined;
      const target = message + (uint16At(octets, from) & 0x3fff);
      if (target >= lowest) return undefined;
      if (resume < 0) resume = from + 2;
      lowest = target;
      from = target;
      continue;
    }
    if (length > 63 || from + length >= end || wire.length + length + 2 > 255) return undefined;
    wire += lowerCased(octets, from, from + 1 + length);
    from += 1 + length;
  }
  return undefined;
}

/** A length octet is below 64 and so below 'A': it passes unchanged. */
function lowerCased(octets: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at++) {
    const octet = octetAt(octets, at);
    text += String.fromCharCode(octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet);
  }
  return text;
}

/** The offset behind the record at `at`, or -1 where the message ends before it. */
export function skipRecord(octets: Uint8Array, message: number, at: number, end: number): number {
  const owner = readName(octets, message, at, end);
  if (owner === undefined || owner.end + RECORD_FIXED_LENGTH > end) return -1;
  const recordEnd = owner.end + RECORD_FIXED_LENGTH + uint16At(octets, owner.end + 8);
  return recordEnd > end ? -1 : recordEnd;
}

/** The TSIG record that begins at `start` and ends the message; undefined where it is malformed (RFC 8945 §5.2). */
export function readTsig(
  octets: Uint8Array,
  message: number,
  start: number,
  end: number,
): TsigRecord | undefined {
  const owner = readName(octets, message, start, end);
  if (owner === undefined || owner.end + RECORD_FIXED_LENGTH > end) return undefined;
  const [type, recordClass] = [uint16At(octets, owner.end), uint16At(octets, owner.end + 2)];
  const ttl = uint16At(octets, owner.end + 4) | uint16At(octets, owner.end + 6);
  if (type !== TYPE.TSIG || recordClass !== 255 || ttl !== 0) return undefined;
  const rdata = owner.end + RECORD_FIXED_LENGTH;
  if (rdata + uint16At(octets, owner.end + 8) !== end) return undefined;
  const algorithm = readName(octets, rdata, rdata, end); // never compressed: it begins where pointers would lead before
  if (algorithm === undefined || algorithm.end + 10 > end) return undefined;
  const times = algorithm.end;
  const macEnd = times + 10 + uint16At(octets, times + 8);
  if (macEnd + 6 > end || macEnd + 6 + uint16At(octets, macEnd + 4) !== end) return undefined;
  return {
    start,
    keyName: owner.wire,
    algorithm: algorithm.wire,
    timeSigned: uint16At(octets, times) * 2 ** 32 + uint32At(octets, times + 2),
    fudge: uint16At(octets, times + 6),
    mac: copyOf(octets, times + 10, macEnd),
    originalId: uint16At(octets, macEnd),
    error: uint16At(octets, macEnd + 2),
    other: copyOf(octets, macEnd + 6, end),
  };
}

function uint32At(octets: Uint8Array, at: number): number {
  return uint16At(octets, at) * 65_536 + uint16At(octets, at + 2);
}

/** The message as it was before its TSIG record was added: original ID, one additional record less (RFC 8945 §4.3.2). */
export function withoutTsig(
  octets: Uint8Array,
  message: number,
  { start, originalId }: TsigRecord,
): Uint8Array {
  const bare = copyOf(octets, message, start);
  bare[0] = originalId >>> 8;
  bare[1] = originalId;
  const additional = uint16At(bare, 10) - 1;
  bare[10] = additional >>> 8;
  bare[11] = additional;
  return bare;
}

/** Puts TSIG records at the end of messages (RFC 8945 §5.1, §5.3). */

import { RCODE, TYPE } from "../dns/codes.ts";
import { uint16At } from "../dns/octets.ts";
import type { TsigKey } from "../dns/transfer-policy.ts";
import { concatenate, unsignedOctets } from "../dns/wire.ts";
import { algorithmOf, computeMac, latin1, priorMac, timeOctets, timerOctets, variableOctets } from "./mac.ts";
import type { TsigRecord } from "./message.ts";

/** Seconds that the clocks of both sides may be apart (RFC 8945 §10). */
export const FUDGE = 300;

const NO_OCTETS = new Uint8Array();

interface TsigFields {
  readonly keyName: string;
  readonly algorithm: string;
  readonly timeSigned: number;
  readonly fudge: number;
  readonly mac: Uint8Array;
  readonly originalId: number;
  readonly error: number;
  readonly other: Uint8Array;
}

/** Octets that the record of a signature with this key takes. */
export function signatureLength(key: TsigKey): number {
  const { name, length } = algorithmOf(key);
  return key.name.key.length + 10 + name.length + 16 + length;
}

/** A message with a signature of its own, and the MAC that ties replies to it. */
export interface SignedRequest {
  readonly octets: Uint8Array;
  readonly mac: Uint8Array;
}

/** Signs a request. `now` is in seconds. */
export function signRequest(key: TsigKey, message: Uint8Array, now: number): SignedRequest {
  const fields = { ...namesOf(key), timeSigned: now, fudge: FUDGE, error: RCODE.NOERROR, other: NO_OCTETS };
  const { keyName, algorithm, error, other } = fields;
  const mac = computeMac(key, [message, variableOctets(keyName, algorithm, fields, error, other)]);
  const record = recordOctets({ ...fields, mac, originalId: uint16At(message, 0) });
  const octets = concatenate([message, record]);
  countOneMore(octets, 0);
  return { octets, mac };
}

/** Signs the reply to one request, message by message. */
export class ReplySigner {
  readonly #key: TsigKey;
  readonly #request: TsigRecord;
  /** Goes into the next MAC: the request's, then that of the message before. */
  #previousMac: Uint8Array;
  #isFirst = true;

  constructor(key: TsigKey, request: TsigRecord) {
    this.#key = key;
    this.#request = request;
    this.#previousMac = request.mac;
  }

  /** Octets that each message must leave free. */
  get room(): number {
    return signatureLength(this.#key);
  }

  /** Signs the message of `length` octets at `start`, behind which there is room; returns its new length. `now` is in seconds. */
  sign(octets: Uint8Array, start: number, length: number, now: number): number {
    return this.#sign(octets, start, length, { timeSigned: now, fudge: FUDGE }, RCODE.NOERROR, NO_OCTETS);
  }

  /** Signs the NOTAUTH for a request out of time: with its own time, so that its sender can verify it, and ours (RFC 8945 §5.2.3). */
  signOutOfTime(octets: Uint8Array, start: number, length: number, now: number): number {
    return this.#sign(octets, start, length, this.#request, RCODE.BADTIME, timeOctets(now));
  }

  #sign(
    octets: Uint8Array,
    start: number,
    length: number,
    { timeSigned, fudge }: { readonly timeSigned: number; readonly fudge: number },
    error: number,
    other: Uint8Array,
  ): number {
    const { keyName, algorithm } = this.#request;
    const timers = { timeSigned, fudge };
    const mac = computeMac(this.#key, [
      priorMac(this.#previousMac),
      octets.subarray(start, start + length),
      this.#isFirst ? variableOctets(keyName, algorithm, timers, error, other) : timerOctets(timers),
    ]);
    this.#previousMac = mac;
    this.#isFirst = false;
    const originalId = uint16At(octets, start);
    return append(octets, start, length, { keyName, algorithm, ...timers, mac, originalId, error, other });
  }
}

/** Puts the TSIG record of an error without a MAC behind a reply (RFC 8945 §5.3.2); returns its new length. */
export function addUnsignedError(
  octets: Uint8Array,
  start: number,
  length: number,
  request: TsigRecord,
  error: number,
): number {
  return append(octets, start, length, { ...request, mac: NO_OCTETS, error, other: NO_OCTETS });
}

/** Octets that the record of an unsigned error takes. */
export function errorLength({ keyName, algorithm }: TsigRecord): number {
  return keyName.length + 10 + algorithm.length + 16;
}

function namesOf(key: TsigKey): { readonly keyName: string; readonly algorithm: string } {
  return { keyName: key.name.key, algorithm: algorithmOf(key).name };
}

function append(octets: Uint8Array, start: number, length: number, fields: TsigFields): number {
  const record = recordOctets(fields);
  octets.set(record, start + length);
  countOneMore(octets, start);
  return length + record.length;
}

function recordOctets(fields: TsigFields): Uint8Array {
  const { keyName, algorithm, timeSigned, fudge, mac, originalId, error, other } = fields;
  const rdata = concatenate([
    latin1(algorithm),
    timeOctets(timeSigned),
    unsignedOctets(fudge, 2),
    unsignedOctets(mac.length, 2),
    mac,
    unsignedOctets(originalId, 2),
    unsignedOctets(error, 2),
    unsignedOctets(other.length, 2),
    other,
  ]);
  return concatenate([
    latin1(keyName),
    unsignedOctets(TYPE.TSIG, 2),
    Uint8Array.of(0, 255, 0, 0, 0, 0), // class ANY, TTL 0
    unsignedOctets(rdata.length, 2),
    rdata,
  ]);
}

/** One more additional record. */
function countOneMore(octets: Uint8Array, start: number): void {
  const count = uint16At(octets, start + 10) + 1;
  octets[start + 10] = count >>> 8;
  octets[start + 11] = count;
}

/** Whether a message was signed by who knows the key, and now (RFC 8945 §5.2, §5.3). */

import { RCODE } from "../dns/codes.ts";
import type { TsigKey } from "../dns/transfer-policy.ts";
import {
  algorithmOf,
  computeMac,
  isAllowedLength,
  isSameMac,
  priorMac,
  timerOctets,
  variableOctets,
} from "./mac.ts";
import { type TsigRecord, withoutTsig } from "./message.ts";

/** What is found of a signature. */
export type Verdict =
  | { readonly kind: "good"; readonly key: TsigKey }
  /** FORMERR without a TSIG record. */
  | { readonly kind: "malformed" }
  /** NOTAUTH with this error in an unsigned TSIG record. */
  | { readonly kind: "refused"; readonly error: typeof RCODE.BADKEY | typeof RCODE.BADSIG }
  /** NOTAUTH with BADTIME in a signed one. */
  | { readonly kind: "out-of-time"; readonly key: TsigKey };

/** Checks the key, then the MAC, then the time of a request, in the order of RFC 8945 §5.2. `now` is in seconds. */
export function verifyRequest(
  keys: readonly TsigKey[],
  octets: Uint8Array,
  message: number,
  record: TsigRecord,
  now: number,
): Verdict {
  const key = keys.find((known) => known.name.key === record.keyName);
  if (key === undefined || algorithmOf(key).name !== record.algorithm)
    return { kind: "refused", error: RCODE.BADKEY };
  if (!isAllowedLength(key, record.mac.length)) return { kind: "malformed" };
  const { keyName, algorithm, error, other } = record;
  const computed = computeMac(key, [
    withoutTsig(octets, message, record),
    variableOctets(keyName, algorithm, record, error, other),
  ]);
  if (!isSameMac(record.mac, computed)) return { kind: "refused", error: RCODE.BADSIG };
  if (Math.abs(now - record.timeSigned) > record.fudge) return { kind: "out-of-time", key };
  return { kind: "good", key };
}

/** Whether the reply to a request that carried `requestMac` is signed by its key and in time. `now` is in seconds. */
export function isReplySigned(
  key: TsigKey,
  requestMac: Uint8Array,
  octets: Uint8Array,
  record: TsigRecord,
  now: number,
): boolean {
  if (record.keyName !== key.name.key || record.algorithm !== algorithmOf(key).name) return false;
  if (!isAllowedLength(key, record.mac.length) || Math.abs(now - record.timeSigned) > record.fudge)
    return false;
  const { keyName, algorithm, error, other } = record;
  const computed = computeMac(key, [
    priorMac(requestMac),
    withoutTsig(octets, 0, record),
    variableOctets(keyName, algorithm, record, error, other),
  ]);
  return isSameMac(record.mac, computed);
}

/** Whether a later message of a stream is signed; `previousMac` is that of the message before (RFC 8945 §5.3.1). */
export function isContinuationSigned(
  key: TsigKey,
  previousMac: Uint8Array,
  octets: Uint8Array,
  record: TsigRecord,
): boolean {
  if (!isAllowedLength(key, record.mac.length)) return false;
  const computed = computeMac(key, [
    priorMac(previousMac),
    withoutTsig(octets, 0, record),
    timerOctets(record),
  ]);
  return isSameMac(record.mac, computed);
}

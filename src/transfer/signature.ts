/** The signature of a request: whose it is, or the reply that says why it does not count (RFC 8945 §5.2). */

import { RCODE } from "../dns/codes.ts";
import type { TsigKey } from "../dns/transfer-policy.ts";
import { HEADER_LENGTH, type Query } from "../responder/query.ts";
import { readTsig, type TsigRecord } from "../tsig/message.ts";
import { addUnsignedError, errorLength, ReplySigner } from "../tsig/sign.ts";
import { type Verdict, verifyRequest } from "../tsig/verify.ts";

/** What became of a TSIG record. */
export type Signature = GoodSignature | BadSignature;

export interface GoodSignature {
  readonly kind: "good";
  readonly key: TsigKey;
  readonly record: TsigRecord;
  readonly signer: ReplySigner;
}

export interface BadSignature {
  readonly kind: "bad";
  /** Undefined where it could not be read. */
  readonly record: TsigRecord | undefined;
  readonly verdict: Exclude<Verdict, { readonly kind: "good" }>;
}

/** A request where it lies, as far as it was read. */
export interface Received {
  readonly octets: Uint8Array;
  readonly offset: number;
  readonly length: number;
  readonly query: Query;
}

/** Where a reply goes, and how long it may be. */
export interface ReplyRoom {
  readonly octets: Uint8Array;
  readonly offset: number;
  readonly limit: number;
}

/** Checks the TSIG record that the query was found to end in. `now` is in seconds. */
export function checkSignature(
  keys: readonly TsigKey[],
  { octets, offset, length, query }: Received,
  now: number,
): Signature {
  const record = readTsig(octets, offset, query.tsigStart, offset + length);
  if (record === undefined) return { kind: "bad", record, verdict: { kind: "malformed" } };
  const verdict = verifyRequest(keys, octets, offset, record, now);
  if (verdict.kind !== "good") return { kind: "bad", record, verdict };
  return { kind: "good", key: verdict.key, record, signer: new ReplySigner(verdict.key, record) };
}

/** Why a signature does not count, in the words of RFC 8945. */
export function faultOf({ verdict }: BadSignature): string {
  switch (verdict.kind) {
    case "malformed":
      return "FORMERR";
    case "out-of-time":
      return "BADTIME";
    case "refused":
      return verdict.error === RCODE.BADKEY ? "BADKEY" : "BADSIG";
    default:
      return verdict satisfies never;
  }
}

/** Octets of the server's time in a BADTIME. */
const TIME_LENGTH = 6;

/**
 * Writes the reply to a request whose signature does not count, and returns its length: header and question,
 * and the TSIG record that says why, unless there is no room for it.
 */
export function writeFault(
  { record, verdict }: BadSignature,
  received: Received,
  room: ReplyRoom,
  now: number,
): number {
  if (record === undefined || verdict.kind === "malformed") return writeHead(received, room, RCODE.FORMERR);
  const length = writeHead(received, room, RCODE.NOTAUTH);
  if (verdict.kind === "out-of-time") {
    const signer = new ReplySigner(verdict.key, record);
    if (length + signer.room + TIME_LENGTH > room.limit) return length;
    return signer.signOutOfTime(room.octets, room.offset, length, now);
  }
  if (length + errorLength(record) > room.limit) return length;
  return addUnsignedError(room.octets, room.offset, length, record, verdict.error);
}

/** Writes a header with these flags and RCODE, and the question; returns their length. */
export function writeHead({ octets, offset, query }: Received, room: ReplyRoom, flags: number): number {
  const { octets: reply, offset: at } = room;
  const echoed = 0x8000 | (query.flags & 0x7910) | flags; // QR; opcode, RD and CD as they came
  reply.fill(0, at, at + HEADER_LENGTH);
  reply.set(octets.subarray(offset, offset + 2), at);
  reply[at + 2] = echoed >>> 8;
  reply[at + 3] = echoed;
  reply[at + 5] = 1;
  reply.set(octets.subarray(offset + HEADER_LENGTH, query.questionEnd), at + HEADER_LENGTH);
  return query.questionEnd - offset;
}

/** The request for a transfer: AXFR (RFC 5936) or IXFR with the SOA that its sender has (RFC 1995 §3). */

import { CLASS, OPCODE, TYPE } from "../dns/codes.ts";
import { copyOf, uint16At } from "../dns/octets.ts";
import { RECORD_FIXED_LENGTH } from "../responder/query.ts";
import { readName, skipRecord, withoutTsig } from "../tsig/message.ts";
import type { GoodSignature, Received } from "./signature.ts";

/** Whether a query that is well formed asks for a transfer. */
export function asksForTransfer({ query }: Received): boolean {
  const { isWellFormed, opcode, type, ednsVersion } = query;
  const isTransfer = type === TYPE.AXFR || type === TYPE.IXFR;
  return (
    isTransfer && isWellFormed && opcode === OPCODE.QUERY && query.class === CLASS.IN && ednsVersion === 0
  );
}

/** Octets of the numbers behind the two names of a SOA record; the serial is the first of them. */
const SOA_NUMBERS = 20;

/** The serial that the sender of an IXFR has; undefined where its authority section holds no SOA of the zone. */
export function clientSerial({ octets, offset, length, query }: Received): number | undefined {
  const end = offset + length;
  const owner = readName(octets, offset, query.questionEnd, end);
  const asked = readName(octets, offset, offset + 12, end);
  if (uint16At(octets, offset + 8) !== 1 || owner === undefined || owner.wire !== asked?.wire)
    return undefined;
  if (owner.end + RECORD_FIXED_LENGTH > end || uint16At(octets, owner.end) !== TYPE.SOA) return undefined;
  const rdata = owner.end + RECORD_FIXED_LENGTH;
  const rdataEnd = rdata + uint16At(octets, owner.end + 8);
  if (rdataEnd > end) return undefined;
  const primary = readName(octets, offset, rdata, rdataEnd);
  const mailbox = primary && readName(octets, offset, primary.end, rdataEnd);
  if (mailbox === undefined || mailbox.end + SOA_NUMBERS !== rdataEnd) return undefined;
  return uint16At(octets, mailbox.end) * 65_536 + uint16At(octets, mailbox.end + 2);
}

/** The request without its signature. Its ID is that of the message, which may be another than was signed (RFC 8945 §4.2). */
export function bareRequest(
  { octets, offset, length }: Received,
  signature: GoodSignature | undefined,
): Uint8Array {
  if (signature === undefined) return copyOf(octets, offset, offset + length);
  const bare = withoutTsig(octets, offset, signature.record);
  bare.set(octets.subarray(offset, offset + 2));
  return bare;
}

/**
 * The same question for the SOA, with the OPT record as it came: what is said to who asks for changes over UDP
 * (RFC 1995 §2), and what EDNS options are answered with before a transfer.
 */
export function soaRequest(received: Received, signature: GoodSignature | undefined): Uint8Array {
  const bare = bareRequest(received, signature);
  const end = received.query.questionEnd - received.offset;
  const owner = uint16At(bare, 8) > 0 ? readName(bare, 0, end, bare.length) : undefined; // one record at the most
  const hasSoa = owner !== undefined && uint16At(bare, owner.end) === TYPE.SOA; // it may as well be the OPT record
  const rest = hasSoa ? skipRecord(bare, 0, end, bare.length) : end; // never in vain: the query is well formed
  const request = new Uint8Array(end + bare.length - rest);
  request.set(bare.subarray(0, end));
  request.set(bare.subarray(rest), end);
  if (hasSoa) request.fill(0, 8, 10);
  setQueryType(request, end, TYPE.SOA);
  return request;
}

/** Writes another QTYPE into a question. */
export function setQueryType(octets: Uint8Array, questionEnd: number, type: number): void {
  octets[questionEnd - 4] = type >>> 8;
  octets[questionEnd - 3] = type;
}

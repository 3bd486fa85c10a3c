/** The request for a transfer: AXFR (RFC 5936) or IXFR with the SOA that its sender has (RFC 1995 §3). */

import { CLASS, OPCODE, TYPE } from "../dns/codes.ts";
import { uint16At } from "../dns/octets.ts";
import { RECORD_FIXED_LENGTH } from "../responder/query.ts";
import { readName } from "../tsig/message.ts";
import type { Received } from "./signature.ts";

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

/** The 12-octet header (RFC 1035 §4.1.1): all that a transport reads of a message, but for the rest of an RCODE. */

/** Octets of the header. */
export const HEADER_LENGTH = 12;

/** RCODEs that a transport gives by itself. */
export const TRANSPORT_RCODE = { FORMERR: 1, SERVFAIL: 2 } as const;

/** The third octet: QR, opcode, AA, TC, RD. */
const QR = 0x80;
const OPCODE_AND_RD = 0x79;
const TC = 0x02;

/**
 * Writes a reply that is a header and nothing else, for a request that cannot be handed to the responder.
 * Returns its length, or 0 where silence is right: no header, or a response itself.
 */
export function writeBareReply(
  request: Uint8Array,
  offset: number,
  length: number,
  reply: Uint8Array,
  replyOffset: number,
  rcode: number,
): number {
  const flags = request[offset + 2] ?? 0;
  if (length < HEADER_LENGTH || (flags & QR) !== 0) return 0;
  reply.fill(0, replyOffset, replyOffset + HEADER_LENGTH);
  reply[replyOffset] = request[offset] ?? 0;
  reply[replyOffset + 1] = request[offset + 1] ?? 0;
  reply[replyOffset + 2] = QR | (flags & OPCODE_AND_RD);
  reply[replyOffset + 3] = rcode;
  return HEADER_LENGTH;
}

/** The low four bits of the RCODE; the upper ones are in the OPT record. */
export function rcodeOf(message: Uint8Array, offset: number): number {
  return (message[offset + 3] ?? 0) & 15;
}

/** The first octets of an OPT record: the root as its owner, then the type (RFC 6891 §6.1.2). */
const OPT_TYPE = 41;

/** Octets from the start of an OPT record to the upper part of the RCODE. */
const UPPER_RCODE = 5;

/**
 * The whole RCODE of a reply of ours. One with an upper part (BADVERS, BADCOOKIE) holds its question and an
 * OPT record behind it, so a reply with answers or a SOA record costs no look beyond the header.
 */
export function wholeRcodeOf(message: Uint8Array, offset: number, length: number): number {
  const lower = rcodeOf(message, offset);
  const records = octet(message, offset + 6) | octet(message, offset + 7) | octet(message, offset + 8);
  if ((records | octet(message, offset + 9)) !== 0 || octet(message, offset + 11) === 0) return lower;
  const at = octet(message, offset + 5) === 0 ? offset + HEADER_LENGTH : questionEnd(message, offset);
  const isOpt =
    octet(message, at) === 0 && octet(message, at + 1) === 0 && octet(message, at + 2) === OPT_TYPE;
  return isOpt && at + UPPER_RCODE < offset + length
    ? (octet(message, at + UPPER_RCODE) << 4) | lower
    : lower;
}

/** Behind the one question, whose name is not compressed: nothing stands before it. */
function questionEnd(message: Uint8Array, offset: number): number {
  let at = offset + HEADER_LENGTH;
  while (octet(message, at) !== 0) at += 1 + octet(message, at); // behind the memory's end all octets are 0
  return at + 5;
}

function octet(message: Uint8Array, at: number): number {
  return message[at] ?? 0;
}

/** The reply was cut: its requestor is to ask over TCP. */
export function isTruncated(message: Uint8Array, offset: number): boolean {
  return ((message[offset + 2] ?? 0) & TC) !== 0;
}

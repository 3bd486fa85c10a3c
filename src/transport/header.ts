/** The 12-octet header (RFC 1035 §4.1.1): all that a transport reads of a message. */

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

/** The reply was cut: its requestor is to ask over TCP. */
export function isTruncated(message: Uint8Array, offset: number): boolean {
  return ((message[offset + 2] ?? 0) & TC) !== 0;
}

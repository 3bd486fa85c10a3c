/**
 * From the octets of a request to the octets of its reply. No clock, no socket, no log, no object a query:
 * UDP, TCP, the tests and the fuzzer all call this one function.
 */

import { CLASS, EDE, RCODE } from "../dns/codes.ts";
import { octetAt, uint16At } from "../dns/octets.ts";
import type { Snapshot } from "../zone/snapshot.ts";
import { Answerer } from "./answer.ts";
import { checkQuery } from "./checks.ts";
import { HEADER_LENGTH, Query } from "./query.ts";
import { ReplyWriter } from "./reply-writer.ts";

/** What a transport allows for its replies. */
export interface Limits {
  /** Octets of the longest reply to a requestor that says nothing of its own limit: 512 (UDP), 65,535 (TCP). */
  readonly plain: number;
  /** The payload size that our OPT record announces and that no reply to EDNS exceeds. */
  readonly payloadSize: number;
}

/** RFC 1035 §4.2.1: what every requestor takes over UDP. */
export const PLAIN_UDP_LENGTH = 512;
export const MAXIMUM_MESSAGE_LENGTH = 0xffff;

/** The limits over UDP for a payload size of ours. */
export function udpLimits(payloadSize: number): Limits {
  return { plain: PLAIN_UDP_LENGTH, payloadSize };
}

/** The limits over TCP; the payload size announced is the one that holds over UDP. */
export function tcpLimits(payloadSize: number): Limits {
  return { plain: MAXIMUM_MESSAGE_LENGTH, payloadSize };
}

/** Octets of an OPT record without options. An extended error goes with replies that hold no other record. */
const OPT_LENGTH = 11;

const FLAG = { QR: 0x8000, OPCODE: 0x7800, AA: 0x0400, TC: 0x0200, RD: 0x0100, CD: 0x0010 } as const;

// One of each for the life of the thread: every call leaves them without a trace of the last.
const query = new Query();
const writer = new ReplyWriter();
const answerer = new Answerer();

/**
 * Answers the request of `length` octets at `offset`. The reply is written at `replyOffset`, where the
 * longest reply that the limits allow must have room. Returns its length, or 0 where silence is right:
 * what is shorter than a header or a response itself could feed a loop if it were answered.
 */
export function respond(
  snapshot: Snapshot,
  request: Uint8Array,
  offset: number,
  length: number,
  reply: Uint8Array,
  replyOffset: number,
  limits: Limits,
): number {
  if (length < HEADER_LENGTH || (octetAt(request, offset + 2) & 0x80) !== 0) return 0;
  query.read(request, offset, length);
  writer.begin(reply, replyOffset, replyLimit(limits));
  if (query.hasQuestion) writer.copyRequest(request, offset + HEADER_LENGTH, query.questionEnd);
  if (query.hasOpt) writer.holdBack(OPT_LENGTH);
  const id = uint16At(request, offset);
  const refused = checkQuery(query);
  if (refused !== RCODE.NOERROR) return finishRefusal(request, id, refused, limits);
  answerer.resolve(snapshot, query, writer, id);
  const { answer } = answerer;
  const isAuthoritative = answer.authoritative && query.class !== CLASS.ANY; // RFC 1035 §6.2: we know of one class
  const flags = (isAuthoritative ? FLAG.AA : 0) | (answer.truncated ? FLAG.TC : 0);
  return finish(id, answer.rcode, flags, answer.outside ? EDE.NOT_AUTHORITATIVE : -1, limits);
}

/** QTYPE of the request that was answered last in this thread; 0 where its question could not be read. */
export function lastQueryType(): number {
  return query.hasQuestion ? query.type : 0;
}

/** RFC 6891 §6.2.3 and §6.2.5: less than 512 counts as 512; over TCP the message's own limit holds. */
function replyLimit(limits: Limits): number {
  if (limits.plain > PLAIN_UDP_LENGTH || !query.hasOpt) return limits.plain;
  return Math.max(PLAIN_UDP_LENGTH, Math.min(query.payloadSize, limits.payloadSize));
}

function finishRefusal(request: Uint8Array, id: number, rcode: number, limits: Limits): number {
  const length = finish(id, rcode, 0, -1, limits);
  return rcode === RCODE.NOTAUTH ? writer.unsignedTsig(request, query, RCODE.BADKEY) : length;
}

function finish(id: number, rcode: number, flags: number, extendedError: number, limits: Limits): number {
  if (query.hasOpt) {
    writer.holdBack(-OPT_LENGTH);
    writer.opt(limits.payloadSize, rcode, query.dnssecOk, extendedError);
  }
  const echoed = query.flags & (FLAG.OPCODE | FLAG.RD | FLAG.CD);
  return writer.finish(id, FLAG.QR | echoed | flags | (rcode & 15), query.hasQuestion ? 1 : 0);
}

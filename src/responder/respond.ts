/**
 * From the octets of a request to the octets of its reply. No clock, no socket, no log, no object a query:
 * UDP, TCP, the tests and the fuzzer all call this one function.
 */

import { CLASS, EDE, EDNS_OPTION, OPCODE, RCODE, TYPE } from "../dns/codes.ts";
import { octetAt, uint16At } from "../dns/octets.ts";
import { findZone, Location } from "../zone/lookup.ts";
import type { Snapshot } from "../zone/snapshot.ts";
import { Answerer } from "./answer.ts";
import { checkQuery } from "./checks.ts";
import { type Client, UNKNOWN_CLIENT } from "./client.ts";
import { COOKIE, COOKIE_LENGTH, type CookieState } from "./cookies.ts";
import { type Extras, NO_EXTRAS } from "./extras.ts";
import { HEADER_LENGTH, Query } from "./query.ts";
import { OPT_LENGTH, OPTION_FIXED_LENGTH, ReplyWriter } from "./reply-writer.ts";

/** What a transport allows for its replies, and what goes with them. */
export interface Limits {
  /** Octets of the longest reply to a requestor that says nothing of its own limit: 512 (UDP), 65,535 (TCP). */
  readonly plain: number;
  /** The payload size that our OPT record announces and that no reply to EDNS exceeds. */
  readonly payloadSize: number;
  /** Octets at the end of each reply that are kept free, for a signature. */
  readonly reserved: number;
  readonly extras: Extras;
}

/** RFC 1035 §4.2.1: what every requestor takes over UDP. */
export const PLAIN_UDP_LENGTH = 512;
export const MAXIMUM_MESSAGE_LENGTH = 0xffff;

/** The limits over UDP for a payload size of ours. */
export function udpLimits(payloadSize: number, extras = NO_EXTRAS): Limits {
  return { plain: PLAIN_UDP_LENGTH, payloadSize, reserved: 0, extras };
}

/** The limits over TCP; the payload size announced is the one that holds over UDP. */
export function tcpLimits(payloadSize: number, extras = NO_EXTRAS): Limits {
  return { plain: MAXIMUM_MESSAGE_LENGTH, payloadSize, reserved: 0, extras };
}

/** What the last reply was, for whoever limits or counts replies. The next call writes over it. */
export const outcome = {
  /** QTYPE of the request; 0 where its question could not be read. */
  type: 0,
  /** The zone, as a word offset in the snapshot; 0 where none was asked. */
  zone: 0,
  /** The client sent a cookie that only its address can have. */
  hasCookie: false,
  /** The request was signed with a key of ours, and so is the reply: nobody who forges addresses has one. */
  isSigned: false,
  /** Octets of the request. */
  requestLength: 0,
  /** Octets of the header and the question. */
  headLength: 0,
  /** Octets of the OPT record, which is then the last. */
  optLength: 0,
};

const FLAG = { QR: 0x8000, OPCODE: 0x7800, AA: 0x0400, TC: 0x0200, RD: 0x0100, CD: 0x0010 } as const;

// One of each for the life of the thread: every call leaves them without a trace of the last.
const query = new Query();
const writer = new ReplyWriter();
const answerer = new Answerer();
const asked = new Location();
let cookieState: CookieState = COOKIE.NONE;
/** What goes with the reply as EXPIRE (RFC 7314), in seconds; below 0: nothing. Of requests with options only. */
let expire = -1;

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
  client: Client = UNKNOWN_CLIENT,
): number {
  if (length < HEADER_LENGTH || (octetAt(request, offset + 2) & 0x80) !== 0) return 0;
  query.read(request, offset, length);
  writer.begin(reply, replyOffset, replyLimit(limits));
  cookieState = COOKIE.NONE;
  outcome.zone = 0;
  outcome.hasCookie = false;
  outcome.isSigned = false;
  outcome.requestLength = length;
  outcome.headLength = HEADER_LENGTH;
  outcome.type = 0;
  if (query.hasQuestion) {
    outcome.type = query.type;
    writer.copyRequest(request, offset + HEADER_LENGTH, query.questionEnd);
    outcome.headLength = query.questionEnd - offset;
  }
  const held = query.hasOpt ? holdBack(request, limits.extras, client) : 0;
  const id = uint16At(request, offset);
  const refused = cookieState === COOKIE.NONE ? checkQuery(query) : checkWithCookie(limits);
  if (refused !== RCODE.NOERROR) {
    const rcode = asksForStrangeZone(snapshot, refused) ? RCODE.NOTAUTH : refused;
    return refuse(request, id, rcode, held, limits);
  }
  if (query.asksCookieAlone) return finish(id, RCODE.NOERROR, 0, -1, held, limits);
  answerer.resolve(snapshot, query, writer, id, client);
  outcome.zone = answerer.zone;
  if (held > OPT_LENGTH && query.asksExpire) expire = answerer.expire(snapshot);
  const { answer } = answerer;
  const isAuthoritative = answer.authoritative && query.class !== CLASS.ANY; // RFC 1035 §6.2: we know of one class
  const flags = (isAuthoritative ? FLAG.AA : 0) | (answer.truncated ? FLAG.TC : 0);
  return finish(id, answer.rcode, flags, answer.extendedError, held, limits);
}

/** RFC 6891 §6.2.3 and §6.2.5: less than 512 counts as 512; over TCP the message's own limit holds. */
function replyLimit(limits: Limits): number {
  if (limits.plain > PLAIN_UDP_LENGTH || !query.hasOpt) return limits.plain - limits.reserved;
  return Math.max(PLAIN_UDP_LENGTH, Math.min(query.payloadSize, limits.payloadSize)) - limits.reserved;
}

/**
 * Holds back the room of our OPT record and returns it. An extended error needs none: it goes with replies
 * that hold no other record.
 */
function holdBack(request: Uint8Array, extras: Extras, client: Client): number {
  const held = query.hasOptions ? lengthWithOptions(request, extras, client) : OPT_LENGTH;
  writer.holdBack(held);
  return held;
}

/** Octets of our OPT record with the options that the requestor asks for; a cookie is looked at on the way. */
function lengthWithOptions(request: Uint8Array, extras: Extras, client: Client): number {
  const { cookies, nsid, keepalive, padding } = extras;
  let length = OPT_LENGTH;
  expire = -1;
  if (query.cookieLength >= 0 && cookies !== undefined) {
    cookieState = cookies.examine(request, query.cookieStart, query.cookieLength, client);
    outcome.hasCookie = cookieState === COOKIE.VALID;
    if (cookieState !== COOKIE.MALFORMED) length += OPTION_FIXED_LENGTH + COOKIE_LENGTH;
  }
  if (query.asksNsid && nsid !== undefined) length += OPTION_FIXED_LENGTH + nsid.length;
  if (query.asksKeepalive && keepalive > 0) length += OPTION_FIXED_LENGTH + 2;
  if (query.asksExpire) length += OPTION_FIXED_LENGTH + 4;
  if (query.asksPadding && padding > 0) length += OPTION_FIXED_LENGTH;
  return length;
}

/** `checkQuery`, and what a cookie changes. */
function checkWithCookie(limits: Limits): number {
  if (cookieState === COOKIE.MALFORMED)
    query.isWellFormed = false; // RFC 7873 §5.2.2
  else if (isAskedForCookie()) return cookieState === COOKIE.INVALID ? RCODE.BADCOOKIE : RCODE.NOERROR;
  const refused = checkQuery(query);
  const isUdp = limits.plain === PLAIN_UDP_LENGTH;
  const isRequired = limits.extras.cookies?.required === true && isUdp;
  if (refused !== RCODE.NOERROR || !isRequired) return refused;
  return cookieState === COOKIE.VALID ? RCODE.NOERROR : RCODE.BADCOOKIE;
}

function isAskedForCookie(): boolean {
  return query.asksCookieAlone && query.opcode === OPCODE.QUERY && query.tsigStart === 0;
}

/** Whether a transfer is refused of what is no zone of ours, which is to be said (RFC 5936 §2.2.1). */
function asksForStrangeZone(snapshot: Snapshot, refused: number): boolean {
  if (refused !== RCODE.REFUSED || query.type !== TYPE.IXFR || query.class !== CLASS.IN) return false;
  return !findZone(snapshot, query.name, 0, asked) || asked.apexLabel > 0;
}

function refuse(request: Uint8Array, id: number, rcode: number, held: number, limits: Limits): number {
  const { chaos } = limits.extras;
  if (rcode === RCODE.REFUSED && query.class === CLASS.CH && chaos?.answer(query, writer) === true)
    return finish(id, RCODE.NOERROR, 0, -1, held, limits); // no AA, as NSD and Knot
  const length = finish(id, rcode, 0, extendedErrorOf(rcode), held, limits);
  return query.tsigStart !== 0 && rcode === RCODE.NOTAUTH
    ? writer.unsignedTsig(request, query, RCODE.BADKEY)
    : length;
}

/** Why a check fails, where the RCODE alone leaves it open (RFC 8914 §4.19 to §4.22). */
function extendedErrorOf(rcode: number): number {
  if (rcode === RCODE.NOTIMP) return EDE.NOT_SUPPORTED;
  if (rcode === RCODE.NOTAUTH && query.tsigStart === 0) return EDE.NOT_AUTHORITATIVE;
  if (rcode !== RCODE.REFUSED) return -1;
  const isTransfer = query.type === TYPE.AXFR || query.type === TYPE.IXFR;
  return isTransfer && query.class !== CLASS.CH ? EDE.PROHIBITED : EDE.NOT_SUPPORTED;
}

function finish(
  id: number,
  rcode: number,
  flags: number,
  extendedError: number,
  held: number,
  limits: Limits,
): number {
  outcome.optLength = 0;
  if (query.hasOpt) {
    writer.holdBack(-held);
    outcome.optLength = writeOpt(rcode, extendedError, held, limits);
  }
  const echoed = query.flags & (FLAG.OPCODE | FLAG.RD | FLAG.CD);
  return writer.finish(id, FLAG.QR | echoed | flags | (rcode & 15), query.hasQuestion ? 1 : 0);
}

/** Most requests ask for no option, and most replies have nothing to explain. */
function writeOpt(
  rcode: number,
  extendedError: number,
  held: number,
  { payloadSize, reserved, extras }: Limits,
): number {
  let length = writer.opt(payloadSize, rcode, query.dnssecOk);
  if (held > OPT_LENGTH) length += writeOptions(extras);
  if (extendedError >= 0) length += writer.numberOption(EDNS_OPTION.EDE, extendedError);
  if (held > OPT_LENGTH && extras.padding > 0 && query.asksPadding)
    length += writer.padding(extras.padding, reserved);
  return length;
}

function writeOptions({ cookies, nsid, keepalive }: Extras): number {
  let length = 0;
  if (cookies !== undefined && cookieState >= COOKIE.CLIENT)
    length += writer.option(EDNS_OPTION.COOKIE, cookies.reply);
  if (nsid !== undefined && query.asksNsid) length += writer.option(EDNS_OPTION.NSID, nsid);
  if (keepalive > 0 && query.asksKeepalive) length += writer.numberOption(EDNS_OPTION.KEEPALIVE, keepalive);
  if (expire >= 0) length += writer.longNumberOption(EDNS_OPTION.EXPIRE, expire);
  return length;
}

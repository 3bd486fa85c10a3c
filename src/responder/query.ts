/** A request as far as an authoritative server reads it: header, question, OPT and TSIG, nothing else. */

import { EDNS_OPTION, OPCODE, TYPE } from "../dns/codes.ts";
import { octetAt, uint16At } from "../dns/octets.ts";
import { SearchName } from "../zone/lookup.ts";

/** Octets of the header (RFC 1035 §4.1.1). */
export const HEADER_LENGTH = 12;

/** Octets behind a record's owner: type, class, TTL, RDLENGTH (RFC 1035 §4.1.3). */
export const RECORD_FIXED_LENGTH = 10;

const MAXIMUM_NAME_LENGTH = 255;

/** Fields of a request, filled by `read` and valid until the next call. One object serves a thread for good. */
export class Query {
  readonly name = new SearchName();
  opcode = 0;
  /** The second octet pair of the header as it came. */
  flags = 0;
  questionCount = 0;
  /** The question could be read; it ends at `questionEnd`. */
  hasQuestion = false;
  questionEnd = 0;
  type = 0;
  class = 0;
  /** Everything behind the question is as it should be. */
  isWellFormed = false;
  hasOpt = false;
  ednsVersion = 0;
  /** The requestor's payload size (RFC 6891 §6.2.3). */
  payloadSize = 0;
  dnssecOk = false;
  /** The data of the first COOKIE option (RFC 7873 §5.2); a length below 0: there is none. With `hasOptions` only. */
  cookieStart = 0;
  cookieLength = -1;
  asksNsid = false;
  asksKeepalive = false;
  /** How long a secondary may keep the zone, asked with its SOA or itself (RFC 7314). */
  asksExpire = false;
  /** Whether a reply may be padded (RFC 7830), which only happens where it is encrypted. */
  asksPadding = false;
  /** Any of those five. */
  hasOptions = false;
  /** No question, and a COOKIE option: it is the cookie that is asked for (RFC 7873 §5.4). */
  asksCookieAlone = false;
  /** Offsets inside the TSIG record (RFC 8945 §4.2): its owner, its type, its MAC size, the end of its MAC. 0: there is none. */
  tsigStart = 0;
  tsigFixed = 0;
  tsigMacSize = 0;
  tsigMacEnd = 0;

  /** Reads the request at `start`, at least a header long. Offsets are those of the array. */
  read(octets: Uint8Array, start: number, length: number): void {
    const end = start + length;
    this.flags = uint16At(octets, start + 2);
    this.opcode = (this.flags >>> 11) & 15;
    this.questionCount = uint16At(octets, start + 4);
    this.hasOpt = false;
    this.ednsVersion = 0;
    this.payloadSize = 0;
    this.dnssecOk = false;
    this.hasOptions = false;
    this.asksCookieAlone = false;
    this.tsigStart = 0;
    this.hasQuestion = this.questionCount === 1 && this.#readQuestion(octets, start + HEADER_LENGTH, end);
    this.isWellFormed = this.hasQuestion && this.#readRecords(octets, start, end);
    if (this.questionCount === 0) this.#readCookieAlone(octets, start, end);
  }

  #readCookieAlone(octets: Uint8Array, start: number, end: number): void {
    this.type = 0;
    this.questionEnd = start + HEADER_LENGTH;
    this.asksCookieAlone = this.#readRecords(octets, start, end) && this.hasOptions && this.cookieLength >= 0;
  }

  #readQuestion(octets: Uint8Array, offset: number, end: number): boolean {
    const nameEnd = this.name.read(octets, offset, end);
    if (nameEnd < 0 || nameEnd + 4 > end) return false;
    this.type = uint16At(octets, nameEnd);
    this.class = uint16At(octets, nameEnd + 2);
    this.questionEnd = nameEnd + 4;
    return true;
  }

  #readRecords(octets: Uint8Array, start: number, end: number): boolean {
    const answers = uint16At(octets, start + 6);
    const authorities = uint16At(octets, start + 8);
    const isIxfr = this.type === TYPE.IXFR && this.opcode === OPCODE.QUERY; // carries the client's SOA, RFC 1995 §3
    if (answers !== 0 || authorities > (isIxfr ? 1 : 0)) return false;
    let at = this.questionEnd;
    for (let left = authorities + uint16At(octets, start + 10); left > 0; left--) {
      if (this.tsigStart !== 0) return false; // TSIG is the last record, RFC 8945 §5.1
      at = this.#readRecord(octets, at, end);
      if (at < 0) return false;
    }
    return at === end;
  }

  /** Reads one record and returns the offset behind it, or -1 where it is malformed. */
  #readRecord(octets: Uint8Array, start: number, end: number): number {
    const fixed = skipName(octets, start, end, NAME.COMPRESSIBLE);
    if (fixed < 0 || fixed + RECORD_FIXED_LENGTH > end) return -1;
    const recordEnd = fixed + RECORD_FIXED_LENGTH + uint16At(octets, fixed + 8);
    if (recordEnd > end) return -1;
    const type = uint16At(octets, fixed);
    if (type === TYPE.OPT) return this.#readOpt(octets, start, fixed, recordEnd) ? recordEnd : -1;
    if (type === TYPE.TSIG) return this.#readTsig(octets, start, fixed, recordEnd) ? recordEnd : -1;
    return recordEnd;
  }

  #readTsig(octets: Uint8Array, start: number, fixed: number, end: number): boolean {
    const algorithm = fixed + RECORD_FIXED_LENGTH;
    const times = skipName(octets, algorithm, end, NAME.UNCOMPRESSED); // time signed and fudge, 8 octets
    if (times < 0 || times + 10 > end) return false;
    const macEnd = times + 10 + uint16At(octets, times + 8);
    if (macEnd + 6 > end || macEnd + 6 + uint16At(octets, macEnd + 4) !== end) return false;
    this.tsigStart = start;
    this.tsigFixed = fixed;
    this.tsigMacSize = times + 8;
    this.tsigMacEnd = macEnd;
    return true;
  }

  #readOpt(octets: Uint8Array, start: number, fixed: number, end: number): boolean {
    if (this.hasOpt || octetAt(octets, start) !== 0) return false; // RFC 6891 §6.1.1
    this.hasOpt = true;
    this.payloadSize = uint16At(octets, fixed + 2);
    this.ednsVersion = octetAt(octets, fixed + 5);
    this.dnssecOk = (octetAt(octets, fixed + 6) & 0x80) !== 0;
    return this.ednsVersion > 0 || this.#readOptions(octets, fixed + RECORD_FIXED_LENGTH, end); // another version may lay them out anew
  }

  /** Notes the options that are served; false where one does not end with the record. */
  #readOptions(octets: Uint8Array, start: number, end: number): boolean {
    if (start === end) return true;
    this.cookieLength = -1;
    this.asksNsid = false;
    this.asksKeepalive = false;
    this.asksExpire = false;
    this.asksPadding = false;
    let at = start;
    while (at + 4 <= end) {
      const code = uint16At(octets, at);
      const length = uint16At(octets, at + 2);
      if (code === EDNS_OPTION.COOKIE) this.#noteCookie(at + 4, length);
      else if (code === EDNS_OPTION.NSID) this.asksNsid = true;
      else if (code === EDNS_OPTION.KEEPALIVE) this.asksKeepalive = true;
      else if (code === EDNS_OPTION.EXPIRE) this.asksExpire = mayAskForExpire(this.type);
      else if (code === EDNS_OPTION.PADDING) this.asksPadding = true;
      at += 4 + length;
    }
    if (at !== end) return false; // an option that reaches further is none: nothing of it may be read
    const asksOther = this.asksNsid || this.asksKeepalive || this.asksExpire || this.asksPadding;
    this.hasOptions = this.cookieLength >= 0 || asksOther;
    return true;
  }

  #noteCookie(start: number, length: number): void {
    if (this.cookieLength >= 0) return;
    this.cookieStart = start;
    this.cookieLength = length;
  }
}

/** What secondaries ask (RFC 7314); of other types the option means nothing. */
function mayAskForExpire(type: number): boolean {
  return type === TYPE.SOA || type === TYPE.AXFR || type === TYPE.IXFR;
}

/** Where a pointer may end a name: in owners, but not inside the RDATA of TSIG (RFC 8945 §4.2, RFC 3597 §4). */
const NAME = { COMPRESSIBLE: true, UNCOMPRESSED: false } as const;

/** The offset behind a name of 255 octets at the most (RFC 1035 §2.3.4), or -1. */
function skipName(octets: Uint8Array, offset: number, messageEnd: number, mayPoint: boolean): number {
  const end = Math.min(messageEnd, offset + MAXIMUM_NAME_LENGTH);
  let at = offset;
  while (at < end) {
    const length = octetAt(octets, at);
    if (length === 0) return at + 1;
    if (length >= 0xc0) return mayPoint && at + 2 <= messageEnd ? at + 2 : -1;
    if (length > 63) return -1;
    at += 1 + length;
  }
  return -1;
}

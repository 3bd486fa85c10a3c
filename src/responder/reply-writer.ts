/** Writes a reply into memory that the caller owns: records straight from a Snapshot, whole RRsets only. */

import { CLASS, EDNS_OPTION, TYPE } from "../dns/codes.ts";
import { octetAt, uint16At, wordAt } from "../dns/octets.ts";
import { nameOffset } from "../zone/lookup.ts";
import { ABSOLUTE_TARGET, NODE, PART, RRSET, RRSET_FLAG, type Snapshot, ZONE } from "../zone/snapshot.ts";
import { HEADER_LENGTH, type Query, RECORD_FIXED_LENGTH } from "./query.ts";

/** A compression pointer has 14 bits (RFC 1035 §4.1.4). */
const POINTER_LIMIT = 0x4000;
const POINTER = 0xc000;

/** Names kept for compression; answers hold few that differ, and later ones are then written whole. */
const KEPT_NAMES = 16;

/** Octets of an OPT record without options, and of an option without data (RFC 6891 §6.1.2). */
export const OPT_LENGTH = 11;
export const OPTION_FIXED_LENGTH = 4;

export const SECTION = { ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 2 } as const;
export type Section = (typeof SECTION)[keyof typeof SECTION];

/** Positions are octets from the start of the message; 0 stands for "not in the message". */
export class ReplyWriter {
  #octets: Uint8Array = new Uint8Array(0);
  #start = 0;
  #at = 0;
  #end = 0;
  /** Octets of the finished message. */
  #length = 0;
  readonly #counts = new Uint16Array(3);
  /** The zone that relative names belong to, and where its apex stands in the message. */
  #zone = 0;
  #apexPosition = 0;
  /** Absolute names written so far: where, from which octets of the snapshot, how much of them literally. */
  readonly #namePositions = new Uint16Array(KEPT_NAMES);
  readonly #nameOffsets = new Uint32Array(KEPT_NAMES);
  readonly #nameLengths = new Uint16Array(KEPT_NAMES);
  #names = 0;
  /** Where the OPT record begins, once it has an option. */
  #optStart = 0;
  /** Position of the name that was last written inside RDATA: the target of a CNAME. */
  lastNamePosition = 0;

  /** Begins a reply of at most `limit` octets: the header's place is left free. */
  begin(octets: Uint8Array, start: number, limit: number): void {
    this.#octets = octets;
    this.#start = start;
    this.#at = start + HEADER_LENGTH;
    this.#end = start + limit;
    this.#counts[0] = this.#counts[1] = this.#counts[2] = 0; // fill() is a call, and dearer
    this.#zone = 0;
    this.#apexPosition = 0;
    this.#names = 0;
    this.#optStart = 0;
  }

  /** Copies octets of the request as they came. */
  copyRequest(request: Uint8Array, from: number, to: number): void {
    const target = this.#octets;
    let written = this.#at;
    for (let at = from; at < to; at++) target[written++] = octetAt(request, at);
    this.#at = written;
  }

  /** Holds octets back for the OPT record, or gives them free again with a negative number. */
  holdBack(octets: number): void {
    this.#end -= octets;
  }

  /** Says which zone relative names belong to, and where its apex stands in the message (0: nowhere). */
  enterZone(zone: number, apexPosition: number): void {
    if (zone === this.#zone && this.#apexPosition !== 0) return;
    this.#zone = zone;
    this.#apexPosition = apexPosition;
  }

  /**
   * Writes a whole RRset, or nothing and returns false where it does not fit. The owner stands at
   * `ownerPosition`, or is the name of `ownerNode` where that is 0: of a node, or an absolute target.
   */
  rrset(
    snapshot: Snapshot,
    section: Section,
    rrset: number,
    ttl: number,
    ownerPosition: number,
    ownerNode: number,
    turn: number,
  ): boolean {
    const { words } = snapshot;
    const at = this.#at;
    const apexPosition = this.#apexPosition;
    const names = this.#names;
    const count = wordAt(words, rrset + RRSET.COUNT);
    const flags = wordAt(words, rrset + RRSET.FLAGS);
    let index = (flags & RRSET_FLAG.ROTATES) === 0 ? 0 : turn % count;
    let owner = ownerPosition;
    for (let left = count; left > 0; left--) {
      const position = this.#at - this.#start;
      const written =
        this.#owner(snapshot, owner, ownerNode) &&
        this.#record(snapshot, rrset, wordAt(words, rrset + RRSET.RDATA + index), flags, ttl);
      if (!written) {
        this.#at = at;
        this.#apexPosition = apexPosition;
        this.#names = names;
        return false;
      }
      if (owner === 0 && position < POINTER_LIMIT) owner = position;
      index = index + 1 === count ? 0 : index + 1;
    }
    this.#counts[section] = this.count(section) + count;
    return true;
  }

  count(section: Section): number {
    return this.#counts[section] as number; // proof: a section is 0, 1 or 2
  }

  /** Writes a record whose RDATA is given octets (a synthesized CNAME, TSIG, HINFO); false where it does not fit. */
  recordOf(
    section: Section,
    ownerPosition: number,
    type: number,
    ttl: number,
    rdata: Uint8Array,
    length: number,
  ): boolean {
    if (this.#at + 2 + RECORD_FIXED_LENGTH + length > this.#end) return false;
    this.#uint16(POINTER | ownerPosition);
    this.#fixed(type, ttl);
    this.#uint16(length);
    this.lastNamePosition = this.#at - this.#start;
    this.#copy(rdata, 0, length);
    this.#counts[section] = this.count(section) + 1;
    return true;
  }

  /** Writes a TXT record of class CH under QNAME, its RDATA given; TTL 0, as nobody should keep it. */
  chaosText(rdata: Uint8Array): void {
    this.#uint16(POINTER | HEADER_LENGTH);
    this.#uint16(TYPE.TXT);
    this.#uint16(CLASS.CH);
    this.#uint32(0);
    this.#uint16(rdata.length);
    this.#copy(rdata, 0, rdata.length);
    this.#counts[SECTION.ANSWER] = 1;
  }

  /** Begins the OPT record (RFC 6891 §6.1.2), without options. Returns its length. */
  opt(payloadSize: number, rcode: number, dnssecOk: boolean): number {
    const target = this.#octets;
    const at = this.#at;
    target[at] = 0;
    target[at + 1] = 0;
    target[at + 2] = TYPE.OPT;
    target[at + 3] = payloadSize >>> 8;
    target[at + 4] = payloadSize;
    target[at + 5] = rcode >>> 4;
    target[at + 6] = 0;
    target[at + 7] = dnssecOk ? 0x80 : 0;
    target[at + 8] = 0;
    target[at + 9] = 0;
    target[at + 10] = 0;
    this.#at = at + OPT_LENGTH;
    this.#counts[SECTION.ADDITIONAL] = this.count(SECTION.ADDITIONAL) + 1;
    return OPT_LENGTH;
  }

  /** Adds an option to the OPT record just written, if it has room. Returns the octets that it takes. */
  option(code: number, data: Uint8Array): number {
    if (!this.#beginOption(code, data.length)) return 0;
    this.#copy(data, 0, data.length);
    return OPTION_FIXED_LENGTH + data.length;
  }

  /** Adds an option that is a number of two octets. */
  numberOption(code: number, value: number): number {
    if (!this.#beginOption(code, 2)) return 0;
    this.#uint16(value);
    return OPTION_FIXED_LENGTH + 2;
  }

  /** Adds an option that is a number of four octets. */
  longNumberOption(code: number, value: number): number {
    if (!this.#beginOption(code, 4)) return 0;
    this.#uint32(value);
    return OPTION_FIXED_LENGTH + 4;
  }

  /**
   * Adds an option that fills the message up to a multiple of `block` octets (RFC 7830), those that a signature
   * will have counted in.
   */
  padding(block: number, signature: number): number {
    const length = this.#at - this.#start + OPTION_FIXED_LENGTH + signature;
    const wanted = (block - (length % block)) % block;
    const room = this.#end - this.#at - OPTION_FIXED_LENGTH;
    return this.option(EDNS_OPTION.PADDING, new Uint8Array(Math.max(0, Math.min(wanted, room))));
  }

  #beginOption(code: number, length: number): boolean {
    const end = this.#at + OPTION_FIXED_LENGTH + length;
    if (end > this.#end) return false;
    if (this.#optStart === 0) this.#optStart = this.#at - OPT_LENGTH;
    this.#setUint16(this.#optStart + OPT_LENGTH - 2, end - this.#optStart - OPT_LENGTH);
    this.#uint16(code);
    this.#uint16(length);
    return true;
  }

  /** Writes the header and returns the length of the message. */
  finish(id: number, flags: number, questions: number): number {
    this.#length = this.#at - this.#start;
    this.#at = this.#start;
    this.#uint16(id);
    this.#uint16(flags);
    this.#uint16(questions);
    for (let section = 0; section < 3; section++) this.#uint16(this.#counts[section] as number); // proof: three counts
    return this.#length;
  }

  /**
   * Adds the TSIG of an error that leaves a reply unsigned (RFC 8945 §5.3.2) behind a finished message: that
   * of the request without its MAC. A reply that has no room for it goes without. Returns the new length.
   */
  unsignedTsig(request: Uint8Array, query: Query, error: number): number {
    const record = this.#start + this.#length;
    const kept = query.tsigMacSize - query.tsigStart;
    const fixed = query.tsigFixed - query.tsigStart;
    if (record + kept + 8 > this.#end) return this.#length;
    this.#at = record;
    this.copyRequest(request, query.tsigStart, query.tsigMacSize);
    this.#uint16(0); // no MAC
    this.copyRequest(request, query.tsigMacEnd, query.tsigMacEnd + 2); // original ID
    this.#uint16(error);
    this.#uint16(0); // no other data
    this.#length = this.#at - this.#start;
    this.#setUint16(record + fixed + 8, this.#at - record - fixed - RECORD_FIXED_LENGTH);
    this.#setUint16(this.#start + 10, this.count(SECTION.ADDITIONAL) + 1);
    return this.#length;
  }

  #owner(snapshot: Snapshot, position: number, node: number): boolean {
    if (position === 0) {
      if (node >= ABSOLUTE_TARGET) return this.#wholeName(snapshot, node - ABSOLUTE_TARGET);
      const length = wordAt(snapshot.words, node + NODE.NAME_LENGTH);
      return this.#relativeName(snapshot, nameOffset(snapshot.words, node), length, true);
    }
    if (this.#at + 2 > this.#end) return false;
    this.#uint16(POINTER | position);
    return true;
  }

  #record(snapshot: Snapshot, rrset: number, rdata: number, flags: number, ttl: number): boolean {
    const { octets } = snapshot;
    if (this.#at + RECORD_FIXED_LENGTH > this.#end) return false;
    this.#fixed(wordAt(snapshot.words, rrset + RRSET.TYPE), ttl);
    if ((flags & RRSET_FLAG.PLAIN) !== 0) return this.#copy(octets, rdata, 2 + uint16At(octets, rdata));
    const lengthAt = this.#at;
    this.#at += 2;
    if (!this.#parts(snapshot, rdata)) return false;
    this.#setUint16(lengthAt, this.#at - lengthAt - 2);
    return true;
  }

  #fixed(type: number, ttl: number): void {
    const target = this.#octets;
    const at = this.#at;
    target[at] = type >>> 8;
    target[at + 1] = type;
    target[at + 2] = 0;
    target[at + 3] = CLASS.IN;
    target[at + 4] = ttl >>> 24;
    target[at + 5] = ttl >>> 16;
    target[at + 6] = ttl >>> 8;
    target[at + 7] = ttl;
    this.#at = at + 8;
  }

  #parts(snapshot: Snapshot, offset: number): boolean {
    const { octets } = snapshot;
    for (let at = offset; ; ) {
      const kind = octetAt(octets, at);
      if (kind === PART.END) return true;
      if (kind === PART.SERIAL) {
        if (this.#at + 4 > this.#end) return false;
        this.#uint32(wordAt(snapshot.words, this.#zone + ZONE.SERIAL));
        at += 1;
      } else if (kind === PART.OCTETS) {
        const length = uint16At(octets, at + 1);
        if (!this.#copy(octets, at + 3, length)) return false;
        at += 3 + length;
      } else {
        const length = octetAt(octets, at + 1);
        this.lastNamePosition = this.#at - this.#start;
        if (!this.#name(snapshot, kind, at + 2, length)) return false;
        at += 2 + length;
      }
    }
  }

  #name(snapshot: Snapshot, kind: number, offset: number, length: number): boolean {
    if (kind === PART.RELATIVE) return this.#relativeName(snapshot, offset, length, true);
    if (kind === PART.RELATIVE_UNCOMPRESSED) return this.#relativeName(snapshot, offset, length, false);
    if (kind === PART.ABSOLUTE) return this.#absoluteName(snapshot, offset, length);
    return this.#copy(snapshot.octets, offset, length);
  }

  /** Labels and then the apex: by a pointer where it stands in the message already. */
  #relativeName(snapshot: Snapshot, offset: number, length: number, compressible: boolean): boolean {
    if (!this.#copy(snapshot.octets, offset, length)) return false;
    if (compressible && this.#apexPosition !== 0) {
      if (this.#at + 2 > this.#end) return false;
      this.#uint16(POINTER | this.#apexPosition);
      return true;
    }
    const position = this.#at - this.#start;
    const apexLength = wordAt(snapshot.words, this.#zone + ZONE.APEX_LENGTH);
    if (!this.#copy(snapshot.octets, (this.#zone + ZONE.APEX) << 2, apexLength)) return false;
    if (compressible && apexLength > 1 && position < POINTER_LIMIT) this.#apexPosition = position;
    return true;
  }

  /** An absolute name whose length is not known. */
  #wholeName(snapshot: Snapshot, offset: number): boolean {
    let end = offset;
    while (octetAt(snapshot.octets, end) !== 0) end += 1 + octetAt(snapshot.octets, end);
    return this.#absoluteName(snapshot, offset, end + 1 - offset);
  }

  /** A name outside of the zone, with its longest suffix that was written before as a pointer. */
  #absoluteName(snapshot: Snapshot, offset: number, length: number): boolean {
    const { octets } = snapshot;
    const position = this.#at - this.#start;
    for (let start = 0; start < length - 1; start += 1 + octetAt(octets, offset + start)) {
      const earlier = this.#earlierPosition(octets, offset + start, length - start);
      if (earlier === 0) continue;
      if (this.#at + start + 2 > this.#end) return false;
      this.#copy(octets, offset, start);
      this.#uint16(POINTER | earlier);
      this.#keepName(position, offset, start);
      return true;
    }
    this.#keepName(position, offset, length - 1);
    return this.#copy(octets, offset, length);
  }

  #keepName(position: number, offset: number, literalLength: number): void {
    if (this.#names === KEPT_NAMES || position >= POINTER_LIMIT - 255 || literalLength === 0) return;
    this.#namePositions[this.#names] = position;
    this.#nameOffsets[this.#names] = offset;
    this.#nameLengths[this.#names++] = literalLength;
  }

  /** Where a name that ends in the given one was written, at the place of that ending. */
  #earlierPosition(octets: Uint8Array, offset: number, length: number): number {
    for (let name = 0; name < this.#names; name++) {
      const earlier = this.#nameOffsets[name] as number; // proof: name < #names ≤ KEPT_NAMES
      const literal = this.#nameLengths[name] as number;
      for (let start = 0; start < literal; start += 1 + octetAt(octets, earlier + start)) {
        if (sameName(octets, earlier + start, offset, length))
          return (this.#namePositions[name] as number) + start;
      }
    }
    return 0;
  }

  #copy(source: Uint8Array, from: number, length: number): boolean {
    if (this.#at + length > this.#end) return false;
    const target = this.#octets;
    let to = this.#at;
    for (let at = from; at < from + length; at++) target[to++] = octetAt(source, at);
    this.#at = to;
    return true;
  }

  #setUint16(at: number, value: number): void {
    this.#octets[at] = value >>> 8;
    this.#octets[at + 1] = value;
  }

  #uint16(value: number): void {
    const at = this.#at;
    this.#octets[at] = value >>> 8;
    this.#octets[at + 1] = value;
    this.#at = at + 2;
  }

  #uint32(value: number): void {
    this.#uint16(value >>> 16);
    this.#uint16(value);
  }
}

/** Whether two names in wire form are the same octets: the first ends where the second does. */
function sameName(octets: Uint8Array, a: number, b: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (octetAt(octets, a + at) !== octetAt(octets, b + at)) return false;
  return true;
}

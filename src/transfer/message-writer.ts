/**
 * Writes the messages of a transfer: record by record, straight from snapshots, with the names compressed that
 * may be (RFC 1035 §4.1.4, RFC 3597 §4).
 *
 * Records come in canonical order, so an owner shares its last labels with the one before as a rule: what it
 * shares is a pointer. Names inside RDATA that are alike lie at one place in a snapshot: that place is what
 * they are known by.
 */

import { CLASS } from "../dns/codes.ts";
import { octetAt, uint16At, wordAt } from "../dns/octets.ts";
import { HEADER_LENGTH, RECORD_FIXED_LENGTH } from "../responder/query.ts";
import { nameOffset } from "../zone/lookup.ts";
import { NODE, PART, RRSET, RRSET_FLAG, type Snapshot, ZONE } from "../zone/snapshot.ts";
import type { RecordPlace, ZoneVersion } from "./version.ts";

/** A compression pointer has 14 bits. */
const POINTER_LIMIT = 0x4000;
const POINTER = 0xc000;

/** Labels of the longest name, and one more. */
const MOST_LABELS = 128;

/** The labels of an owner: where each begins in its snapshot, and where in the message (0: beyond pointers). */
class OwnerLabels {
  readonly offsets = new Uint32Array(MOST_LABELS);
  readonly positions = new Uint16Array(MOST_LABELS);
  count = 0;
  octets: Uint8Array = new Uint8Array();
}

/** Positions are octets from the start of the message. */
export class MessageWriter {
  #octets: Uint8Array = new Uint8Array();
  #start = 0;
  #at = 0;
  #end = 0;
  #answers = 0;
  #additional = 0;
  #apexPosition = 0;
  #snapshot: Snapshot | undefined;
  #zone = 0;
  #owner = new OwnerLabels();
  #spare = new OwnerLabels();
  /** Positions of names in RDATA by their octet offset in the snapshot in work. */
  readonly #names = new Map<number, number>();

  /** Begins a message of at most `limit` octets. */
  begin(octets: Uint8Array, start: number, limit: number): void {
    this.#octets = octets;
    this.#start = start;
    this.#at = start + HEADER_LENGTH;
    this.#end = start + limit;
    this.#answers = 0;
    this.#additional = 0;
    this.#apexPosition = 0;
    this.#owner.count = 0;
    this.#names.clear();
  }

  /** Copies the question, whose name is the zone's apex. */
  question(question: Uint8Array): void {
    this.#octets.set(question, this.#at);
    this.#at += question.length;
    this.#apexPosition = HEADER_LENGTH;
  }

  /** Holds octets back, or gives them free again with a negative number. */
  holdBack(octets: number): void {
    this.#end -= octets;
  }

  get isEmpty(): boolean {
    return this.#answers === 0;
  }

  /** Writes a record into the answer section. False where it does not fit: then the message must be finished. */
  record({ version, node, rrset, index }: RecordPlace): boolean {
    const at = this.#at;
    this.#enter(version);
    if (this.#record(version.snapshot, node, rrset, index)) {
      this.#answers++;
      return true;
    }
    this.#at = at;
    return false;
  }

  /** Writes the OPT record (RFC 6891 §6.1.2), given whole. */
  opt(record: Uint8Array): void {
    this.#octets.set(record, this.#at);
    this.#at += record.length;
    this.#additional++;
  }

  /** Writes the header and returns the length of the message. */
  finish(id: number, flags: number, questions: number): number {
    const length = this.#at - this.#start;
    this.#at = this.#start;
    for (const field of [id, flags, questions, this.#answers, 0, this.#additional]) this.#uint16(field);
    return length;
  }

  /** Names are known by their offsets in one snapshot only; what stands in the message stays good for owners. */
  #enter({ snapshot, zone }: ZoneVersion): void {
    if (snapshot !== this.#snapshot) this.#names.clear();
    this.#snapshot = snapshot;
    this.#zone = zone;
  }

  #record(snapshot: Snapshot, node: number, rrset: number, index: number): boolean {
    const { octets, words } = snapshot;
    if (!this.#ownerName(snapshot, node) || this.#at + RECORD_FIXED_LENGTH > this.#end) return false;
    this.#uint16(wordAt(words, rrset + RRSET.TYPE));
    this.#uint16(CLASS.IN);
    this.#uint32(wordAt(words, rrset + RRSET.TTL));
    const rdata = wordAt(words, rrset + RRSET.RDATA + index);
    if ((wordAt(words, rrset + RRSET.FLAGS) & RRSET_FLAG.PLAIN) !== 0)
      return this.#copy(octets, rdata, 2 + uint16At(octets, rdata));
    const lengthAt = this.#at;
    this.#at += 2;
    if (!this.#parts(snapshot, rdata)) return false;
    const length = this.#at - lengthAt - 2;
    this.#octets[lengthAt] = length >>> 8;
    this.#octets[lengthAt + 1] = length;
    return true;
  }

  #ownerName(snapshot: Snapshot, node: number): boolean {
    const owner = this.#spare;
    const last = this.#owner;
    readLabels(owner, snapshot, node);
    let shared = sharedLabels(owner, last);
    while (shared > 0 && last.positions[last.count - shared] === 0) shared--;
    const literal = owner.count - shared;
    for (let label = 0; label < literal; label++) {
      const position = this.#at - this.#start;
      owner.positions[label] = position < POINTER_LIMIT ? position : 0;
      const from = owner.offsets[label] as number; // proof: label < count
      if (!this.#copy(owner.octets, from, 1 + octetAt(owner.octets, from))) return false;
    }
    for (let label = literal; label < owner.count; label++)
      owner.positions[label] = last.positions[last.count - owner.count + label] as number; // proof: shared labels
    this.#owner = owner;
    this.#spare = last;
    return shared > 0 ? this.#pointer(owner.positions[literal] as number) : this.#apex(true);
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
        if (!this.#rdataName(octets, kind, at + 2, length)) return false;
        at += 2 + length;
      }
    }
  }

  #rdataName(octets: Uint8Array, kind: number, offset: number, length: number): boolean {
    const isRelative = kind === PART.RELATIVE || kind === PART.RELATIVE_UNCOMPRESSED;
    if (kind === PART.RELATIVE_UNCOMPRESSED || kind === PART.ABSOLUTE_UNCOMPRESSED)
      return this.#copy(octets, offset, length) && (!isRelative || this.#apex(false));
    if (isRelative && length === 0) return this.#apex(true);
    const earlier = this.#names.get(offset);
    if (earlier !== undefined) return this.#pointer(earlier);
    const position = this.#at - this.#start;
    if (position < POINTER_LIMIT && length > 1) this.#names.set(offset, position);
    return this.#copy(octets, offset, length) && (!isRelative || this.#apex(true));
  }

  /** The apex: a pointer where it stands in the message already and may be pointed to. */
  #apex(compressible: boolean): boolean {
    if (compressible && this.#apexPosition !== 0) return this.#pointer(this.#apexPosition);
    const { octets, words } = this.#snapshot as Snapshot; // proof: #enter has set it
    const length = wordAt(words, this.#zone + ZONE.APEX_LENGTH);
    const position = this.#at - this.#start;
    if (!this.#copy(octets, (this.#zone + ZONE.APEX) << 2, length)) return false;
    if (compressible && length > 1 && position < POINTER_LIMIT) this.#apexPosition = position;
    return true;
  }

  #pointer(position: number): boolean {
    if (this.#at + 2 > this.#end) return false;
    this.#uint16(POINTER | position);
    return true;
  }

  #copy(source: Uint8Array, from: number, length: number): boolean {
    if (this.#at + length > this.#end) return false;
    const target = this.#octets;
    let to = this.#at;
    for (let at = from; at < from + length; at++) target[to++] = octetAt(source, at);
    this.#at = to;
    return true;
  }

  #uint16(value: number): void {
    this.#octets[this.#at++] = value >>> 8;
    this.#octets[this.#at++] = value;
  }

  #uint32(value: number): void {
    this.#uint16(value >>> 16);
    this.#uint16(value);
  }
}

function readLabels(owner: OwnerLabels, { octets, words }: Snapshot, node: number): void {
  const start = nameOffset(words, node);
  const end = start + wordAt(words, node + NODE.NAME_LENGTH);
  owner.octets = octets;
  owner.count = 0;
  for (let at = start; at < end; at += 1 + octetAt(octets, at)) owner.offsets[owner.count++] = at;
}

/** How many labels two owners have in common, counted from the right. */
function sharedLabels(a: OwnerLabels, b: OwnerLabels): number {
  let shared = 0;
  while (shared < a.count && shared < b.count) {
    const left = a.offsets[a.count - 1 - shared] as number; // proof: shared < count
    const right = b.offsets[b.count - 1 - shared] as number;
    if (!sameLabel(a.octets, left, b.octets, right)) break;
    shared++;
  }
  return shared;
}

function sameLabel(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number): boolean {
  const length = 1 + octetAt(a, aStart);
  for (let at = 0; at < length; at++) if (octetAt(a, aStart + at) !== octetAt(b, bStart + at)) return false;
  return true;
}

/**
 * A Snapshot: all zones of one load, compiled, immutable, in one SharedArrayBuffer that every thread reads.
 *
 * ```text
 *  header │ RRsets, nodes and names of the models │ zones │ zone slots │ node slots │ transfer policy
 *
 *  zone slots ──hash of the apex──────────────▶ zone  { model, serials, apex }
 *  node slots ──hash of model + relative name─▶ node  { model, cut, wildcard, RRsets…, relative name }
 *                                               RRset { type, TTL, RDATA…, additional… }
 * ```
 *
 * A *model* is what zones share that differ in their apex alone: its owners, and the names in its RDATA that
 * lie at or below the apex, are stored without the apex. A million SIP domains on one Edge pool are a
 * million short zone entries and one model, and moving an Edge Server changes the model alone.
 *
 * Structures are arrays of 32-bit words, referred to by word offset; names and RDATA by octet offset.
 * Offset 0 is the header, so 0 stands for "none" everywhere.
 */

import { wordAt } from "../dns/octets.ts";

/** Word positions in the header. */
export const HEADER = {
  MAGIC: 0,
  ZONE_SLOTS: 1,
  ZONE_MASK: 2,
  NODE_SLOTS: 3,
  NODE_MASK: 4,
  ZONE_COUNT: 5,
  MODEL_COUNT: 6,
  RRSET_COUNT: 7,
  /** Four words: bit n is set where some apex has n labels. */
  APEX_LABELS: 8,
  /** Where the transfer policy's text is (its length in a word, then its octets); 0 where there is none. */
  POLICY: 12,
  LENGTH: 16,
} as const;

export const MAGIC = 0x58_45_44_01;

/** A slot of either table: the full hash, then the word offset of what it leads to. */
export const SLOT_LENGTH = 2;

/** A zone entry. The apex follows: lower-cased wire form, root label included. */
export const ZONE = {
  MODEL: 0,
  SERIAL: 1,
  /** The last serial that may have stood for other content (serial.ts). */
  DOUBTFUL: 2,
  APEX_LENGTH: 3,
  APEX: 4,
} as const;

/** A model: what respond needs of it at once, and its nodes in canonical order for transfers. */
export const MODEL = {
  NUMBER: 0,
  APEX_NODE: 1,
  SOA: 2,
  /** TTL of negative answers: the lower of the SOA's TTL and its MINIMUM (RFC 2308 §5). */
  NEGATIVE_TTL: 3,
  /** Labels of the longest relative name: deeper names cannot exist. */
  DEPTH: 4,
  NODE_COUNT: 5,
  RRSET_COUNT: 6,
  /** Whom the zones answer (access.ts), 0 where that is everybody. */
  ACCESS: 7,
  /** Which rights of the transfer policy are the zones' own, counted from 1; 0 for those of all. */
  TRANSFERS: 8,
  /** Of the SOA, in seconds: what secondaries may ask for (RFC 7314). */
  EXPIRE: 9,
  /** The nodes' offsets follow. */
  NODES: 10,
} as const;

/** A node: a name that exists, empty non-terminals included. RRset offsets follow, then the relative name. */
export const NODE = {
  MODEL: 0,
  NAME_LENGTH: 1,
  /** The zone cut at or above this node (RFC 1034 §4.2), 0 in authoritative data. */
  CUT: 2,
  /** The wildcard directly below (RFC 4592). */
  WILDCARD: 3,
  /** The DNAME RRset here (RFC 6672). */
  DNAME: 4,
  CNAME: 5,
  RRSET_COUNT: 6,
  RRSETS: 7,
} as const;

/** An RRset. The octet offset of each RDATA follows, then, with ADDITIONAL set, a target for each. */
export const RRSET = {
  TYPE: 0,
  TTL: 1,
  COUNT: 2,
  FLAGS: 3,
  /** For the RRSIG RRset that covers this one, once zones are signed. */
  SIGNATURES: 4,
  RDATA: 5,
} as const;

export const RRSET_FLAG = {
  /** Its order turns from answer to answer. */
  ROTATES: 1,
  /** RDATA is plain octets: a length in two octets, then the octets. Otherwise parts (see PART). */
  PLAIN: 2,
  /** Each RDATA has a target whose addresses belong in the additional section. */
  ADDITIONAL: 4,
} as const;

/**
 * A target is the word offset of a node of the same model (one in no table where a wildcard covers it), or this bit and the octet offset of an absolute
 * name to be looked up in all zones. A snapshot is below 2 GiB, so the bit is free.
 */
export const ABSOLUTE_TARGET = 0x8000_0000;

/** Kinds of part that RDATA with names is made of; an octet each, with what follows it. */
export const PART = {
  END: 0,
  /** Length in two octets, octets. */
  OCTETS: 1,
  /** Name below the apex: length in one octet, labels without the apex. */
  RELATIVE: 2,
  /** The same, never compressed on the wire. */
  RELATIVE_UNCOMPRESSED: 3,
  /** Length in one octet, whole name. */
  ABSOLUTE: 4,
  ABSOLUTE_UNCOMPRESSED: 5,
  /** The zone's serial in four octets. */
  SERIAL: 6,
} as const;

/** Views on a compiled buffer, with the header at hand. Make one for each thread. */
export class Snapshot {
  readonly buffer: SharedArrayBuffer;
  readonly octets: Uint8Array;
  readonly words: Uint32Array;
  readonly zoneSlots: number;
  readonly zoneMask: number;
  readonly nodeSlots: number;
  readonly nodeMask: number;
  readonly apexLabels: Uint32Array;
  /** Labels of the longest apex. */
  readonly deepestApex: number;
  /** Whether a transfer policy travels with the zones. */
  readonly hasPolicy: boolean;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.octets = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    if (this.#header(HEADER.MAGIC) !== MAGIC) throw new Error("the buffer holds no snapshot of this version");
    this.zoneSlots = this.#header(HEADER.ZONE_SLOTS);
    this.zoneMask = this.#header(HEADER.ZONE_MASK);
    this.nodeSlots = this.#header(HEADER.NODE_SLOTS);
    this.nodeMask = this.#header(HEADER.NODE_MASK);
    this.apexLabels = this.words.subarray(HEADER.APEX_LABELS, HEADER.APEX_LABELS + 4);
    this.deepestApex = highestBit(this.apexLabels);
    this.hasPolicy = this.#header(HEADER.POLICY) !== 0;
  }

  get zoneCount(): number {
    return this.#header(HEADER.ZONE_COUNT);
  }

  /** RRsets served, each counted once for every zone that has it. */
  get rrsetCount(): number {
    return this.#header(HEADER.RRSET_COUNT);
  }

  /** What travels with the zones for those who transfer them, one character an octet; empty where nothing does. */
  get policyText(): string {
    const at = this.#header(HEADER.POLICY);
    if (at === 0) return "";
    const length = wordAt(this.words, at);
    return Buffer.from(this.buffer, (at + 1) << 2, length).toString("latin1");
  }

  #header(field: number): number {
    return wordAt(this.words, field);
  }
}

function highestBit(words: Uint32Array): number {
  let highest = 0;
  words.forEach((word, index) => {
    if (word !== 0) highest = index * 32 + 31 - Math.clz32(word);
  });
  return highest;
}

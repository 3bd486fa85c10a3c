/**
 * A sample of the queries that a thread answers, on its way to the log: a ring in shared memory with one writer
 * (the thread) and one reader (the main thread). Nothing waits: where the ring is full the query is counted and
 * let go. Writing makes no object.
 *
 * ```text
 *  entry, 352 octets
 *    0  form of the client's address: 4 or 16 octets, or 128 + the length of a text
 *    1  transport                     2  port, 2 octets, most significant first, as all here
 *    4  RCODE of the header           6  octets of the reply, 2
 *    8  octets of the question, 2    12  address, up to 64
 *   76  what stands behind the request's header: the question, if it has one
 * ```
 */

import { HEADER_LENGTH, wholeRcodeOf } from "./header.ts";
import { isOwnQuery, NO_MARK } from "./own-queries.ts";

/** Entries of a ring; a power of two, so that positions can run over. */
export const SAMPLES = 512;

/** Words of `control`. Positions only rise, modulo 2^32. */
const WRITTEN = 0;
const READ = 1;
const DROPPED = 2;

const AT = {
  FORM: 0,
  TRANSPORT: 1,
  PORT: 2,
  RCODE: 4,
  REPLY: 6,
  LENGTH: 8,
  ADDRESS: 12,
  QUESTION: 76,
} as const;
const ENTRY = 352;
const ADDRESS_ROOM = AT.QUESTION - AT.ADDRESS;

/** The longest question: a name of 255 octets, type and class (RFC 1035 §4.1.2). */
const QUESTION_ROOM = 259;

/** The form of an address that is text. */
const TEXT = 128;

const TRANSPORTS = ["UDP", "TCP"] as const;
export type SampledTransport = (typeof TRANSPORTS)[number];

/** What a sampler and its reader share. */
export interface SampleMemory {
  /** One query in so many is written down. */
  readonly every: number;
  /** Queries that end in it are not written down: our own. */
  readonly mark: Uint8Array;
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly entries: Uint8Array<SharedArrayBuffer>;
}

/** A query that was answered. */
export interface QuerySample {
  /** Octets, or the text that Node has for it. */
  readonly client: Uint8Array | string;
  readonly port: number;
  readonly transport: SampledTransport;
  /** What stands behind the request's header, cut after the octets of the longest question. */
  readonly question: Uint8Array;
  readonly rcode: number;
  /** Octets of the reply. */
  readonly octets: number;
}

/** Memory for a sampler; none where nothing is to be sampled. */
export function makeSampleMemory(every: number, mark = NO_MARK): SampleMemory | undefined {
  if (every === 0) return undefined;
  return {
    every,
    mark,
    control: new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)),
    entries: new Uint8Array(new SharedArrayBuffer(SAMPLES * ENTRY)),
  };
}

/** Writes samples. One for each memory and thread. */
export class QuerySampler {
  readonly #control: Int32Array;
  readonly #entries: Uint8Array;
  readonly #every: number;
  readonly #mark: Uint8Array;
  readonly #transport: number;
  #left: number;
  /** Where the entry in work lies. */
  #entry = 0;

  constructor({ every, mark, control, entries }: SampleMemory, transport: SampledTransport) {
    this.#control = control;
    this.#entries = entries;
    this.#every = every;
    this.#mark = mark;
    this.#left = every;
    this.#transport = TRANSPORTS.indexOf(transport);
  }

  /** Counts a query that is answered. True for one that is to be written down and has a place. */
  isDue(request: Uint8Array, offset: number, length: number): boolean {
    if (--this.#left > 0) return false;
    if (isOwnQuery(request, offset, length, this.#mark)) {
      this.#left++;
      return false;
    }
    this.#left = this.#every;
    const written = this.#control[WRITTEN] ?? 0; // ours alone to write
    if (((written - Atomics.load(this.#control, READ)) | 0) >= SAMPLES) {
      Atomics.add(this.#control, DROPPED, 1);
      return false;
    }
    this.#entry = (written & (SAMPLES - 1)) * ENTRY;
    return true;
  }

  /** Begins the entry that was due. */
  begin(
    request: Uint8Array,
    offset: number,
    length: number,
    reply: Uint8Array,
    replyOffset: number,
    replyLength: number,
  ): void {
    const entries = this.#entries;
    const at = this.#entry;
    const question = Math.min(Math.max(0, length - HEADER_LENGTH), QUESTION_ROOM);
    entries[at + AT.TRANSPORT] = this.#transport;
    entries[at + AT.RCODE] = wholeRcodeOf(reply, replyOffset, replyLength);
    this.#write16(at + AT.REPLY, replyLength);
    this.#write16(at + AT.LENGTH, question);
    for (let octet = 0; octet < question; octet++) {
      entries[at + AT.QUESTION + octet] = request[offset + HEADER_LENGTH + octet] ?? 0;
    }
  }

  /** Ends the entry with the `length` octets of a client's address. */
  endWithOctets(address: Uint8Array, offset: number, length: 4 | 16, port: number): void {
    const at = this.#entry;
    this.#entries[at + AT.FORM] = length;
    for (let octet = 0; octet < length; octet++)
      this.#entries[at + AT.ADDRESS + octet] = address[offset + octet] ?? 0;
    this.#publish(port);
  }

  /** Ends the entry with the text of a client's address, which is ASCII. */
  endWithText(address: string, port: number): void {
    const at = this.#entry;
    const length = Math.min(address.length, ADDRESS_ROOM);
    this.#entries[at + AT.FORM] = TEXT + length;
    for (let octet = 0; octet < length; octet++)
      this.#entries[at + AT.ADDRESS + octet] = address.charCodeAt(octet);
    this.#publish(port);
  }

  #publish(port: number): void {
    this.#write16(this.#entry + AT.PORT, port);
    Atomics.store(this.#control, WRITTEN, ((this.#control[WRITTEN] ?? 0) + 1) | 0);
  }

  #write16(at: number, number: number): void {
    this.#entries[at] = number >>> 8;
    this.#entries[at + 1] = number;
  }
}

/** Reads samples. One for each memory, on one thread. */
export class SampleReader {
  readonly #memory: SampleMemory;
  #dropped = 0;

  constructor(memory: SampleMemory) {
    this.#memory = memory;
  }

  /** The samples that wait, oldest first. */
  read(): QuerySample[] {
    const { control, entries } = this.#memory;
    const samples: QuerySample[] = [];
    const end = Atomics.load(control, WRITTEN);
    let at = Atomics.load(control, READ);
    for (; at !== end; at = (at + 1) | 0) samples.push(sampleAt(entries, (at & (SAMPLES - 1)) * ENTRY));
    Atomics.store(control, READ, at);
    return samples;
  }

  /** Queries that found no place since this was asked last. */
  dropped(): number {
    const before = this.#dropped;
    this.#dropped = Atomics.load(this.#memory.control, DROPPED);
    return (this.#dropped - before) | 0;
  }
}

function sampleAt(entries: Uint8Array, at: number): QuerySample {
  const uint16 = (offset: number): number =>
    ((entries[at + offset] ?? 0) << 8) | (entries[at + offset + 1] ?? 0);
  const octets = (offset: number, length: number): Uint8Array =>
    entries.slice(at + offset, at + offset + length);
  const form = entries[at + AT.FORM] ?? 0;
  return {
    client: form < TEXT ? octets(AT.ADDRESS, form) : String.fromCharCode(...octets(AT.ADDRESS, form - TEXT)),
    port: uint16(AT.PORT),
    transport: TRANSPORTS[entries[at + AT.TRANSPORT] ?? 0] ?? "UDP",
    question: octets(AT.QUESTION, uint16(AT.LENGTH)),
    rcode: entries[at + AT.RCODE] ?? 0,
    octets: uint16(AT.REPLY),
  };
}

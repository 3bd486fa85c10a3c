/** The messages of a transfer, one after the other in one buffer, each as full as it can be. */

import type { ReplySigner } from "../tsig/sign.ts";
import type { Content } from "./content.ts";
import { MessageWriter } from "./message-writer.ts";
import type { RecordPlace } from "./version.ts";

/** Octets of the length before each message over TCP, and of the longest message. */
export const FRAME_LENGTH = 2;
export const LONGEST_MESSAGE = 65_535;

/** What all messages of a transfer have in common. */
export interface StreamHead {
  readonly id: number;
  /** The second pair of octets of each header. */
  readonly flags: number;
  /** The question, which the first message repeats (RFC 5936 §2.2.2). */
  readonly question: Uint8Array;
  /** Undefined where the request had no OPT record. */
  readonly opt: Uint8Array | undefined;
  readonly signer: ReplySigner | undefined;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** What a stream has written, for the log. */
export interface StreamTally {
  messages: number;
  octets: number;
  records: number;
}

/**
 * Writes message after message into `buffer`, each behind its length, and yields the octets to be sent; 0 where
 * nothing is to be sent yet and others should have their turn. The buffer is used again by the next step.
 */
export function* writeStream(
  content: Content,
  head: StreamHead,
  buffer: Uint8Array,
  tally: StreamTally,
): Generator<number, void> {
  const stream = new Stream(head, buffer, tally);
  stream.begin();
  for (const record of content) {
    if (record === undefined) yield 0;
    else if (!stream.add(record)) {
      yield stream.finish();
      stream.begin();
      if (!stream.add(record)) throw new Error("a record does not fit into a message of its own");
    }
  }
  yield stream.finish();
}

class Stream {
  readonly #head: StreamHead;
  readonly #buffer: Uint8Array;
  readonly #tally: StreamTally;
  readonly #writer = new MessageWriter();
  #hasOpt = false;

  constructor(head: StreamHead, buffer: Uint8Array, tally: StreamTally) {
    this.#head = head;
    this.#buffer = buffer;
    this.#tally = tally;
  }

  begin(): void {
    const { signer, opt, question } = this.#head;
    const isFirst = this.#tally.messages === 0;
    this.#writer.begin(this.#buffer, FRAME_LENGTH, LONGEST_MESSAGE - (signer?.room ?? 0));
    if (isFirst) this.#writer.question(question);
    this.#hasOpt = isFirst && opt !== undefined;
    if (isFirst && opt !== undefined) this.#writer.holdBack(opt.length);
  }

  add(record: RecordPlace): boolean {
    if (!this.#writer.record(record)) return false;
    this.#tally.records++;
    return true;
  }

  /** Closes the message; returns its octets, length included. */
  finish(): number {
    const { id, flags, opt, signer, now } = this.#head;
    if (this.#hasOpt && opt !== undefined) {
      this.#writer.holdBack(-opt.length);
      this.#writer.opt(opt);
    }
    const bare = this.#writer.finish(id, flags, this.#tally.messages === 0 ? 1 : 0);
    const length = signer === undefined ? bare : signer.sign(this.#buffer, FRAME_LENGTH, bare, now());
    this.#buffer[0] = length >>> 8;
    this.#buffer[1] = length;
    this.#tally.messages++;
    this.#tally.octets += FRAME_LENGTH + length;
    return FRAME_LENGTH + length;
  }
}

/** DNS messages in a stream of octets: two octets of length before each (RFC 1035 §4.2.2). */

/** Octets of the length before each message. */
export const FRAME_LENGTH = 2;

/** The longest message that two octets of length can announce. */
export const MAXIMUM_FRAME = 0xffff;

/** The shortest message that can be answered is a header; less closes the connection. */
export const MINIMUM_FRAME = 12;

/** Takes a whole message, which is valid during the call only; false holds back those behind it. */
export type TakeMessage = (octets: Uint8Array, offset: number, length: number) => boolean;

/** All was read; or messages are held back until `resume`; or a message is too short to be one. */
export type ReadOutcome = "read" | "held" | "broken";

/** Shared by all readers that hold nothing, which is most of them for most of the time. */
const NOTHING = new Uint8Array(0);

/** Octets of memory that a reader keeps between two messages. */
const KEPT = 1024;

/** Takes octets as they come and gives out whole messages, copying only those that chunks cut apart. */
export class FrameReader {
  /** The beginning of a message whose end has not come, its length octets included. */
  #partial = NOTHING;
  #filled = 0;
  /** Octets behind a message at which `take` wanted no more. */
  #held = NOTHING;

  /** A message has begun and not ended. */
  get isInsideMessage(): boolean {
    return this.#filled > 0;
  }

  /** Gives out each message that a chunk completes. */
  read(chunk: Uint8Array, take: TakeMessage): ReadOutcome {
    if (this.#filled === 0) return this.#readFrom(chunk, 0, take);
    const at = this.#complete(chunk);
    if (!this.#partialCanGrow()) return "broken";
    if (this.#missing() > 0) return "read";
    const whole = this.#partial;
    const length = this.#filled - FRAME_LENGTH;
    this.#filled = 0;
    if (whole.length > KEPT) this.#partial = NOTHING;
    return take(whole, FRAME_LENGTH, length) ? this.#readFrom(chunk, at, take) : this.#hold(chunk, at);
  }

  /** Goes on with what was held back. */
  resume(take: TakeMessage): ReadOutcome {
    const held = this.#held;
    this.#held = NOTHING;
    return this.#readFrom(held, 0, take);
  }

  #readFrom(chunk: Uint8Array, start: number, take: TakeMessage): ReadOutcome {
    let at = start;
    while (chunk.length - at >= FRAME_LENGTH) {
      const length = announced(chunk, at);
      if (length < MINIMUM_FRAME) return "broken";
      if (chunk.length - at < FRAME_LENGTH + length) break;
      at += FRAME_LENGTH + length;
      if (!take(chunk, at - length, length)) return this.#hold(chunk, at);
    }
    this.#keep(chunk, at, chunk.length);
    return "read";
  }

  #hold(chunk: Uint8Array, at: number): ReadOutcome {
    this.#held = chunk.slice(at);
    return "held";
  }

  /** Takes what the message in work still wants from a chunk; returns where the next message begins. */
  #complete(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && this.#missing() > 0) {
      const end = Math.min(chunk.length, at + this.#missing());
      this.#keep(chunk, at, end);
      at = end;
      if (!this.#partialCanGrow()) break;
    }
    return at;
  }

  #partialCanGrow(): boolean {
    return this.#filled < FRAME_LENGTH || announced(this.#partial, 0) >= MINIMUM_FRAME;
  }

  /** Octets that the message in work, or its length, still wants. */
  #missing(): number {
    const wanted = this.#filled < FRAME_LENGTH ? FRAME_LENGTH : FRAME_LENGTH + announced(this.#partial, 0);
    return wanted - this.#filled;
  }

  /** Grows by doubling, so that a message sent octet by octet costs no more than one sent at once. */
  #keep(chunk: Uint8Array, from: number, to: number): void {
    if (from === to) return;
    const length = this.#filled + to - from;
    if (length > this.#partial.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#partial.length));
      grown.set(this.#partial.subarray(0, this.#filled));
      this.#partial = grown;
    }
    this.#partial.set(chunk.subarray(from, to), this.#filled);
    this.#filled = length;
  }
}

function announced(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}

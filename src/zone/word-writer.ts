/** A growing stretch of memory that is written in words and octets and handed out as a SharedArrayBuffer. */

/** Offsets of octets are held in 31 bits (see ABSOLUTE_TARGET). */
const MAXIMUM_LENGTH = 2 ** 31;

export class WordWriter {
  #words: Uint32Array;
  #octets: Uint8Array;
  /** Octets written so far. */
  #length = 0;

  constructor(capacity = 1 << 16) {
    this.#words = new Uint32Array(capacity >>> 2);
    this.#octets = new Uint8Array(this.#words.buffer);
  }

  /** Octet offset at which the next octet goes. */
  get octetOffset(): number {
    return this.#length;
  }

  /** Moves on to a word boundary and returns its word offset. */
  align(): number {
    this.#length = (this.#length + 3) & ~3;
    return this.#length >>> 2;
  }

  /** Reserves zeroed words and returns the word offset of the first. */
  reserve(count: number): number {
    const at = this.align();
    this.#grow(count * 4);
    this.#length += count * 4;
    return at;
  }

  setWord(at: number, value: number): void {
    this.#words[at] = value;
  }

  /** A string with one character an octet. */
  text(octets: string): void {
    this.#grow(octets.length);
    for (let at = 0; at < octets.length; at++) this.#octets[this.#length++] = octets.charCodeAt(at);
  }

  /** Copies what was written into memory that threads can share. */
  toSharedBuffer(): SharedArrayBuffer {
    this.align();
    const buffer = new SharedArrayBuffer(this.#length);
    new Uint8Array(buffer).set(this.#octets.subarray(0, this.#length));
    return buffer;
  }

  #grow(more: number): void {
    const wanted = this.#length + more + 4;
    if (wanted <= this.#octets.length) return;
    if (wanted > MAXIMUM_LENGTH) throw new Error("the zones need more than 2 GiB compiled");
    const octets = new Uint8Array(Math.min(MAXIMUM_LENGTH, 2 ** Math.ceil(Math.log2(wanted))));
    octets.set(this.#octets.subarray(0, this.#length));
    this.#octets = octets;
    this.#words = new Uint32Array(octets.buffer);
  }
}

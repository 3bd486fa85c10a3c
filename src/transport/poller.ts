/** Sleeps in poll(2) until one of some descriptors is readable. */

import type { SocketCalls } from "./socket-calls.ts";

const POLLIN = 1;

export class Poller {
  readonly #calls: SocketCalls;
  /** struct pollfd { int fd; short events, revents }. */
  readonly #polled: Int32Array;
  readonly #address: number;
  readonly #count: number;

  constructor(calls: SocketCalls, descriptors: readonly number[]) {
    this.#calls = calls;
    this.#count = descriptors.length;
    this.#polled = new Int32Array(new ArrayBuffer(8 * descriptors.length));
    this.#polled.set(descriptors.flatMap((descriptor) => [descriptor, POLLIN]));
    this.#address = calls.address(this.#polled);
  }

  /** Sleeps so many milliseconds at the most; a negative number is for ever. */
  wait(timeout: number): void {
    while (this.#calls.poll(this.#address, this.#count, timeout) < 0) {
      const code = this.#calls.errorCode();
      if (code !== "EINTR") throw new Error(`poll failed: ${code}`);
    }
  }

  /** Whether a descriptor was ready, by its place. Errors count as ready too: the next call tells them. */
  isReady(index: number): boolean {
    return (this.#polled[2 * index + 1] ?? 0) >>> 16 !== 0;
  }
}

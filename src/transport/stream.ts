/** Answers of many messages on one connection, sent no faster than the client takes them. */

import type { Socket } from "node:net";
import type { Endpoint } from "./endpoint.ts";

/** A connection as whoever answers with many messages sees it. */
export interface StreamConnection {
  readonly peer: Endpoint;
  /** Where its requests are counted, laid out by `COUNTER`. */
  readonly counters: Float64Array;
  /** Resolves when the octets have left and may be changed; false where the connection has ended. */
  write(octets: Uint8Array): Promise<boolean>;
}

/**
 * Takes a request that is answered with many messages, and resolves when they are sent; undefined where it is
 * answered like others. Messages behind it on the same connection wait until then (RFC 7766 §6.2.1.1 leaves the order to us).
 */
export type StreamFunction = (
  request: Uint8Array,
  offset: number,
  length: number,
  connection: StreamConnection,
) => Promise<void> | undefined;

/** Writes to a socket; `onProgress` is given each piece that has left. */
export class SocketStream implements StreamConnection {
  readonly counters: Float64Array;
  readonly #socket: Socket;
  readonly #onProgress: (octets: Uint8Array) => void;

  constructor(socket: Socket, counters: Float64Array, onProgress: (octets: Uint8Array) => void) {
    this.counters = counters;
    this.#socket = socket;
    this.#onProgress = onProgress;
  }

  /** Asked for where there is something to send or to log: to find out is a system call. */
  get peer(): Endpoint {
    return { address: this.#socket.remoteAddress ?? "", port: this.#socket.remotePort ?? 0 };
  }

  async write(octets: Uint8Array): Promise<boolean> {
    await undefined; // answers to what came before in the same chunk are written first
    return new Promise((resolve) => {
      this.#socket.write(octets, (error) => {
        const hasLeft = error === undefined || error === null;
        if (hasLeft) this.#onProgress(octets);
        resolve(hasLeft);
      });
    });
  }
}

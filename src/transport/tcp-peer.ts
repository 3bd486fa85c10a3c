/** Who is at the other end of a TCP connection, and what else can be done with a request of his than answer it at once. */

import type { Socket } from "node:net";
import type { Client, Exchange, Hold } from "./endpoint.ts";
import { FRAME_LENGTH } from "./framing.ts";
import { addressOctets } from "./ip-address.ts";
import type { TimedReply } from "./late-queue.ts";
import type { QuerySampler } from "./query-samples.ts";

const NO_ADDRESS = new Uint8Array(0);

/** Sends a reply so many milliseconds later; false where there is no place for it. */
export type SendLate = (milliseconds: number, reply: TimedReply) => boolean;

/** The other end of a socket. Its address costs a system call, so it is asked for when an answer depends on it. */
export class TcpPeer implements Client, Exchange {
  readonly transport = "TCP";
  readonly offset = 0;
  time = 0;
  readonly counters: Float64Array;
  readonly #socket: Socket;
  readonly #sampler: QuerySampler | undefined;
  readonly #sendLate: SendLate;
  #octets: Uint8Array | undefined;

  constructor(socket: Socket, counters: Float64Array, sampler: QuerySampler | undefined, sendLate: SendLate) {
    this.#socket = socket;
    this.counters = counters;
    this.#sampler = sampler;
    this.#sendLate = sendLate;
  }

  get exchange(): Exchange {
    return this;
  }

  get octets(): Uint8Array {
    const { remoteAddress } = this.#socket; // undefined where the client is gone already
    this.#octets ??= remoteAddress === undefined ? NO_ADDRESS : addressOctets(remoteAddress);
    return this.#octets;
  }

  get length(): number {
    return this.octets.length;
  }

  sendLater(octets: Uint8Array, milliseconds: number, hold: Hold): boolean {
    const send = (): void => void this.#socket.write(framed(octets));
    return this.#sendLate(milliseconds, { octets, hold, send });
  }

  breakOff(octets: Uint8Array, milliseconds: number, hold: Hold): boolean {
    const socket = this.#socket;
    if (milliseconds === 0) socket.pause();
    const send = (): void => {
      socket.write(framed(octets).subarray(0, FRAME_LENGTH + (octets.length >>> 1)));
      socket.destroySoon();
    };
    return this.#sendLate(milliseconds, { octets, hold, send });
  }

  note(request: Uint8Array, reply: Uint8Array): void {
    this.sample(request, 0, request.length, reply, 0, reply.length);
  }

  /** Writes a query down where its turn has come. */
  sample(
    request: Uint8Array,
    offset: number,
    length: number,
    reply: Uint8Array,
    replyOffset: number,
    replyLength: number,
  ): void {
    if (!this.#sampler?.isDue(request, offset, length)) return;
    this.#sampler.begin(request, offset, length, reply, replyOffset, replyLength);
    this.#sampler.endWithText(this.#socket.remoteAddress ?? "", this.#socket.remotePort ?? 0);
  }
}

/** A message behind its length (RFC 1035 §4.2.2). */
function framed(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_LENGTH + message.length);
  frame[0] = message.length >>> 8;
  frame[1] = message.length;
  frame.set(message, FRAME_LENGTH);
  return frame;
}

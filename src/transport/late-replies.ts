/** Replies of the batched path that leave after their batch. Nothing of it is made before there is one. */

import type { Hold } from "./endpoint.ts";
import { type Late, LateQueue } from "./late-queue.ts";
import { CONTROL, MESSAGE, MessageBatch, NAME_ROOM, requestMemoryLength } from "./message-batch.ts";
import type { SocketCalls } from "./socket-calls.ts";

const MSG_DONTWAIT = 0x40;

/** The longest that a datagram can be. */
const REPLY_ROOM = 0xffff;

interface LateDatagram extends Late {
  readonly socket: number;
  readonly name: Uint8Array;
  readonly nameLength: number;
  readonly control: Uint32Array;
  readonly controlLength: number;
}

export class LateReplies {
  readonly #calls: SocketCalls;
  readonly #batch: MessageBatch;
  /** Times are those of performance.now(). */
  readonly #queue = new LateQueue<LateDatagram>((late) => this.#send(late));

  constructor(calls: SocketCalls) {
    this.#calls = calls;
    this.#batch = new MessageBatch(calls, 1, new Uint8Array(requestMemoryLength(1)), REPLY_ROOM);
  }

  /** Keeps a reply to a message of a batch for so many milliseconds, or sends it now; false where there is no place. */
  add(octets: Uint8Array, milliseconds: number, { socket, batch, message, hold }: Origin): boolean {
    const header = message * MESSAGE.WORDS;
    const control = message * CONTROL.WORDS;
    const late: LateDatagram = {
      octets,
      hold,
      socket,
      name: batch.names.slice(message * NAME_ROOM, (message + 1) * NAME_ROOM),
      nameLength: batch.received[header + MESSAGE.NAME_LENGTH] ?? 0,
      control: batch.controls.slice(control, control + CONTROL.WORDS),
      controlLength: batch.received[header + MESSAGE.CONTROL_LENGTH] ?? 0,
    };
    if (milliseconds > 0) return this.#queue.add(performance.now() + milliseconds, late) !== undefined;
    this.#send(late);
    return true;
  }

  /** Milliseconds until the next reply is due, as poll(2) wants them: -1 where none waits. */
  get timeout(): number {
    const { next } = this.#queue;
    return next === undefined ? -1 : Math.max(0, Math.ceil(next - performance.now()));
  }

  /** Sends what is due. A datagram that is lost is the client's to ask again. */
  sendDue(): void {
    this.#queue.sendDue(performance.now());
  }

  /** Lets all go that waits. */
  close(): void {
    this.#queue.clear();
  }

  #send({ socket, octets, name, nameLength, control, controlLength }: LateDatagram): void {
    const batch = this.#batch;
    batch.names.set(name);
    batch.controls.set(control);
    batch.received[MESSAGE.NAME_LENGTH] = nameLength;
    batch.received[MESSAGE.CONTROL_LENGTH] = controlLength;
    batch.replies.set(octets.subarray(0, REPLY_ROOM));
    batch.address(0, 0, Math.min(octets.length, REPLY_ROOM));
    this.#calls.sendmmsg(socket, batch.sentAddress, 1, MSG_DONTWAIT);
  }
}

/** The message that a reply answers, the socket that it came from, and what holds the reply back. */
interface Origin {
  readonly socket: number;
  readonly batch: MessageBatch;
  readonly message: number;
  readonly hold: Hold;
}

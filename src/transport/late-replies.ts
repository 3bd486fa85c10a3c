/** Replies of the batched path that leave after their batch. Nothing of it is made before there is one. */

import { CONTROL, MESSAGE, MessageBatch, NAME_ROOM, requestMemoryLength } from "./message-batch.ts";
import type { SocketCalls } from "./socket-calls.ts";

const MSG_DONTWAIT = 0x40;

/** The longest that a datagram can be. */
const REPLY_ROOM = 0xffff;

interface LateReply {
  /** By performance.now(). */
  readonly due: number;
  readonly socket: number;
  readonly octets: Uint8Array;
  readonly name: Uint8Array;
  readonly nameLength: number;
  readonly control: Uint32Array;
  readonly controlLength: number;
}

export class LateReplies {
  readonly #calls: SocketCalls;
  readonly #batch: MessageBatch;
  #waiting: LateReply[] = [];

  constructor(calls: SocketCalls) {
    this.#calls = calls;
    this.#batch = new MessageBatch(calls, 1, new Uint8Array(requestMemoryLength(1)), REPLY_ROOM);
  }

  /** Keeps a reply to a message of a batch for so many milliseconds. */
  add(octets: Uint8Array, milliseconds: number, { socket, batch, message }: Origin): void {
    const header = message * MESSAGE.WORDS;
    const control = message * CONTROL.WORDS;
    this.#waiting.push({
      due: performance.now() + milliseconds,
      socket,
      octets,
      name: batch.names.slice(message * NAME_ROOM, (message + 1) * NAME_ROOM),
      nameLength: batch.received[header + MESSAGE.NAME_LENGTH] ?? 0,
      control: batch.controls.slice(control, control + CONTROL.WORDS),
      controlLength: batch.received[header + MESSAGE.CONTROL_LENGTH] ?? 0,
    });
  }

  /** Milliseconds until the next reply is due, as poll(2) wants them: -1 where none waits. */
  get timeout(): number {
    if (this.#waiting.length === 0) return -1;
    const next = Math.min(...this.#waiting.map(({ due }) => due));
    return Math.max(0, Math.ceil(next - performance.now()));
  }

  /** Sends what is due. A datagram that is lost is the client's to ask again. */
  sendDue(): void {
    const now = performance.now();
    const due = this.#waiting.filter((late) => late.due <= now);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((late) => late.due > now);
    for (const late of due.sort((one, other) => one.due - other.due)) this.#send(late);
  }

  #send({ socket, octets, name, nameLength, control, controlLength }: LateReply): void {
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

/** The message that a reply answers, and the socket that it came from. */
interface Origin {
  readonly socket: number;
  readonly batch: MessageBatch;
  readonly message: number;
}

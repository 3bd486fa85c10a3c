/**
 * Replies that leave later than they could, by the time at which they are due: a heap, so that thousands cost little,
 * bounded in number and octets, for whoever asks decides how many there are.
 */

import type { Hold } from "./endpoint.ts";

/** A reply that waits. */
export interface Late {
  readonly octets: Uint8Array;
  readonly hold: Hold;
}

/** The place of a reply in its queue. */
export interface Waiting<T extends Late> {
  readonly reply: T;
  /** By the clock of whoever adds. */
  readonly due: number;
  /** Where it stands in the heap; `GONE` where it waits no more. */
  at: number;
}

const GONE = -1;

export interface QueueLimits {
  readonly replies: number;
  readonly octets: number;
}

/** For each queue: a socket's, a thread's, or that of all TCP connections. */
const LIMITS: QueueLimits = { replies: 10_000, octets: 16 * 2 ** 20 };

/** The queues of this thread that have something. */
const queues = new Set<{ sendReleased(): void }>();

/** Sends, on this thread, what nothing holds back any more. */
export function sendReleased(): void {
  for (const queue of queues) queue.sendReleased();
}

export class LateQueue<T extends Late> {
  readonly #send: (reply: T) => void;
  readonly #limits: QueueLimits;
  /** Each is due no later than the two at twice its place, plus 1 and plus 2. */
  readonly #heap: Waiting<T>[] = [];
  #octets = 0;

  constructor(send: (reply: T) => void, limits = LIMITS) {
    this.#send = send;
    this.#limits = limits;
  }

  /** When the first is due; undefined where none waits. */
  get next(): number | undefined {
    return this.#heap[0]?.due;
  }

  /** Takes a reply in; undefined where there is no place for it. */
  add(due: number, reply: T): Waiting<T> | undefined {
    const octets = this.#octets + reply.octets.length;
    if (this.#heap.length >= this.#limits.replies || octets > this.#limits.octets) return undefined;
    const waiting = { reply, due, at: this.#heap.length };
    this.#heap.push(waiting);
    this.#octets = octets;
    this.#rise(waiting);
    queues.add(this);
    return waiting;
  }

  /** Lets a reply go unsent. */
  remove(waiting: Waiting<T>): void {
    const { at, reply } = waiting;
    if (at === GONE) return;
    waiting.at = GONE;
    this.#octets -= reply.octets.length;
    const last = this.#heap.pop();
    if (last !== undefined && last !== waiting) {
      this.#put(last, at);
      this.#rise(last);
      this.#sink(last);
    }
    if (this.#heap.length === 0) queues.delete(this);
  }

  /** Sends what is due, in its order. */
  sendDue(now: number): void {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || first.due > now) return;
      this.remove(first);
      this.#send(first.reply);
    }
  }

  /** Sends what nothing holds back any more, in the order in which it would have been due. */
  sendReleased(): void {
    const released = this.#heap.filter(({ reply }) => reply.hold.isOver);
    for (const waiting of released.sort((one, other) => one.due - other.due)) {
      this.remove(waiting);
      this.#send(waiting.reply);
    }
  }

  clear(): void {
    for (const waiting of this.#heap.splice(0)) waiting.at = GONE;
    this.#octets = 0;
    queues.delete(this);
  }

  #put(waiting: Waiting<T>, at: number): void {
    this.#heap[at] = waiting;
    waiting.at = at;
  }

  #rise(waiting: Waiting<T>): void {
    while (waiting.at > 0) {
      const { at } = waiting;
      const above = this.#heap[(at - 1) >>> 1];
      if (above === undefined || above.due <= waiting.due) return;
      this.#put(waiting, above.at);
      this.#put(above, at);
    }
  }

  #sink(waiting: Waiting<T>): void {
    for (;;) {
      const { at } = waiting;
      const [left, right] = this.#heap.slice(2 * at + 1, 2 * at + 3);
      const below = left !== undefined && right !== undefined && right.due < left.due ? right : left;
      if (below === undefined || below.due >= waiting.due) return;
      this.#put(waiting, below.at);
      this.#put(below, at);
    }
  }
}

/** A reply that knows how it is sent. */
export interface TimedReply extends Late {
  readonly send: () => void;
}

/** A queue with a timer of Node's, which keeps no process alive. */
export class TimedQueue {
  readonly #queue: LateQueue<TimedReply>;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits?: QueueLimits) {
    this.#queue = new LateQueue<TimedReply>(({ send }) => send(), limits);
  }

  /** Keeps a reply for so many milliseconds; undefined where there is no place for it. */
  add(milliseconds: number, reply: TimedReply): Waiting<TimedReply> | undefined {
    const waiting = this.#queue.add(performance.now() + milliseconds, reply);
    if (waiting !== undefined) this.#arm();
    return waiting;
  }

  remove(waiting: Waiting<TimedReply>): void {
    this.#queue.remove(waiting);
    if (this.#queue.next === undefined) clearTimeout(this.#timer);
  }

  clear(): void {
    this.#queue.clear();
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { next } = this.#queue;
    if (next === undefined) return;
    const milliseconds = Math.max(1, Math.ceil(next - performance.now()));
    this.#timer = setTimeout(() => {
      this.#queue.sendDue(performance.now());
      this.#arm();
    }, milliseconds).unref();
  }
}

/**
 * UDP in batches: poll(2), then recvmmsg(2), the responder for each request, sendmmsg(2). A thread that runs
 * this loop does nothing else; while nobody asks it sleeps in poll and makes no system call at all.
 */

import {
  COUNTER,
  count,
  countBatch,
  countReplyKind,
  countRequestSize,
  countSendFailure,
} from "./counters.ts";
import { clientAt, type Exchange, type MovingClient, type RespondFunction } from "./endpoint.ts";
import { TRANSPORT_RCODE, writeBareReply } from "./header.ts";
import { LateReplies } from "./late-replies.ts";
import {
  IPV4_ADDRESS,
  IPV4_NAME_LENGTH,
  IPV6_ADDRESS,
  MESSAGE,
  MessageBatch,
  NAME_ROOM,
  VECTOR,
} from "./message-batch.ts";
import { Poller } from "./poller.ts";
import { QuerySampler } from "./query-samples.ts";
import type { SocketCalls } from "./socket-calls.ts";
import { CONTROL_WORD, type WorkerMemory } from "./worker-memory.ts";

/** A bound socket, and where its queries are counted: the counters of its family. */
export interface CountedSocket {
  readonly descriptor: number;
  readonly counters: Float64Array;
}

export interface BatchedUdpOptions {
  readonly calls: SocketCalls;
  /** They stay the caller's. */
  readonly sockets: readonly CountedSocket[];
  /** An eventfd that becomes readable when `takeMessages` is to be called. */
  readonly wakeUp: number;
  readonly memory: WorkerMemory;
  readonly batchSize: number;
  /** Octets of the longest reply. */
  readonly replyRoom: number;
  /** Looked up once a batch: it may change. */
  readonly respond: RespondFunction;
  /** Seconds since 1970, asked for once a batch. */
  readonly now: () => number;
  /** Takes what the main thread has sent; false to stop. */
  readonly takeMessages: () => boolean;
}

const MSG_DONTWAIT = 0x40;
const MSG_TRUNC = 0x20;
const AF_INET = 2;

/** Errors that no waiting will mend. */
const UNUSABLE: ReadonlySet<string> = new Set(["EBADF", "ENOTSOCK", "EFAULT", "EINVAL"]);

/** Batches from one socket before the other sockets and the main thread have a turn. */
const BATCHES_PER_TURN = 16;

/** Batches that are answered after the order to stop: more than a receive buffer holds. */
const LAST_BATCHES = 256;

/** Runs until `takeMessages` says to stop; throws what the responder throws, after refusing its batch. */
export class BatchedUdp {
  readonly batch: MessageBatch;
  readonly #options: BatchedUdpOptions;
  /** The wake-up first, then the sockets. */
  readonly #poller: Poller;
  /** Where the eventfd's count is read to. */
  readonly #wakeUps = new BigUint64Array(new ArrayBuffer(8));
  readonly #wakeUpsAddress: number;
  readonly #sampler: QuerySampler | undefined;
  /** Messages of the last batch: their headers have to be set again. */
  #used = 0;
  /** The socket whose batch is in work, and the counters of its family. */
  #socket = -1;
  #counters: Float64Array;
  #late: LateReplies | undefined;
  readonly #exchange: Exchange = {
    transport: "UDP",
    sendLater: (reply, milliseconds, hold) => {
      this.#late ??= new LateReplies(this.#options.calls);
      const origin = { socket: this.#socket, batch: this.batch, message: this.#messageInWork, hold };
      return this.#late.add(reply, milliseconds, origin);
    },
    breakOff: () => true,
    note: (request, reply) => {
      const sampler = this.#sampler;
      if (!sampler?.isDue(request, 0, request.length)) return;
      sampler.begin(request, 0, request.length, reply, 0, reply.length);
      this.#endSample(sampler, this.#messageInWork);
    },
  };
  /** Who sent the request in work; its address is where the kernel wrote it. */
  readonly #client: MovingClient;

  constructor(options: BatchedUdpOptions) {
    const { calls, sockets, wakeUp, memory, batchSize, replyRoom } = options;
    this.#options = options;
    this.#sampler = memory.samples && new QuerySampler(memory.samples, "UDP");
    this.batch = new MessageBatch(calls, batchSize, memory.requests, replyRoom);
    this.#counters = memory.counters;
    this.#client = clientAt(this.batch.names, this.#counters, this.#exchange);
    this.#poller = new Poller(calls, [wakeUp, ...sockets.map(({ descriptor }) => descriptor)]);
    this.#wakeUpsAddress = calls.address(this.#wakeUps);
  }

  run(): void {
    const { sockets, memory, takeMessages } = this.#options;
    for (let isRunning = true; isRunning; ) {
      this.#poller.wait(this.#late?.timeout ?? -1);
      this.#late?.sendDue();
      for (const [index, socket] of sockets.entries()) {
        if (this.#poller.isReady(1 + index)) this.#serve(socket, BATCHES_PER_TURN);
      }
      if (this.#poller.isReady(0)) this.#options.calls.read(this.#options.wakeUp, this.#wakeUpsAddress, 8);
      if (Atomics.exchange(memory.control, CONTROL_WORD.WAITING, 0) !== 0) isRunning = takeMessages();
    }
    for (const socket of sockets) this.#serve(socket, LAST_BATCHES);
    this.#late?.close();
  }

  /**
   * Answers what waits at a socket, batch by batch. Where several came at once, more have come while they
   * were answered, so the next are taken without asking poll first; a lone one is most often the last.
   */
  #serve({ descriptor, counters }: CountedSocket, batches: number): void {
    this.#socket = descriptor;
    this.#counters = counters;
    this.#client.counters = counters;
    for (let turn = 0; turn < batches; turn++) {
      const received = this.#receive(descriptor);
      if (received <= 0) return;
      this.#answer(descriptor, received);
      if (received === 1) return;
    }
  }

  /** Most failures are those of one message (a wrong checksum) or of the moment; poll speaks up again. */
  #receive(socket: number): number {
    const { batch } = this;
    const { calls } = this.#options;
    batch.rearm(this.#used);
    this.#used = calls.recvmmsg(socket, batch.receivedAddress, batch.size, MSG_DONTWAIT);
    if (this.#used < 0 && UNUSABLE.has(calls.errorCode()))
      throw new Error("A socket cannot be read any more");
    return this.#used;
  }

  /** Answers a batch. A long function: it runs for every datagram, and what it reads stays at hand. */
  #answer(socket: number, received: number): void {
    const { batch } = this;
    const counters = this.#counters;
    const { control } = this.#options.memory;
    const { respond } = this.#options;
    const sampler = this.#sampler;
    const { requests, requestStride, replies, replyStride } = batch;
    const headers = batch.received;
    let ready = 0;
    let octetsIn = 0;
    let message = 0;
    const client = this.#client;
    client.time = this.#options.now();
    try {
      for (; message < received; message++) {
        const header = message * MESSAGE.WORDS;
        const offset = message * requestStride;
        const length = headers[header + MESSAGE.LENGTH] ?? 0;
        const replyOffset = ready * replyStride;
        octetsIn += length;
        countRequestSize(counters, length);
        if (this.#isFromPortZero(message)) {
          count(counters, COUNTER.PORT_ZERO, 1);
          continue;
        }
        const isIpv4 = headers[header + MESSAGE.NAME_LENGTH] === IPV4_NAME_LENGTH;
        client.offset = message * NAME_ROOM + (isIpv4 ? IPV4_ADDRESS : IPV6_ADDRESS);
        client.length = isIpv4 ? 4 : 16;
        control[CONTROL_WORD.WORK_OFFSET] = offset;
        control[CONTROL_WORD.WORK_LENGTH] = length;
        const replyLength =
          ((headers[header + MESSAGE.FLAGS] ?? 0) & MSG_TRUNC) !== 0
            ? this.#refuseOversized(offset, replyOffset)
            : respond(requests, offset, length, replies, replyOffset, client);
        if (replyLength <= 0) {
          if (replyLength === 0) count(counters, COUNTER.SILENT, 1); // less: withheld, and counted as that
          continue;
        }
        batch.address(ready++, message, replyLength);
        if (sampler?.isDue(requests, offset, length)) {
          sampler.begin(requests, offset, length, replies, replyOffset, replyLength);
          this.#endSample(sampler, message);
        }
      }
      control[CONTROL_WORD.WORK_LENGTH] = 0;
    } finally {
      if (message < received) ready = this.#refuseFrom(message, received, ready);
      countBatch(counters, received);
      count(counters, COUNTER.RECEIVED, received);
      count(counters, COUNTER.OCTETS_IN, octetsIn);
      this.#send(socket, ready);
    }
  }

  /** The port is the second pair of octets of a socket address, of either family. */
  #isFromPortZero(message: number): boolean {
    const { names } = this.batch;
    const at = message * NAME_ROOM;
    return names[at + 2] === 0 && names[at + 3] === 0;
  }

  get #messageInWork(): number {
    return (this.#options.memory.control[CONTROL_WORD.WORK_OFFSET] ?? 0) / this.batch.requestStride;
  }

  /** struct sockaddr_in: family, port, address at 4; sockaddr_in6 has its address at 8. */
  #endSample(sampler: QuerySampler, message: number): void {
    const { names } = this.batch;
    const at = message * NAME_ROOM;
    const port = ((names[at + 2] ?? 0) << 8) | (names[at + 3] ?? 0);
    if (names[at] === AF_INET) sampler.endWithOctets(names, at + 4, 4, port);
    else sampler.endWithOctets(names, at + 8, 16, port);
  }

  #refuseOversized(offset: number, replyOffset: number): number {
    const { requests, replies } = this.batch;
    count(this.#counters, COUNTER.OVERSIZED, 1);
    return writeBareReply(requests, offset, requests.length, replies, replyOffset, TRANSPORT_RCODE.FORMERR);
  }

  /** The responder has failed: it and those behind it hear SERVFAIL, so that they ask elsewhere at once. */
  #refuseFrom(first: number, received: number, answered: number): number {
    const { batch } = this;
    let ready = answered;
    for (let message = first; message < received; message++) {
      const offset = message * batch.requestStride;
      const length = batch.received[message * MESSAGE.WORDS + MESSAGE.LENGTH] ?? 0;
      const to = ready * batch.replyStride;
      const written = writeBareReply(
        batch.requests,
        offset,
        length,
        batch.replies,
        to,
        TRANSPORT_RCODE.SERVFAIL,
      );
      if (written > 0 && !this.#isFromPortZero(message)) batch.address(ready++, message, written);
    }
    return ready;
  }

  /** Sends the first `ready` replies. One that cannot be sent is dropped and counted, and the rest goes on. */
  #send(socket: number, ready: number): void {
    const { calls } = this.#options;
    let done = 0;
    while (done < ready) {
      const at = this.batch.sentAddress + done * 4 * MESSAGE.WORDS;
      const sent = calls.sendmmsg(socket, at, ready - done, MSG_DONTWAIT);
      if (sent > 0) {
        this.#countReplies(done, done + sent);
        done += sent;
        continue;
      }
      const code = sent < 0 ? calls.errorCode() : "other";
      if (code === "EINTR") continue;
      countSendFailure(this.#counters, code);
      done++;
    }
  }

  #countReplies(first: number, end: number): void {
    const counters = this.#counters;
    const { replies, replyStride, sentVectors } = this.batch;
    let octetsOut = 0;
    for (let reply = first; reply < end; reply++) {
      const length = sentVectors[reply * VECTOR.WORDS + VECTOR.LENGTH] ?? 0;
      octetsOut += length;
      countReplyKind(counters, replies, reply * replyStride, length);
    }
    count(counters, COUNTER.REPLIES, end - first);
    count(counters, COUNTER.OCTETS_OUT, octetsOut);
  }
}

/** The life of one UDP worker thread, on either path: ready, answering, a new snapshot now and then, stop. */

import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { BatchedUdp } from "./batched-udp.ts";
import { countersOf, type Family } from "./counters.ts";
import type { Endpoint, ListenFault, RespondFunction } from "./endpoint.ts";
import { openPortableSockets, type PortablePath } from "./portable-udp.ts";
import { QuerySampler } from "./query-samples.ts";
import { loadSocketCalls } from "./socket-calls.ts";
import { CONTROL_WORD, type WorkerMemory } from "./worker-memory.ts";

/** Marks the data of our threads: what else a program starts as a thread is none of ours. */
const THREAD_KIND = "xmpp-edge-dns UDP worker";

/** What a thread is given when it starts. */
export interface ThreadStart {
  readonly kind: typeof THREAD_KIND;
  readonly path: ThreadPath;
  readonly memory: WorkerMemory;
  /** The largest reply that the server's OPT record announces. */
  readonly payloadSize: number;
  /** What to answer from in the beginning. */
  readonly content: Content;
  /** What the program that the thread runs wants to be told; it has to look what it is. */
  readonly service: unknown;
}

/** What a service answers from. */
export interface Content {
  readonly snapshot: SharedArrayBuffer;
  /** Faults on purpose, where there are any; what they are is the service's affair. */
  readonly faults?: unknown;
}

/** A bound socket. */
export interface BatchedSocket {
  readonly descriptor: number;
  /** Of all its clients. */
  readonly family: Family;
}

/** How the thread receives and sends. */
export type ThreadPath =
  /** Sockets and the eventfd that wakes the thread are the supervisor's: they outlive the thread. */
  | {
      readonly kind: "batched";
      readonly sockets: readonly BatchedSocket[];
      readonly wakeUp: number;
      readonly batchSize: number;
    }
  /** Sockets are the thread's own. */
  | ({ readonly kind: "portable" } & PortablePath);

/** From the supervisor to the thread. */
export type ThreadOrder = { readonly kind: "take"; readonly content: Content } | { readonly kind: "stop" };

/** From the thread to the supervisor. */
export type ThreadReport =
  /** It answers; the endpoints are those of the portable path, with the port that was chosen. */
  | { readonly kind: "ready"; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: "faults"; readonly faults: readonly ListenFault[] }
  /** Answers are from the snapshot that was sent last. */
  | { readonly kind: "taken" }
  /** Something that the service has to say; what it is, is its own affair. */
  | { readonly kind: "note"; readonly note: unknown };

/** What answers: a responder, and the way to change what it answers from. */
export interface UdpService {
  /** May be another function after `take`. */
  readonly respond: RespondFunction;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Answers from this from the next request on. */
  take(content: Content): void;
}

/** What a service is made from. */
export interface UdpServiceParts {
  readonly content: Content;
  readonly payloadSize: number;
  /** What the thread's program was to be told. */
  readonly service: unknown;
  /** Tells whoever opened the workers. It costs more than an answer, so seldom. */
  readonly tell: (note: unknown) => void;
}

export type OpenUdpService = (parts: UdpServiceParts) => UdpService;

/** What a thread is to be started with. */
export function threadStart(parts: Omit<ThreadStart, "kind">): ThreadStart {
  return { kind: THREAD_KIND, ...parts };
}

/** The data of a thread of ours. */
export function isThreadStart(data: unknown): data is ThreadStart {
  return typeof data === "object" && data !== null && "kind" in data && data.kind === THREAD_KIND;
}

/** Serves until told to stop. What the service throws ends the thread; the supervisor starts another. */
export async function runUdpThread(
  port: MessagePort,
  start: ThreadStart,
  open: OpenUdpService,
): Promise<void> {
  const { content, payloadSize, path } = start;
  const report = (message: ThreadReport): void => port.postMessage(message);
  const tell = (note: unknown): void => report({ kind: "note", note });
  const service = open({ content, payloadSize, service: start.service, tell });
  if (path.kind === "batched") return runBatched(port, { ...start, path }, service, report);
  return runPortable(port, { ...start, path }, service, report);
}

type Report = (message: ThreadReport) => void;
type BatchedStart = ThreadStart & { readonly path: { readonly kind: "batched" } };
type PortableStart = ThreadStart & { readonly path: { readonly kind: "portable" } };

/** Octets that a reply has room for, whatever small payload size we announce. */
const MINIMUM_REPLY_ROOM = 512;

async function runBatched(
  port: MessagePort,
  start: BatchedStart,
  service: UdpService,
  report: Report,
): Promise<void> {
  const { path, memory, payloadSize } = start;
  const loaded = await loadSocketCalls();
  if (loaded.kind === "unavailable") throw new Error(`Cannot answer in batches: ${loaded.why}`);
  const loop = new BatchedUdp({
    calls: loaded.calls,
    sockets: path.sockets.map(({ descriptor, family }) => ({
      descriptor,
      counters: countersOf(memory.counters, family),
    })),
    wakeUp: path.wakeUp,
    memory,
    batchSize: path.batchSize,
    replyRoom: Math.max(MINIMUM_REPLY_ROOM, payloadSize),
    get respond() {
      return service.respond;
    },
    now: service.now,
    takeMessages: () => takeOrders(port, service, report),
  });
  report({ kind: "ready", endpoints: [] });
  loop.run();
  port.close();
}

/** Takes the orders that wait; false when one is to stop. */
function takeOrders(port: MessagePort, service: UdpService, report: Report): boolean {
  for (;;) {
    // Nobody but the supervisor has the other end of the port, and it sends orders.
    const received: { readonly message: ThreadOrder } | undefined = receiveMessageOnPort(port);
    if (received === undefined) return true;
    if (received.message.kind === "stop") return false;
    take(received.message.content, service, report);
  }
}

function take(content: Content, service: UdpService, report: Report): void {
  service.take(content);
  report({ kind: "taken" });
}

async function runPortable(
  port: MessagePort,
  start: PortableStart,
  service: UdpService,
  report: Report,
): Promise<void> {
  const { path, memory } = start;
  const { counters, samples } = memory;
  const sampler = samples && new QuerySampler(samples, "UDP");
  const sockets = await openPortableSockets(path, {
    respond: watched(service, memory),
    counters,
    sampler,
  });
  if (sockets.faults.length > 0) {
    await sockets.close();
    report({ kind: "faults", faults: sockets.faults });
    return port.close();
  }
  port.on("message", (order: ThreadOrder) => {
    if (order.kind === "take") return take(order.content, service, report);
    void sockets.close().then(() => port.close());
  });
  report({ kind: "ready", endpoints: sockets.endpoints });
}

/** Leaves each request where the supervisor finds it if it is the last. */
function watched(service: UdpService, { control, requests }: WorkerMemory): RespondFunction {
  return (request, offset, length, reply, replyOffset, client) => {
    client.time = service.now();
    requests.set(request.subarray(offset, offset + length));
    control[CONTROL_WORD.WORK_LENGTH] = length;
    const replyLength = service.respond(request, offset, length, reply, replyOffset, client);
    control[CONTROL_WORD.WORK_LENGTH] = 0;
    return replyLength;
  };
}

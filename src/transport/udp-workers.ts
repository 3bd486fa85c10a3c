/**
 * The UDP workers and their supervision, on the main thread. On the batched path the sockets are opened here:
 * a thread that dies leaves them behind, its successor goes on with what waits in them, and nobody can take
 * the port in between.
 */

import { platform } from "node:os";
import { type UdpCounts, udpCountsOf } from "./counts.ts";
import { type DatagramSocket, openDatagramSockets } from "./datagram-socket.ts";
import type { Endpoint, ListenFault } from "./endpoint.ts";
import { familyOf } from "./ip-address.ts";
import type { SampleMemory } from "./query-samples.ts";
import { loadSocketCalls, type SocketCalls } from "./socket-calls.ts";
import type { BatchedSocket, Content, ThreadPath } from "./udp-thread.ts";
import { type ThreadEnd, UdpWorker, type UdpWorkerParts } from "./udp-worker.ts";
import { makeWorkerMemory } from "./worker-memory.ts";

export interface UdpWorkersOptions {
  readonly endpoints: readonly Endpoint[];
  /** Threads, 1 at the least. The portable path has one where the system cannot share a port. */
  readonly workers: number;
  /** Octets of the largest reply. */
  readonly payloadSize: number;
  /** What each thread's program is told, as it can be sent from thread to thread. */
  readonly service?: unknown;
  /** The compiled zones to begin with. */
  readonly snapshot: SharedArrayBuffer;
  /** Faults on purpose to begin with, for the program to read. */
  readonly faults?: unknown;
  /** The file that each thread runs: one that calls `runUdpThread`. */
  readonly program: URL;
  /** `auto` takes the batched path where it works. */
  readonly mode?: "auto" | "batched" | "portable";
  /** Datagrams that are taken at once. */
  readonly batchSize?: number;
  /** One query in so many goes to the query log; 0, as where nothing is said, for none. */
  readonly sampleEvery?: number;
  /** Queries that end in these octets are not written down there: our own. */
  readonly mark?: Uint8Array;
  /** Milliseconds, from any origin. */
  readonly now: () => number;
  /** Told of each thread that has died. It is replaced already. */
  readonly onDeath: (death: WorkerDeath) => void;
  /** Told of what the service of a thread has to say. */
  readonly onNote?: (note: unknown) => void;
  /** Told when threads die so fast that something must be done. They go on being replaced, but slower. */
  readonly onGivenUp: (deaths: number) => void;
}

/** A thread that has died of a fault. */
export interface WorkerDeath {
  readonly worker: number;
  readonly error: Error;
  /** The request that was in work, in hex. */
  readonly request: string | undefined;
}

/** The path in use: with the octets that the kernel granted each socket, or with the reason for not being batched. */
export type UdpPath =
  | { readonly kind: "batched"; readonly receiveBuffer: number }
  | { readonly kind: "portable"; readonly why: string };

export type UdpStart =
  | { readonly kind: "listening"; readonly workers: UdpWorkers }
  | { readonly kind: "faults"; readonly faults: readonly ListenFault[] };

/** Datagrams in a batch: with more the memory of a batch outgrows the nearer caches, with fewer calls weigh more. */
const BATCH_SIZE = 64;

const EFD_CLOEXEC_NONBLOCK = 0o2000000 | 0o4000;

/** So many deaths within so many milliseconds are more than bad luck; then a successor waits so long. */
const DEATHS_TO_GIVE_UP = 3;
const DEATHS_WITHIN = 60_000;
const PAUSE = 1000;

/** Starts the threads and waits until all answer; or says why an endpoint cannot be listened on. */
export async function openUdpWorkers(options: UdpWorkersOptions): Promise<UdpStart> {
  const mode = options.mode ?? "auto";
  if (mode === "portable") return openPortable(options, "it was asked for");
  const loaded = await loadSocketCalls();
  if (loaded.kind === "loaded") return openBatched(options, loaded.calls);
  if (mode === "batched") throw new Error(`Cannot answer UDP in batches: ${loaded.why}`);
  return openPortable(options, loaded.why);
}

async function openBatched(options: UdpWorkersOptions, calls: SocketCalls): Promise<UdpStart> {
  const { endpoints, workers, batchSize = BATCH_SIZE } = options;
  const opened = openDatagramSockets(calls, endpoints, workers);
  if ("faults" in opened) return { kind: "faults", faults: opened.faults };
  const sockets = new WorkerSockets(calls, opened.sockets, workers);
  const parts = sockets.wakeUps.map((wakeUp, number): UdpWorkerParts => {
    const path: ThreadPath = { kind: "batched", sockets: sockets.of(number), wakeUp, batchSize };
    return partsOf(options, number, path, () => sockets.wake(wakeUp));
  });
  const path: UdpPath = { kind: "batched", receiveBuffer: sockets.receiveBuffer };
  const supervisor = new UdpWorkers(options, sockets.endpoints, path, () => sockets.close());
  return start(supervisor, parts);
}

/** One thread after the other: the first may have to find a port for all. */
async function openPortable(options: UdpWorkersOptions, why: string): Promise<UdpStart> {
  const reusePort = platform() === "linux";
  const count = reusePort ? options.workers : 1;
  const supervisor = new UdpWorkers(options, options.endpoints, { kind: "portable", why }, () => {});
  for (let number = 0; number < count; number++) {
    const path: ThreadPath = { kind: "portable", endpoints: supervisor.endpoints, reusePort };
    const outcome = await start(supervisor, [partsOf(options, number, path, () => {})]);
    if (outcome.kind === "faults") return outcome;
  }
  return { kind: "listening", workers: supervisor };
}

async function start(supervisor: UdpWorkers, parts: readonly UdpWorkerParts[]): Promise<UdpStart> {
  try {
    const faults = await supervisor.start(parts);
    if (faults.length === 0) return { kind: "listening", workers: supervisor };
    await supervisor.close();
    return { kind: "faults", faults };
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}

function partsOf(
  { program, payloadSize, service, onNote, batchSize = BATCH_SIZE, sampleEvery, mark }: UdpWorkersOptions,
  number: number,
  path: ThreadPath,
  wake: () => void,
): UdpWorkerParts {
  return {
    number,
    program,
    path,
    memory: makeWorkerMemory(path.kind === "batched" ? batchSize : 1, sampleEvery, mark),
    payloadSize,
    service,
    onNote,
    wake,
  };
}

/** Threads that answer UDP. */
export class UdpWorkers {
  readonly path: UdpPath;
  readonly #options: UdpWorkersOptions;
  readonly #release: () => void;
  readonly #workers: UdpWorker[] = [];
  readonly #pauses = new Set<NodeJS.Timeout>();
  #endpoints: readonly Endpoint[];
  #content: Content;
  #deaths: number[] = [];
  readonly #end = Promise.withResolvers<void>();
  #isStopping = false;
  #isClosing = false;

  /** For `openUdpWorkers`. */
  constructor(
    options: UdpWorkersOptions,
    endpoints: readonly Endpoint[],
    path: UdpPath,
    release: () => void,
  ) {
    this.path = path;
    this.#options = options;
    this.#endpoints = endpoints;
    this.#content = { snapshot: options.snapshot, faults: options.faults };
    this.#release = release;
  }

  /** Where the threads listen, with the port that the system chose. */
  get endpoints(): readonly Endpoint[] {
    return this.#endpoints;
  }

  /** Threads that there should be. */
  get size(): number {
    return this.#workers.length;
  }

  /** Threads that answer now. */
  get answering(): number {
    return this.#workers.filter(({ isAnswering }) => isAnswering).length;
  }

  /** The numbers of the threads that have not taken the content they were sent last. */
  get behind(): readonly number[] {
    return this.#workers.filter(({ waiting }) => waiting > 0).map(({ parts }) => parts.number);
  }

  /** Threads that died within the last minute. */
  get recentDeaths(): number {
    const { now } = this.#options;
    return this.#deaths.filter((death) => death > now() - DEATHS_WITHIN).length;
  }

  /** Resolves when all threads have ended and the sockets are let go. */
  get closed(): Promise<void> {
    return this.#end.promise;
  }

  /** What all threads together have counted since the start, those included that have died. */
  get counts(): UdpCounts {
    return udpCountsOf(this.counters);
  }

  /** What each worker samples for the query log. */
  get samples(): readonly SampleMemory[] {
    return this.#workers.flatMap(({ parts }) => parts.memory.samples ?? []);
  }

  /** The counters of each worker, of both families; they go on counting. */
  get counters(): readonly Float64Array[] {
    return this.#workers.map(({ parts }) => parts.memory.counters);
  }

  /** For `openUdpWorkers`: starts workers and waits for them; the faults of those that cannot listen. */
  async start(parts: readonly UdpWorkerParts[]): Promise<readonly ListenFault[]> {
    const workers = parts.map((each) => this.#begin(each));
    const outcomes = await Promise.all(workers.map(({ started }) => started));
    const faults: ListenFault[] = [];
    for (const outcome of outcomes) {
      if (!("kind" in outcome)) throw outcome.error ?? new Error("A UDP worker ended before it began");
      if (outcome.kind === "faults") faults.push(...outcome.faults);
      if (outcome.kind === "ready" && outcome.endpoints.length > 0) this.#endpoints = outcome.endpoints;
    }
    if (faults.length === 0) for (const worker of workers) this.#watch(worker);
    return faults;
  }

  /** Resolves when every thread answers from this snapshot; the one before can then be let go. */
  async setSnapshot(snapshot: SharedArrayBuffer, faults?: unknown): Promise<void> {
    const content = { snapshot, faults };
    this.#content = content;
    await Promise.all(this.#workers.map((worker) => worker.take(content)));
  }

  /**
   * Tells the threads to stop without waiting for it. A process that ends by itself has to do this in its
   * `exit` event: Node waits for its threads then, and one that sleeps in a system call hears nothing else.
   */
  stopAtOnce(): void {
    this.#isStopping = true;
    for (const pause of this.#pauses) clearTimeout(pause);
    for (const worker of this.#workers) worker.stop();
  }

  /** Answers what is in flight, ends the threads, then lets go of the sockets. */
  close(): Promise<void> {
    if (!this.#isClosing) void this.#close();
    this.#isClosing = true;
    return this.closed;
  }

  async #close(): Promise<void> {
    this.stopAtOnce();
    await Promise.all(this.#workers.map((worker) => worker.close()));
    this.#release();
    this.#end.resolve();
  }

  #begin(parts: UdpWorkerParts): UdpWorker {
    const worker = new UdpWorker(parts, this.#content);
    this.#workers[parts.number] = worker;
    return worker;
  }

  #watch(worker: UdpWorker): void {
    void worker.ended.then((end) => {
      if (!this.#isStopping) this.#replace(worker, end);
    });
  }

  #replace({ parts }: UdpWorker, { error, request }: ThreadEnd): void {
    const { now, onDeath, onGivenUp } = this.#options;
    this.#deaths = [...this.#deaths, now()].filter((death) => death > now() - DEATHS_WITHIN);
    const isBadLuck = this.#deaths.length < DEATHS_TO_GIVE_UP;
    if (isBadLuck) this.#succeed(parts);
    else this.#succeedLater(parts);
    onDeath({
      worker: parts.number,
      error: error ?? new Error("The thread ended without an error"),
      request: request && Buffer.from(request).toString("hex"),
    });
    if (this.#deaths.length === DEATHS_TO_GIVE_UP) onGivenUp(this.#deaths.length);
  }

  /** On the portable path the port may have been chosen since the predecessor was told its endpoints. */
  #succeed(parts: UdpWorkerParts): void {
    const { path } = parts;
    const now: ThreadPath = path.kind === "portable" ? { ...path, endpoints: this.#endpoints } : path;
    this.#watch(this.#begin({ ...parts, path: now }));
  }

  #succeedLater(parts: UdpWorkerParts): void {
    const pause = setTimeout(() => {
      this.#pauses.delete(pause);
      this.#succeed(parts);
    }, PAUSE);
    this.#pauses.add(pause);
  }
}

/** The sockets and wake-ups of all workers on the batched path. */
class WorkerSockets {
  readonly #calls: SocketCalls;
  /** By endpoint, then by worker. */
  readonly #sockets: readonly (readonly DatagramSocket[])[];
  /** An eventfd for each worker. */
  readonly wakeUps: readonly number[];
  #isClosed = false;
  /** What is written to an eventfd: the number one. */
  readonly #one = new BigUint64Array(new ArrayBuffer(8)).fill(1n);
  readonly #oneAddress: number;

  constructor(calls: SocketCalls, sockets: readonly (readonly DatagramSocket[])[], workers: number) {
    this.#calls = calls;
    this.#sockets = sockets;
    this.#oneAddress = calls.address(this.#one);
    this.wakeUps = Array.from({ length: workers }, () => this.#openWakeUp());
  }

  get endpoints(): readonly Endpoint[] {
    return this.#sockets.flatMap(([first]) => (first ? [first.endpoint] : []));
  }

  /** Octets that the kernel granted, the least of all sockets. */
  get receiveBuffer(): number {
    return Math.min(...this.#sockets.flat().map(({ receiveBuffer }) => receiveBuffer));
  }

  /** Those of one worker, one for each endpoint. */
  of(worker: number): readonly BatchedSocket[] {
    return this.#sockets.flatMap((group) =>
      group
        .slice(worker, worker + 1)
        .map(({ descriptor, endpoint }) => ({ descriptor, family: familyOf(endpoint.address) })),
    );
  }

  /** Once closed, the number may be that of another file. */
  wake(wakeUp: number): void {
    if (!this.#isClosed) this.#calls.write(wakeUp, this.#oneAddress, 8);
  }

  close(): void {
    this.#isClosed = true;
    for (const { descriptor } of this.#sockets.flat()) this.#calls.close(descriptor);
    for (const wakeUp of this.wakeUps) this.#calls.close(wakeUp);
  }

  #openWakeUp(): number {
    const wakeUp = this.#calls.eventfd(0, EFD_CLOEXEC_NONBLOCK);
    if (wakeUp < 0) throw new Error(`Cannot make an eventfd: ${this.#calls.errorCode()}`);
    return wakeUp;
  }
}

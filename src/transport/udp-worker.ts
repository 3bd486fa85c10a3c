/** One UDP worker as the main thread sees it: memory that stays, and the thread that works on it now. */

import { Worker } from "node:worker_threads";
import { faultSentence } from "./endpoint.ts";
import {
  type Content,
  type ThreadOrder,
  type ThreadPath,
  type ThreadReport,
  threadStart,
} from "./udp-thread.ts";
import { CONTROL_WORD, requestInWork, type WorkerMemory } from "./worker-memory.ts";

/** What a worker keeps when its thread is replaced. */
export interface UdpWorkerParts {
  readonly number: number;
  /** The file that the thread runs; it calls `runUdpThread`. */
  readonly program: URL;
  readonly path: ThreadPath;
  readonly memory: WorkerMemory;
  readonly payloadSize: number;
  readonly service: unknown;
  /** Told of what the thread's service has to say. */
  readonly onNote?: ((note: unknown) => void) | undefined;
  /** Wakes the thread out of its sleep in poll(2). */
  readonly wake: () => void;
}

/** How a thread came to its end. */
export interface ThreadEnd {
  readonly error: Error | undefined;
  /** The request that was in work, if one was. */
  readonly request: Uint8Array | undefined;
}

/** Milliseconds that a thread may take to answer what is in flight when it is to stop. */
const FAREWELL = 2000;

/** A thread that answers UDP. It is begun by making it, and never used again after its end. */
export class UdpWorker {
  readonly parts: UdpWorkerParts;
  /** What the thread has to say when it has started; its end, where it comes first. */
  readonly started: Promise<ThreadReport | ThreadEnd>;
  readonly ended: Promise<ThreadEnd>;
  readonly #thread: Worker;
  #error: Error | undefined;
  #isAnswering = false;
  /** Each waits for a "taken", in order; all are done waiting at the thread's end. */
  readonly #takers: (() => void)[] = [];
  #hasEnded = false;

  constructor(parts: UdpWorkerParts, content: Content) {
    this.parts = parts;
    const { path, memory, payloadSize, service } = parts;
    memory.control.fill(0);
    this.#thread = new Worker(parts.program, {
      name: `udp ${parts.number}`,
      execArgv: [], // those of the process may be for its own program only: --input-type, --test
      workerData: threadStart({ path, memory, payloadSize, content, service }),
    });
    this.ended = this.#end();
    this.started = Promise.race([this.#start(), this.ended]);
  }

  /** From its start to its end. */
  get isAnswering(): boolean {
    return this.#isAnswering;
  }

  /** Calls of `take` that have not come back. */
  get waiting(): number {
    return this.#takers.length;
  }

  /** Resolves when the thread answers from this, or has ended. */
  take(content: Content): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    // Not a race against `ended`: that would keep what waits on it for the thread's life, reload by reload.
    const taken = new Promise<void>((resolve) => {
      this.#takers.push(resolve);
    });
    this.#order({ kind: "take", content });
    return taken;
  }

  /** Gives the order to stop: what is in flight is answered first. */
  stop(): void {
    this.#order({ kind: "stop" });
  }

  /** Waits for a thread that is to stop, and ends it by force where it does not hear. */
  async close(): Promise<void> {
    const force = setTimeout(() => {
      void this.#thread.terminate();
      this.parts.wake();
    }, FAREWELL);
    await this.ended;
    clearTimeout(force);
  }

  #order(order: ThreadOrder): void {
    const { memory, wake } = this.parts;
    this.#thread.postMessage(order);
    Atomics.store(memory.control, CONTROL_WORD.WAITING, 1);
    wake();
  }

  #start(): Promise<ThreadReport> {
    return new Promise((resolve) => {
      this.#thread.on("message", (report: ThreadReport) => {
        if (report.kind === "taken") return this.#takers.shift()?.();
        if (report.kind === "note") return this.parts.onNote?.(report.note);
        this.#isAnswering = report.kind === "ready";
        if (report.kind === "faults") this.#error = new Error(report.faults.map(faultSentence).join("; "));
        resolve(report);
      });
    });
  }

  #end(): Promise<ThreadEnd> {
    this.#thread.on("error", (thrown) => {
      this.#error = thrown instanceof Error ? thrown : new Error(String(thrown));
    });
    return new Promise((resolve) => {
      this.#thread.once("exit", () => {
        this.#isAnswering = false;
        this.#hasEnded = true;
        for (const taken of this.#takers.splice(0)) taken();
        resolve({ error: this.#error, request: requestInWork(this.parts.memory) });
      });
    });
  }
}

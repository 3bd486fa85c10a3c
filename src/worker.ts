/**
 * The composition root of the UDP workers: on the main thread it opens them, and as the program of each
 * thread it puts snapshot, responder and transport together.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { RateLimit } from "./ops/rate-limit.ts";
import { udpLimits } from "./responder/respond.ts";
import { KeyedResponder, type Refusal } from "./transfer/keyed-responder.ts";
import {
  isThreadStart,
  runUdpThread,
  type UdpService,
  type UdpServiceParts,
} from "./transport/udp-thread.ts";
import {
  openUdpWorkers,
  type UdpStart,
  type UdpWorkers,
  type UdpWorkersOptions,
} from "./transport/udp-workers.ts";
import { Snapshot } from "./zone/snapshot.ts";

/** Octets of snapshots let go after which memory is collected. */
const COLLECT_AFTER = 16 * 2 ** 20;

/** Refusals that a thread tells of: the log is the main thread's, and strangers must not keep it busy. */
const REFUSALS_A_MINUTE = 30;

/** Workers of this process that have not been closed. */
const open = new Set<UdpWorkers>();

/** Opens workers that answer from compiled zones. They end with the process, however it ends. */
export async function openWorkers(options: Omit<UdpWorkersOptions, "program">): Promise<UdpStart> {
  const start = await openUdpWorkers({ ...options, program: new URL(import.meta.url) });
  if (start.kind === "listening") {
    open.add(start.workers);
    void start.workers.closed.then(() => open.delete(start.workers));
  }
  return start;
}

/**
 * Lets go of snapshots that nobody refers to. V8 does not count shared memory, so a thread with little else
 * to collect would keep hundreds of megabytes of old snapshots for good. Every thread that holds snapshots
 * needs a collector of its own.
 */
export class SnapshotCollector {
  #waiting = 0;
  #collect: (() => void) | undefined;

  /** Told of a snapshot let go, by its length only: a reference would keep it. */
  released(octets: number): void {
    this.#waiting += octets;
    if (this.#waiting < COLLECT_AFTER) return;
    this.#waiting = 0;
    this.#collect ??= collector();
    this.#collect();
  }
}

/** The function that `node --expose-gc` gives to programs; a context made afterwards has it. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("gc");
  return typeof found === "function" ? () => found() : () => {};
}

function openService(parts: UdpServiceParts): UdpService {
  const collector = new SnapshotCollector();
  const limits = udpLimits(parts.payloadSize);
  let snapshot = new Snapshot(parts.snapshot);
  const told = new RateLimit(REFUSALS_A_MINUTE, 60_000, Date.now);
  const onRefused = (refusal: Refusal): void => {
    if (told.take() !== undefined) parts.tell(refusal);
  };
  return {
    respond: new KeyedResponder(() => snapshot, { limits, now: Date.now, onRefused }).respond,
    takeSnapshot: (buffer) => {
      const { byteLength } = snapshot.octets;
      snapshot = new Snapshot(buffer);
      collector.released(byteLength);
    },
  };
}

/** Node waits for its threads at the end, and those in a system call hear of it in no other way. */
function stopWorkers(): void {
  for (const workers of open) workers.stopAtOnce();
}

if (isMainThread) process.on("exit", stopWorkers);
else if (parentPort !== null && isThreadStart(workerData))
  await runUdpThread(parentPort, workerData, openService);

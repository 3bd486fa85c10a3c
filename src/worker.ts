/**
 * The composition root of the UDP workers: on the main thread it opens them, and as the program of each
 * thread it puts snapshot, responder and transport together.
 */

import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { SnapshotCollector } from "./collector.ts";
import { withFaults } from "./faults/faulty-respond.ts";
import type { ActiveFault } from "./faults/lab-fault.ts";
import { type Limits, lastQueryType, respond, udpLimits } from "./responder/respond.ts";
import { countQueryType } from "./transport/counters.ts";
import type { RespondFunction } from "./transport/endpoint.ts";
import {
  type Content,
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

/** Answers from the snapshot that is in force at each request, and counts by query type. */
export function answerFrom(
  inForce: () => Snapshot,
  limits: Limits,
  queryTypes: Float64Array,
): RespondFunction {
  return (request, offset, length, reply, replyOffset) => {
    const replyLength = respond(inForce(), request, offset, length, reply, replyOffset, limits);
    if (replyLength > 0) countQueryType(queryTypes, lastQueryType());
    return replyLength;
  };
}

/** A responder that is another one while there are faults, so that without any nothing asks for them. */
export class Responder {
  /** The one that holds now. */
  respond: RespondFunction;
  readonly #good: RespondFunction;

  constructor(good: RespondFunction, faults: readonly ActiveFault[]) {
    this.#good = good;
    this.respond = good;
    this.setFaults(faults);
  }

  /** For those who keep one function for good. */
  readonly respondNow: RespondFunction = (request, offset, length, reply, replyOffset, exchange) =>
    this.respond(request, offset, length, reply, replyOffset, exchange);

  setFaults(faults: readonly ActiveFault[]): void {
    this.respond = faults.length === 0 ? this.#good : withFaults(this.#good, faults);
  }
}

function openService(parts: UdpServiceParts): UdpService {
  const collector = new SnapshotCollector();
  let snapshot = new Snapshot(parts.content.snapshot);
  const good = answerFrom(() => snapshot, udpLimits(parts.payloadSize), parts.queryTypes);
  const responder = new Responder(good, faultsOf(parts.content));
  return {
    get respond() {
      return responder.respond;
    },
    take: (content) => {
      const { byteLength } = snapshot.octets;
      snapshot = new Snapshot(content.snapshot);
      collector.released(byteLength);
      responder.setFaults(faultsOf(content));
    },
  };
}

function faultsOf({ faults }: Content): readonly ActiveFault[] {
  // Nobody but server.ts opens these workers, and it gives them faults or none.
  return Array.isArray(faults) ? faults : [];
}

/** Node waits for its threads at the end, and those in a system call hear of it in no other way. */
function stopWorkers(): void {
  for (const workers of open) workers.stopAtOnce();
}

if (isMainThread) process.on("exit", stopWorkers);
else if (parentPort !== null && isThreadStart(workerData))
  await runUdpThread(parentPort, workerData, openService);

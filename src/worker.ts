/**
 * The composition root of the UDP workers: on the main thread it opens them, and as the program of each
 * thread it puts snapshot, responder and transport together.
 */

import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { SnapshotCollector } from "./collector.ts";
import { droppedNote } from "./faults/dropped-note.ts";
import { type FaultSurroundings, withFaults } from "./faults/faulty-respond.ts";
import type { ActiveFault } from "./faults/lab-fault.ts";
import { allowInlining } from "./inlining.ts";
import { RateLimit } from "./ops/rate-limit.ts";
import { udpExtras } from "./responder/extras.ts";
import { RateLimiter } from "./responder/rate-limiter.ts";
import { outcome, udpLimits } from "./responder/respond.ts";
import { isServiceOptions, NO_SERVICE, type ServiceOptions } from "./service.ts";
import { type KeyedOptions, KeyedResponder, type Refusal } from "./transfer/keyed-responder.ts";
import { COUNTER, count, countQueryType } from "./transport/counters.ts";
import type { Client, RespondFunction } from "./transport/endpoint.ts";
import { sendReleased } from "./transport/late-queue.ts";
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

/** Refusals that a thread tells of: the log is the main thread's, and strangers must not keep it busy. */
const REFUSALS_A_MINUTE = 30;

/** Workers of this process that have not been closed. */
const open = new Set<UdpWorkers>();

export type WorkersOptions = Omit<UdpWorkersOptions, "program" | "service"> & {
  /** What goes with answers and what is held back; nothing unless it is said. */
  readonly service?: ServiceOptions;
};

/** Opens workers that answer from compiled zones. They end with the process, however it ends. */
export async function openWorkers(options: WorkersOptions): Promise<UdpStart> {
  const start = await openUdpWorkers({ service: NO_SERVICE, ...options, program: new URL(import.meta.url) });
  if (start.kind === "listening") {
    open.add(start.workers);
    void start.workers.closed.then(() => open.delete(start.workers));
  }
  return start;
}

/** Answers from the snapshot that is in force at each request, signed where that is signed, and counts by query type. */
export function answerFrom(inForce: () => Snapshot, options: KeyedOptions): RespondFunction {
  const { respond } = new KeyedResponder(inForce, options);
  return (request, offset, length, reply, replyOffset, client) => {
    const replyLength = respond(request, offset, length, reply, replyOffset, client);
    if (replyLength > 0) countQueryType(client.counters, outcome.type);
    return replyLength;
  };
}

/** A responder that is another one while there are faults, so that without any nothing asks for them. */
export class Responder {
  /** The one that holds now. */
  respond: RespondFunction;
  readonly #good: RespondFunction;
  readonly #surroundings: FaultSurroundings;

  constructor(good: RespondFunction, faults: readonly ActiveFault[], surroundings: FaultSurroundings) {
    this.#good = good;
    this.#surroundings = surroundings;
    this.respond = good;
    this.setFaults(faults);
  }

  /** For those who keep one function for good. */
  readonly respondNow: RespondFunction = (request, offset, length, reply, replyOffset, client) =>
    this.respond(request, offset, length, reply, replyOffset, client);

  setFaults(faults: readonly ActiveFault[]): void {
    this.respond = faults.length === 0 ? this.#good : withFaults(this.#good, faults, this.#surroundings);
    sendReleased();
  }
}

function openService(parts: UdpServiceParts): UdpService {
  const { service } = parts;
  if (!isServiceOptions(service)) throw new Error("a UDP thread was not told what goes with answers");
  const limits = udpLimits(parts.payloadSize, udpExtras(service.extras));
  const limiter = openLimiter(service);
  const collector = new SnapshotCollector();
  let snapshot = new Snapshot(parts.content.snapshot);
  const told = new RateLimit(REFUSALS_A_MINUTE, 60_000, Date.now);
  const onRefused = (refusal: Refusal): void => {
    if (told.take() !== undefined) parts.tell(refusal);
  };
  const answer = answerFrom(() => snapshot, { limits, now: Date.now, onRefused });
  const good: RespondFunction = (request, offset, length, reply, replyOffset, client) => {
    const written = answer(request, offset, length, reply, replyOffset, client);
    if (outcome.hasCookie) count(client.counters, COUNTER.COOKIES, 1);
    return limiter === undefined ? written : limiter.limit(reply, replyOffset, written, client);
  };
  const responder = new Responder(good, faultsOf(parts.content), {
    mark: service.mark,
    onDropped: (fault) => parts.tell(droppedNote(fault)),
  });
  return {
    now: () => Date.now() / 1000,
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

function openLimiter({ rateLimit, chance }: ServiceOptions): RateLimiter<Client> | undefined {
  return (
    rateLimit &&
    new RateLimiter<Client>(rateLimit, chance, {
      limited: ({ counters }) => count(counters, COUNTER.RATE_LIMITED, 1),
      slipped: ({ counters }) => count(counters, COUNTER.SLIPPED, 1),
    })
  );
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
else if (parentPort !== null && isThreadStart(workerData)) {
  allowInlining();
  await runUdpThread(parentPort, workerData, openService);
}

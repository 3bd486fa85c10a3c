/** The zones that are answered from, the faults around them, and the transfers that go with them: what a reload changes. */

import { SnapshotCollector } from "./collector.ts";
import { LabFaults } from "./lab-faults.ts";
import type { Log } from "./ops/log.ts";
import type { InForce } from "./reload/in-force.ts";
import type { Limits } from "./responder/respond.ts";
import { Announcer, takenInTime } from "./switch-over.ts";
import type { Refusal } from "./transfer/keyed-responder.ts";
import { Transfers, type TransfersOptions } from "./transfers.ts";
import type { RespondFunction } from "./transport/endpoint.ts";
import type { UdpWorkers } from "./transport/udp-workers.ts";
import { answerFrom, Responder } from "./worker.ts";
import { Snapshot } from "./zone/snapshot.ts";

export type ZonesOptions = Omit<TransfersOptions, "snapshot">;

/** The one reference that a reload changes, here and on each UDP thread. */
export class ZonesInForce {
  readonly transfers: Transfers;
  readonly faults = new LabFaults();
  readonly announcer = new Announcer();
  readonly #log: Log;
  readonly #collector = new SnapshotCollector();
  readonly #now: () => number;
  readonly #serving = Promise.withResolvers<void>();
  readonly #responders: Responder[] = [];
  #snapshot: Snapshot | undefined;
  #udp: UdpWorkers | undefined;

  constructor({ settings, limits, log, now }: ZonesOptions) {
    this.#now = now;
    this.#log = log;
    this.transfers = new Transfers({ settings, limits, log, now, snapshot: () => this.snapshot });
  }

  get snapshot(): Snapshot {
    if (this.#snapshot === undefined) throw new Error("a query was answered before the first load");
    return this.#snapshot;
  }

  /** Answers from another version at once on this thread; resolves when all do, or one is overdue. */
  replace({ snapshot, faults }: InForce): Promise<void> {
    const before = this.#snapshot;
    const now = new Snapshot(snapshot);
    this.#snapshot = now;
    this.faults.deploy(faults);
    const shared = this.share();
    this.#collector.released(this.transfers.replaced(before, now, shared)); // only now does nobody here refer to the old one
    return shared;
  }

  /** What answers from the zones in force on this thread: by way of the faults, while there are any. */
  answer(limits: Limits, mark: Uint8Array): RespondFunction {
    const onRefused = (refusal: Refusal): void => this.transfers.refused(undefined, refusal);
    const good = answerFrom(() => this.snapshot, { limits, now: this.#now, onRefused });
    const responder = new Responder(good, this.faults.active, {
      mark,
      onDropped: (fault) => this.dropped(fault),
    });
    this.#responders.push(responder);
    return timed(responder.respondNow, this.#now);
  }

  /** A fault, by its id, delays more answers than may wait. */
  dropped(fault: string): void {
    this.#log.warn({ fault }, "Delayed answers are dropped: too many wait already (docs/lab-faults.md)");
  }

  /** Resolves when zones and faults hold on every thread that answers, or one is overdue. */
  share(): Promise<void> {
    const { active } = this.faults;
    for (const responder of this.#responders) responder.setFaults(active);
    const udp = this.#udp;
    if (udp === undefined) return this.#serving.promise;
    return takenInTime(udp.setSnapshot(this.snapshot.buffer, active), udp, this.#log);
  }

  close(): void {
    this.transfers.close();
  }

  /** All sockets are open. A reload may have come while the UDP threads were starting. */
  serve(udp: UdpWorkers | undefined): void {
    this.#udp = udp;
    if (udp === undefined) this.#serving.resolve();
    else void this.share().then(this.#serving.resolve);
  }
}

/** Answers with the time of the request at hand, in seconds: what is on this thread has no batches to take it from. */
function timed(respond: RespondFunction, now: () => number): RespondFunction {
  return (request, offset, length, reply, replyOffset, client) => {
    client.time = now() / 1000;
    return respond(request, offset, length, reply, replyOffset, client);
  };
}

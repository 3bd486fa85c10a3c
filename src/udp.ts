/** Where UDP is put together: threads that answer from the zones in force, and what the log says of them. */

import { availableParallelism } from "node:os";
import { isDroppedNote } from "./faults/dropped-note.ts";
import type { Log } from "./ops/log.ts";
import { sampleEvery } from "./query-log.ts";
import type { ServiceOptions } from "./service.ts";
import type { Settings } from "./settings/settings.ts";
import { isRefusal } from "./transfer/keyed-responder.ts";
import { RECEIVE_BUFFER } from "./transport/datagram-socket.ts";
import type { Endpoint } from "./transport/endpoint.ts";
import { portableSentence } from "./transport/portable-udp.ts";
import type { UdpStart, UdpWorkers } from "./transport/udp-workers.ts";
import { openWorkers } from "./worker.ts";
import type { ZonesInForce } from "./zones-in-force.ts";

export interface UdpOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** UDP threads that answer from the zones in force. */
export function openUdp(
  { settings, log, now }: UdpOptions,
  service: ServiceOptions,
  endpoints: readonly Endpoint[],
  zones: ZonesInForce,
  giveUp: () => void,
): Promise<UdpStart> {
  return openWorkers({
    endpoints,
    workers: workersFor(settings),
    payloadSize: settings.udp.payloadSize,
    sampleEvery: sampleEvery(settings),
    mark: service.mark,
    snapshot: zones.snapshot.buffer,
    service,
    faults: zones.faults.active,
    now,
    onNote: (note) => {
      if (isRefusal(note)) zones.transfers.refused(undefined, note);
      if (isDroppedNote(note)) zones.dropped(note.fault);
    },
    onDeath: ({ worker, error, request }) =>
      log.error(
        { err: error, worker, request },
        "A UDP thread died and is replaced; the query it had in work is shown in hex",
      ),
    onGivenUp: (deaths) => {
      log.error({ deaths }, "UDP threads keep dying");
      giveUp();
    },
  });
}

/** The threads that the settings want. */
export function workersFor({ workers }: Settings): number {
  return workers === 0 ? availableParallelism() : workers;
}

/** Which way UDP goes, and why. */
export function logPath(log: Log, { path, size, endpoints }: UdpWorkers): void {
  if (path.kind === "batched") {
    const { receiveBuffer } = path;
    const granted =
      receiveBuffer < RECEIVE_BUFFER
        ? `; the kernel keeps ${Math.round(receiveBuffer / 1_024)} KiB of waiting queries a thread, ${RECEIVE_BUFFER / 1_024} were asked for ("net.core.rmem_max")`
        : "";
    log.info({ threads: size, receiveBuffer }, `UDP is answered in batches (recvmmsg, sendmmsg)${granted}`);
  } else {
    log.info({ threads: size, reason: path.why }, portableSentence(path.why, endpoints));
  }
}

/** Where transfers are put together: the journal, the service that streams zones, who is told, what is logged. */

import { DomainName } from "./dns/name.ts";
import type { Log } from "./ops/log.ts";
import { RateLimit } from "./ops/rate-limit.ts";
import type { Limits } from "./responder/respond.ts";
import type { Settings } from "./settings/settings.ts";
import { allowsAny } from "./transfer/access.ts";
import { changedZones } from "./transfer/changes.ts";
import { Journal } from "./transfer/journal.ts";
import { policyOf, type Refusal } from "./transfer/keyed-responder.ts";
import { Notifier } from "./transfer/notifier.ts";
import { type Finished, type PeerAddress, TransferService } from "./transfer/service.ts";
import { countQueryType } from "./transport/counters.ts";
import { type Datagrams, openDatagrams, sourceFor } from "./transport/datagrams.ts";
import { type Endpoint, endpointText, errorCode } from "./transport/endpoint.ts";
import type { StreamFunction } from "./transport/stream.ts";
import type { Snapshot } from "./zone/snapshot.ts";

export interface TransfersOptions {
  readonly settings: Settings;
  /** What goes with answers over TCP. */
  readonly limits: Limits;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The snapshot in force. */
  readonly snapshot: () => Snapshot;
}

/** Lines a minute about what strangers may cause. */
const LINES_A_MINUTE = 30;

export class Transfers {
  /** Takes requests for transfers from a stream. */
  readonly serveStream: StreamFunction;
  readonly #options: TransfersOptions;
  readonly #journal: Journal;
  readonly #notifier: Notifier;
  readonly #refusals: RateLimit;
  readonly #notices: RateLimit;
  readonly #broken: RateLimit;
  /** One comparison of versions after the other. */
  #telling: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: TransfersOptions) {
    const { settings, limits, log, now, snapshot } = options;
    const { journalVersions: versions, journalSize: octets } = settings.transfers;
    this.#options = options;
    this.#refusals = new RateLimit(LINES_A_MINUTE, 60_000, now);
    this.#notices = new RateLimit(LINES_A_MINUTE, 60_000, now);
    this.#broken = new RateLimit(LINES_A_MINUTE, 60_000, now);
    this.#journal = new Journal({ versions, octets });
    this.#notifier = new Notifier({
      open: (target, onMessage) => this.#openDatagrams(target, onMessage),
      snapshot,
      now,
      onAnswered: (target, zone, rcode) => this.#logAnswer(endpointText(target), zone, rcode),
      onUnanswered: (target, zone) => this.#logSilence(endpointText(target), zone),
    });
    const service = new TransferService({
      journal: this.#journal,
      snapshot,
      now,
      limits,
      onRefused: (peer, refusal) => this.refused(peer, refusal),
      onFinished: (peer, finished) => this.#logTransfer(peer, finished),
      onBroken: (peer, finished) => this.#logBroken(peer, finished),
      onFault: (err) => log.error({ err }, "A transfer failed; its connection is closed"),
    });
    this.serveStream = (request, offset, length, connection) => {
      const transfer = service.serve(request, offset, length, connection);
      if (transfer !== undefined) countQueryType(connection.counters, service.lastType);
      return transfer;
    };
  }

  /**
   * Says that the snapshot in force is another one now. Secondaries are told when it is `answered` from
   * everywhere: they ask for the SOA over UDP, and would take an old one for the newest. Returns the octets of
   * earlier snapshots that were let go.
   */
  replaced(before: Snapshot | undefined, now: Snapshot, answered: Promise<void>): number {
    const policy = policyOf(now);
    this.#notifier.follow(policy);
    if (this.#notifier.hasTargets)
      this.#telling = this.#telling.then(() => answered).then(() => this.#tell(before, now));
    if (before === undefined) return 0;
    if (policy === undefined || !allowsAny(policy)) return before.octets.length + this.#journal.clear(); // nobody may ask
    return isSame(before, now) ? before.octets.length : this.#journal.keep(before);
  }

  /** Logs a request that was not granted; what is too much is counted. */
  refused(peer: PeerAddress | undefined, refusal: Refusal): void {
    const suppressed = this.#refusals.take();
    if (suppressed === undefined) return;
    const { zone, type, key, reason, client } = refusal;
    const from = peer === undefined ? client : endpointText(peer);
    const to = from === undefined ? "somebody" : from;
    const by = key === undefined ? "no key" : `key ${key}`;
    const fields = { peer: from, zone, type, key, reason, suppressed: suppressed || undefined };
    this.#options.log.warn(fields, `Refused ${type} of ${zone} to ${to} with ${by}: ${reason}`);
  }

  close(): void {
    this.#isClosed = true;
    this.#notifier.close();
  }

  async #tell(before: Snapshot | undefined, now: Snapshot): Promise<void> {
    for (const apex of changedZones(before, now)) {
      if (this.#isClosed) return;
      if (apex instanceof DomainName) this.#notifier.changed(apex);
      else await turnOfEventLoop();
    }
  }

  #openDatagrams(target: Endpoint, onMessage: (octets: Uint8Array) => void): Datagrams {
    const { settings, log } = this.#options;
    const { listen, transfers } = settings;
    const source = sourceFor(target.address, { chosen: transfers.notifySource, listen });
    const onError = (error: Error): void => {
      const cause = `the system says ${errorCode(error)}; it leaves from an address that the system chooses until that one is there, and a secondary that knows this server by another refuses it`;
      log.warn({ source }, `Cannot send NOTIFY to ${endpointText(target)} from ${source}: ${cause}`);
    };
    return openDatagrams({ target, onMessage, source, onError });
  }

  #logTransfer(peer: PeerAddress, finished: Finished): void {
    const { style, zone, serial, records, messages, octets, milliseconds } = finished;
    const size = `${records} records in ${messages} messages, ${octets} octets, ${milliseconds} ms`;
    const sentence = `Sent ${style} of ${zone} serial ${serial} to ${endpointText(peer)}: ${size}`;
    const { log } = this.#options;
    if (style === "SOA") log.debug(fieldsOf(peer, finished), sentence);
    else log.info(fieldsOf(peer, finished), sentence);
  }

  /** Whoever may transfer may break off as often as he likes. */
  #logBroken(peer: PeerAddress, finished: Finished): void {
    const suppressed = this.#broken.take();
    if (suppressed === undefined) return;
    const fields = { ...fieldsOf(peer, finished), suppressed: suppressed || undefined };
    this.#options.log.warn(fields, brokenSentence(peer, finished));
  }

  #logAnswer(target: string, zone: string, rcode: number): void {
    const { log } = this.#options;
    if (rcode === 0) log.debug({ target, zone }, `${target} was told of ${zone}`);
    if (rcode === 0 || this.#notices.take() === undefined) return;
    log.info({ target, zone, rcode }, `${target} answered NOTIFY of ${zone} with RCODE ${rcode}`);
  }

  #logSilence(target: string, zone: string): void {
    if (this.#notices.take() === undefined) return;
    const sentence = `${target} does not answer NOTIFY of ${zone}; it will see the change when it refreshes`;
    this.#options.log.warn({ target, zone }, sentence);
  }
}

function fieldsOf(peer: PeerAddress, finished: Finished): Readonly<Record<string, unknown>> {
  return { peer: endpointText(peer), ...finished };
}

function brokenSentence(peer: PeerAddress, { style, zone, messages }: Finished): string {
  return `${endpointText(peer)} ended the ${style} of ${zone} after ${messages} messages`;
}

/** Compiling is deterministic, so versions alike are octets alike. */
function isSame(one: Snapshot, other: Snapshot): boolean {
  return Buffer.compare(one.octets, other.octets) === 0;
}

function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

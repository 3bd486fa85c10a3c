/**
 * The composition root. Read from top to bottom it is the flow: load → derive → compile → respond, with the
 * files watched in front and UDP and TCP behind.
 */

import { availableParallelism } from "node:os";
import type { Log } from "./ops/log.ts";
import type { DeploymentSource } from "./reload/build.ts";
import { openBuilderThread } from "./reload/builder-thread.ts";
import type { Environment } from "./reload/files.ts";
import type { InForce } from "./reload/in-force.ts";
import type { Keeper, KeeperEvents, KeeperStart } from "./reload/keeper.ts";
import { pinnedMountWarning } from "./reload/pinned-mount.ts";
import type { Reloaded } from "./reload/reloader.ts";
import { reportSentence } from "./reload/report.ts";
import { type Limits, tcpLimits, udpLimits } from "./responder/respond.ts";
import type { Problem } from "./result.ts";
import type { Settings } from "./settings/settings.ts";
import { openTls } from "./tls.ts";
import { isRefusal, KeyedResponder, type Refusal } from "./transfer/keyed-responder.ts";
import { Transfers } from "./transfers.ts";
import {
  type Endpoint,
  endpointText,
  faultSentence,
  type Listener,
  type ListenFault,
  type RespondFunction,
} from "./transport/endpoint.ts";
import { listen } from "./transport/listen.ts";
import { ConnectionTable } from "./transport/tcp.ts";
import type { UdpStart, UdpWorkers } from "./transport/udp-workers.ts";
import { openWorkers, SnapshotCollector } from "./worker.ts";
import { Snapshot } from "./zone/snapshot.ts";

export interface ServerOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Environment variables, where secrets may stand. */
  readonly environment?: Environment;
  /** Where the deployment comes from, if not from the file that the settings name. */
  readonly source?: DeploymentSource;
  /** Whether to load, and to answer UDP, on threads of their own, as a server does; a library stays on this one. */
  readonly threads: boolean;
}

/** What comes of the wish to serve. */
export type ServerStart =
  | { readonly kind: "serving"; readonly server: Server }
  | { readonly kind: "bad-deployment"; readonly problems: readonly Problem[] }
  | { readonly kind: "cannot-listen"; readonly problems: readonly Problem[] };

/** Loads the deployment, then listens; nothing is left open where either fails. */
export async function openServer(options: ServerOptions): Promise<ServerStart> {
  const { settings, log, threads } = options;
  const zones = new ZonesInForce(options);
  const opened = await openKeeperFor(options, zones);
  if (opened.kind === "problems") return { kind: "bad-deployment", problems: opened.problems };
  const { keeper } = opened;
  zones.replace(keeper.inForce);
  logRemarks(log, opened.remarks);
  logMode(log, keeper.inForce);
  warnOfPinnedMounts(log, opened.paths);

  const connections = new ConnectionTable(settings.tcp);
  const givenUp = Promise.withResolvers<void>();
  const respondTcp = zones.answer(tcpLimits(settings.udp.payloadSize));
  const listening = await listen({
    ...(threads
      ? { openUdp: (endpoints) => openUdpWorkersFor(options, endpoints, zones, givenUp.resolve) }
      : { respondUdp: zones.answer(udpLimits(settings.udp.payloadSize)) }),
    addresses: settings.listen,
    port: settings.port,
    respondTcp,
    serveStream: zones.transfers.serveStream,
    connections,
    onError: (endpoint, err) => log.error({ err }, `A socket on ${endpointText(endpoint)} failed`),
  });
  if (listening.kind === "faults") {
    zones.close();
    await keeper.close();
    return { kind: "cannot-listen", problems: listening.faults.map(problemOf) };
  }
  const answers = { respond: respondTcp, serveStream: zones.transfers.serveStream };
  const tls = await openTls({ settings, log, answers, connections });
  if (tls.kind === "problems") {
    zones.close();
    await Promise.all([
      keeper.close(),
      listening.udp?.close(),
      ...listening.listeners.map((one) => one.close()),
    ]);
    return { kind: "cannot-listen", problems: tls.problems };
  }
  for (const fault of listening.skipped) log.warn({}, `${faultSentence(fault)}; serving without it`);
  const { endpoints, udp } = listening;
  const listeners = [...listening.listeners, ...tls.listeners];
  zones.serve(udp);
  if (udp !== undefined) logPath(log, udp);
  const server = new Server({
    zones,
    keeper,
    endpoints,
    listeners,
    udp,
    connections,
    givenUp: givenUp.promise,
  });
  return { kind: "serving", server };
}

/** What a server is made of. */
interface ServerParts {
  readonly zones: ZonesInForce;
  readonly keeper: Keeper;
  readonly endpoints: readonly Endpoint[];
  readonly listeners: readonly Listener[];
  readonly udp: UdpWorkers | undefined;
  readonly connections: ConnectionTable;
  readonly givenUp: Promise<void>;
}

/** A server that runs. */
export class Server {
  readonly #parts: ServerParts;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  get endpoints(): readonly Endpoint[] {
    return this.#parts.endpoints;
  }

  /** Resolves when threads die so fast that this process had better be replaced. */
  get givenUp(): Promise<void> {
    return this.#parts.givenUp;
  }

  /** The version in force. */
  get inForce(): InForce {
    return this.#parts.keeper.inForce;
  }

  /** Loads again now. What is wrong goes to the log. */
  async reload(): Promise<void> {
    await this.#parts.keeper.reload();
  }

  /** Serves from another source; the problems, where it has some, and then the last good version stays. */
  update(source: DeploymentSource): Promise<readonly Problem[]> {
    return this.#parts.keeper.reload(source);
  }

  /** Stops accepting, lets what is in flight be answered, then lets go of every socket. */
  async close(): Promise<void> {
    const { zones, keeper, listeners, udp, connections } = this.#parts;
    zones.close();
    await Promise.all([keeper.close(), udp?.close(), ...listeners.map((listener) => listener.close())]);
    await connections.close();
  }
}

/** The one reference that a reload changes, here and on each UDP thread. */
class ZonesInForce {
  readonly transfers: Transfers;
  readonly #collector = new SnapshotCollector();
  readonly #now: () => number;
  readonly #serving = Promise.withResolvers<void>();
  #snapshot: Snapshot | undefined;
  #udp: UdpWorkers | undefined;

  constructor({ settings, log, now }: ServerOptions) {
    this.#now = now;
    this.transfers = new Transfers({ settings, log, now, snapshot: () => this.snapshot });
  }

  get snapshot(): Snapshot {
    if (this.#snapshot === undefined) throw new Error("a query was answered before the first load");
    return this.#snapshot;
  }

  replace({ snapshot }: InForce): void {
    const before = this.#snapshot;
    const now = new Snapshot(snapshot);
    this.#snapshot = now;
    const answered = this.#udp?.setSnapshot(snapshot) ?? this.#serving.promise;
    this.#collector.released(this.transfers.replaced(before, now, answered)); // only now does nobody here refer to the old one
  }

  /** What answers from the zones in force on this thread. */
  answer(limits: Limits): RespondFunction {
    const onRefused = (refusal: Refusal): void => this.transfers.refused(undefined, refusal);
    return new KeyedResponder(() => this.snapshot, { limits, now: this.#now, onRefused }).respond;
  }

  close(): void {
    this.transfers.close();
  }

  /** All sockets are open. A reload may have come while the UDP threads were starting. */
  serve(udp: UdpWorkers | undefined): void {
    this.#udp = udp;
    void Promise.resolve(udp?.setSnapshot(this.snapshot.buffer)).then(this.#serving.resolve);
  }
}

/** UDP threads that answer from the zones in force. */
function openUdpWorkersFor(
  { settings, log, now }: ServerOptions,
  endpoints: readonly Endpoint[],
  zones: ZonesInForce,
  giveUp: () => void,
): Promise<UdpStart> {
  return openWorkers({
    endpoints,
    workers: settings.workers === 0 ? availableParallelism() : settings.workers,
    payloadSize: settings.udp.payloadSize,
    snapshot: zones.snapshot.buffer,
    now,
    onNote: (note) => {
      if (isRefusal(note)) zones.transfers.refused(undefined, note);
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

/** Which way UDP goes, and why. */
function logPath(log: Log, { path, size }: UdpWorkers): void {
  if (path.kind === "batched") {
    const { receiveBuffer } = path;
    log.info({ threads: size, receiveBuffer }, "UDP is answered in batches (recvmmsg, sendmmsg)");
  } else {
    log.info({ threads: size, reason: path.why }, `UDP is answered datagram by datagram: ${path.why}`);
  }
}

/** This very file's neighbour, as source or as built. */
const BUILDER = new URL(`./builder${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

async function openKeeperFor(
  { settings, log, now, environment = {}, source, threads }: ServerOptions,
  zones: ZonesInForce,
): Promise<KeeperStart> {
  const options = {
    source: source ?? ({ kind: "file", path: settings.deployment } as const),
    maximumFileSize: settings.limits.deploymentFileSize,
    interval: settings.reload.interval,
    stateDirectory: settings.stateDirectory,
    environment: { ...environment }, // the process's own cannot be sent to a thread
  };
  const events: KeeperEvents = {
    onReplaced: (replaced) => {
      zones.replace(replaced.inForce);
      logReload(log, replaced);
    },
    onProblems: (problems) => logProblems(log, problems),
    onFault: (sentence) => log.warn({}, sentence),
  };
  if (threads) return openBuilderThread(BUILDER, options, events);
  const { openKeeper } = await import("./reload/keeper.ts"); // with the libraries that the builder thread has of its own
  return openKeeper(options, events, now);
}

/** Where nothing of Lync's gates is given, all is published; who forgot to give it should see why. */
function logMode(log: Log, { everyListed, sipDomains }: InForce): void {
  if (everyListed === undefined) return;
  log.info(
    { sipDomains },
    everyListed.replace(/^./, (letter) => letter.toUpperCase()),
  );
}

function problemOf(fault: ListenFault): Problem {
  return { severity: "error", message: faultSentence(fault) };
}

function logReload(log: Log, { report, milliseconds, remarks }: Reloaded): void {
  logRemarks(log, remarks);
  const { zones, rrsets, examples } = report;
  log.info({ zones, rrsets, changes: examples, milliseconds }, `Reloaded: ${reportSentence(report)}`);
}

function logProblems(log: Log, problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === "error");
  log.error(
    { problems: errors.length },
    "The changed deployment cannot be used; the last good one goes on being served",
  );
  for (const problem of errors) log.error({ ...problem.place }, problemText(problem));
}

/** Warnings are for every load; notes are for `check` alone. */
function logRemarks(log: Log, remarks: readonly Problem[]): void {
  for (const remark of remarks) {
    if (remark.severity === "warning") log.warn({ ...remark.place }, problemText(remark));
  }
}

function problemText({ place, message }: Problem): string {
  if (place === undefined) return message;
  return `${[place.file, place.line, place.column].filter((part) => part !== undefined).join(":")}  ${message}`;
}

function warnOfPinnedMounts(log: Log, paths: readonly string[]): void {
  for (const path of paths) {
    const warning = pinnedMountWarning(path);
    if (warning !== undefined) log.warn({}, warning);
  }
}

/**
 * The composition root. Read from top to bottom it is the flow: load → derive → compile → respond, with the
 * files watched in front and UDP and TCP behind.
 */

import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { beginBuilder } from "./begin-builder.ts";
import { SnapshotCollector } from "./collector.ts";
import { followCookieSecrets } from "./cookie-rollover.ts";
import { connectionRoom, MOST_ADMIN_CONNECTIONS } from "./descriptors.ts";
import { type FaultState, LabFaults } from "./lab-faults.ts";
import type { ServerHealth } from "./observe/health-checks.ts";
import type { Log } from "./ops/log.ts";
import { QueryJournal } from "./query-journal.ts";
import { QueryLog } from "./query-log.ts";
import type { DeploymentSource } from "./reload/build.ts";
import { type BuilderStart, openBuilderThread } from "./reload/builder-thread.ts";
import type { Description, DescriptionQuery } from "./reload/description.ts";
import { fewOf } from "./reload/few.ts";
import type { Environment } from "./reload/files.ts";
import { History } from "./reload/history.ts";
import type { InForce } from "./reload/in-force.ts";
import type { Keeper, KeeperEvents } from "./reload/keeper.ts";
import { pinnedMountWarning } from "./reload/pinned-mount.ts";
import type { Reloaded } from "./reload/reloader.ts";
import { reportSentence } from "./reload/report.ts";
import { tcpExtras, udpExtras } from "./responder/extras.ts";
import { type Limits, tcpLimits, udpLimits } from "./responder/respond.ts";
import type { Problem } from "./result.ts";
import { type ServiceOptions, serviceOptions } from "./service.ts";
import type { Settings } from "./settings/settings.ts";
import { Announcer, takenInTime } from "./switch-over.ts";
import { openTls } from "./tls.ts";
import { isRefusal, type Refusal } from "./transfer/keyed-responder.ts";
import { Transfers } from "./transfers.ts";
import { ConnectionTable } from "./transport/connection-table.ts";
import { makeCounters } from "./transport/counters.ts";
import { type Counters, readCounters } from "./transport/counts.ts";
import { RECEIVE_BUFFER } from "./transport/datagram-socket.ts";
import {
  type Endpoint,
  endpointText,
  faultSentence,
  type Listener,
  type ListenFault,
  type RespondFunction,
} from "./transport/endpoint.ts";
import { listen } from "./transport/listen.ts";
import { portableSentence } from "./transport/portable-udp.ts";
import {
  makeSampleMemory,
  QuerySampler,
  type SampledTransport,
  type SampleMemory,
} from "./transport/query-samples.ts";
import { loadSocketCalls } from "./transport/socket-calls.ts";
import type { UdpStart, UdpWorkers } from "./transport/udp-workers.ts";
import { answerFrom, openWorkers, Responder } from "./worker.ts";
import { Snapshot } from "./zone/snapshot.ts";

export interface ServerOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** So many octets that nobody can guess. */
  readonly random: (octets: number) => Uint8Array;
  /** Environment variables, where secrets may stand. */
  readonly environment?: Environment;
  /** Where the deployment comes from, if not from the file that the settings name. */
  readonly source?: DeploymentSource;
  /** Whether to load, and to answer UDP, on threads of their own, as a server does; a library stays on this one. */
  readonly threads: boolean;
  /** A builder thread that has begun, for the first load; else one is begun. */
  readonly builder?: Worker | undefined;
}

/** What comes of the wish to serve. */
export type ServerStart =
  | { readonly kind: "serving"; readonly server: Server }
  | { readonly kind: "bad-deployment"; readonly problems: readonly Problem[] }
  | { readonly kind: "builder-died"; readonly problems: readonly Problem[] }
  | { readonly kind: "cannot-listen"; readonly problems: readonly Problem[] };

/** Loads the deployment, then listens; nothing is left open where either fails. */
export async function openServer(options: ServerOptions): Promise<ServerStart> {
  const { settings, log, threads } = options;
  const zones = new ZonesInForce(options);
  const history = new History(options.now);
  const knownPaths = new Set<string>();
  const start = options.now();
  const opening = openKeeperFor(options, zones, history, knownPaths);
  if (threads) void loadSocketCalls(); // time that is free: openUdpWorkersFor needs them, once all is built
  const opened = await opening;
  if (opened.kind === "problems") return { kind: "bad-deployment", problems: opened.problems };
  if (opened.kind === "died") return { kind: "builder-died", problems: opened.problems };
  const { keeper } = opened;
  void zones.replace(keeper.inForce);
  history.started(options.now() - start);
  logRemarks(log, opened.remarks);
  logMode(log, keeper.inForce);
  warnOfPinnedMounts(log, opened.paths, knownPaths);
  logFaults(log, keeper.inForce);

  const service = serviceOptions(settings, options.random);
  const { payloadSize } = settings.udp;
  const { connections, adminConnections } = openConnectionTable(options);
  const udpSamples = makeSampleMemory(sampleEvery(settings));
  const tcpSamples = makeSampleMemory(sampleEvery(settings));
  const udpCounters = makeCounters(); // of UDP on this thread; each of its own has counters of its own
  const answer = (limits: Limits): RespondFunction => timed(zones.answer(limits), options.now);
  const respondTcp = answer(tcpLimits(payloadSize, tcpExtras(service.extras, settings.tcp.idleTimeout)));
  const tcpSampler = samplerOf(tcpSamples, "TCP"); // of TLS, too: all streams are on this thread
  const { serveStream } = zones.transfers;
  const givenUp = Promise.withResolvers<void>();
  const listening = await listen({
    ...(threads
      ? { openUdp: (endpoints) => openUdpWorkersFor(options, service, endpoints, zones, givenUp.resolve) }
      : {
          answerUdp: {
            respond: answer(udpLimits(payloadSize, udpExtras(service.extras))),
            counters: udpCounters,
            sampler: samplerOf(udpSamples, "UDP"),
          },
        }),
    addresses: settings.listen,
    port: settings.port,
    respondTcp,
    serveStream,
    connections,
    tcpSampler,
    onError: (endpoint, err) => log.error({ err }, `A socket on ${endpointText(endpoint)} failed`),
  });
  if (listening.kind === "faults") {
    zones.close();
    await keeper.close();
    return { kind: "cannot-listen", problems: listening.faults.map(problemOf) };
  }
  const answers = { respond: respondTcp, serveStream };
  const tls = await openTls({ settings, log, answers, connections, sampler: tcpSampler });
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
  const secrets = followCookieSecrets(options, service);
  const listeners = [...listening.listeners, ...tls.listeners, ...secrets];
  zones.serve(udp);
  if (udp !== undefined) logPath(log, udp);
  const samples = [...(udp?.samples ?? [udpSamples]), tcpSamples].flatMap((memory) => memory ?? []);
  const queryLog = openQueryLog(options, samples);
  const parts = { zones, keeper, history, endpoints, listeners, udp, udpCounters, connections, queryLog };
  return { kind: "serving", server: new Server({ ...parts, adminConnections, givenUp: givenUp.promise }) };
}

/** What a server is made of. */
interface ServerParts {
  readonly zones: ZonesInForce;
  readonly keeper: Keeper;
  readonly history: History;
  readonly endpoints: readonly Endpoint[];
  readonly listeners: readonly Pick<Listener, "close">[];
  readonly udp: UdpWorkers | undefined;
  readonly udpCounters: Float64Array;
  readonly connections: ConnectionTable;
  readonly adminConnections: number;
  readonly queryLog: QueryLog | undefined;
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

  /** Resolves when threads die so fast that somebody has to hear of it. */
  get givenUp(): Promise<void> {
    return this.#parts.givenUp;
  }

  /** Connections that the admin interface may have at once. */
  get adminConnections(): number {
    return this.#parts.adminConnections;
  }

  /** The version in force. */
  get inForce(): InForce {
    return this.#parts.keeper.inForce;
  }

  /** What has been counted so far; after `close`, all there was. */
  counters(): Counters {
    const { udp, udpCounters, connections } = this.#parts;
    return readCounters(udp?.counters ?? [udpCounters], connections.counters);
  }

  /** Who asked what; undefined where no journal is kept ("lab.journal"). */
  get journal(): QueryJournal | undefined {
    return this.#parts.queryLog?.journal;
  }

  /** The faults in force and what they have done. */
  get faults(): readonly FaultState[] {
    return this.#parts.zones.faults.states;
  }

  /**
   * Does something wrong on purpose from now on, in the words of a deployment's "lab.faults" and under this id;
   * the problems, where it has some, and then nothing changes. Who may ask for it is the caller's to decide
   * (the setting "lab.faults", a token).
   */
  async putFault(id: string, fault: object): Promise<readonly Problem[]> {
    const { labFaultFromValue } = await import("./deployment/lab-faults.ts"); // the builder thread has it, this one seldom
    const read = labFaultFromValue({ ...fault, id });
    if (!read.ok) return read.problems;
    const { zones } = this.#parts;
    zones.faults.put(read.value);
    await zones.share();
    return [];
  }

  /** Takes out a fault that was put in. False where there is none: those of the deployment go with the deployment. */
  async removeFault(id: string): Promise<boolean> {
    const { zones } = this.#parts;
    if (!zones.faults.remove(id)) return false;
    await zones.share();
    return true;
  }

  /** What checks say of each Edge Server's address; empty where none is checked. */
  health(): readonly ServerHealth[] {
    return this.#parts.keeper.health;
  }

  /** Whether it is that of the last load; else the file on disk is broken. */
  get isCurrent(): boolean {
    return this.#parts.keeper.isCurrent;
  }

  /** The last reloads. */
  get history(): History {
    return this.#parts.history;
  }

  /** The threads that answer UDP; none where this one does. */
  get udp(): UdpWorkers | undefined {
    return this.#parts.udp;
  }

  /** Describes the version in force. */
  describe(query: DescriptionQuery): Promise<Description> {
    return this.#parts.keeper.describe(query);
  }

  /** Loads again now, until all threads answer from it; the problems, where there are some. They go to the log, too. */
  reload(): Promise<readonly Problem[]> {
    return this.#reload();
  }

  /** Serves from another source; the problems, where it has some, and then the last good version stays. */
  update(source: DeploymentSource): Promise<readonly Problem[]> {
    return this.#reload(source);
  }

  async #reload(source?: DeploymentSource): Promise<readonly Problem[]> {
    const { keeper, zones } = this.#parts;
    const problems = await keeper.reload(source);
    await zones.announcer.said;
    return problems;
  }

  /** Stops accepting, lets what is in flight be answered, then lets go of every socket. */
  async close(): Promise<void> {
    const { zones, keeper, listeners, udp, connections, queryLog } = this.#parts;
    zones.close();
    await Promise.all([keeper.close(), udp?.close(), ...listeners.map((listener) => listener.close())]);
    await connections.close();
    queryLog?.close();
  }
}

/** The table, and how many connections the admin interface may have beside it. */
function openConnectionTable({ settings, log, threads }: ServerOptions): {
  readonly connections: ConnectionTable;
  readonly adminConnections: number;
} {
  const wanted = settings.tcp.maximumConnections;
  const addresses = settings.listen.length;
  const others = { threads: workersFor(settings), addresses, isAdminEnabled: settings.admin.enabled };
  const room = threads ? connectionRoom(others) : undefined; // a library's process is not ours to count
  const maximumConnections = Math.min(wanted, room?.connections ?? wanted);
  if (room !== undefined && maximumConnections < wanted)
    log.warn(
      { files: room.files, maximumConnections },
      `TCP connections are limited to ${maximumConnections} instead of ${wanted}: this process may open ${room.files} files; raise that ("LimitNOFILE=" of systemd, "--ulimit nofile=" of Docker, "ulimit -n"), or lower "tcp.maximumConnections"`,
    );
  const connections = new ConnectionTable({ ...settings.tcp, maximumConnections }, () =>
    log.warn(
      { maximumConnections },
      `All ${maximumConnections} TCP connections are taken: each new one closes the one idle longest ("tcp.maximumConnections")`,
    ),
  );
  return { connections, adminConnections: room?.adminConnections ?? MOST_ADMIN_CONNECTIONS };
}

/** Answers with the time of the request at hand, in seconds: what is on this thread has no batches to take it from. */
function timed(respond: RespondFunction, now: () => number): RespondFunction {
  return (request, offset, length, reply, replyOffset, client) => {
    client.time = now() / 1000;
    return respond(request, offset, length, reply, replyOffset, client);
  };
}

function workersFor({ workers }: Settings): number {
  return workers === 0 ? availableParallelism() : workers;
}

function samplerOf(memory: SampleMemory | undefined, transport: SampledTransport): QuerySampler | undefined {
  return memory && new QuerySampler(memory, transport);
}

/** A journal misses no query. */
function sampleEvery({ lab, log }: Settings): number {
  return lab.journal > 0 ? 1 : log.queries;
}

function openQueryLog(
  { settings, log, now }: ServerOptions,
  samples: readonly SampleMemory[],
): QueryLog | undefined {
  if (samples.length === 0) return undefined;
  const size = settings.lab.journal;
  if (size === 0) return new QueryLog(samples, log);
  return new QueryLog(samples, log, { every: settings.log.queries, journal: new QueryJournal(size, now) });
}

/** The one reference that a reload changes, here and on each UDP thread. */
class ZonesInForce {
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

  constructor({ settings, log, now }: ServerOptions) {
    this.#now = now;
    this.#log = log;
    this.transfers = new Transfers({ settings, log, now, snapshot: () => this.snapshot });
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
  answer(limits: Limits): RespondFunction {
    const onRefused = (refusal: Refusal): void => this.transfers.refused(undefined, refusal);
    const good = answerFrom(() => this.snapshot, { limits, now: this.#now, onRefused });
    const responder = new Responder(good, this.faults.active);
    this.#responders.push(responder);
    return responder.respondNow;
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

/** UDP threads that answer from the zones in force. */
function openUdpWorkersFor(
  { settings, log, now }: ServerOptions,
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
    snapshot: zones.snapshot.buffer,
    service,
    faults: zones.faults.active,
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
function logPath(log: Log, { path, size, endpoints }: UdpWorkers): void {
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

async function openKeeperFor(
  { settings, log, now, environment = {}, source, threads, builder }: ServerOptions,
  zones: ZonesInForce,
  history: History,
  knownPaths: Set<string>,
): Promise<BuilderStart> {
  const options = {
    source: source ?? ({ kind: "file", path: settings.deployment } as const),
    maximumFileSize: settings.limits.deploymentFileSize,
    interval: settings.reload.interval,
    stateDirectory: settings.stateDirectory,
    describable: threads && settings.admin.enabled,
    environment: { ...environment }, // the process's own cannot be sent to a thread
  };
  const { announcer } = zones;
  const events: KeeperEvents = {
    onReplaced: (replaced) =>
      announcer.when(zones.replace(replaced.inForce), () => {
        logReload(log, replaced);
        warnOfPinnedMounts(log, replaced.paths, knownPaths);
        logFaults(log, replaced.inForce);
        history.reloaded(replaced);
      }),
    onProblems: (problems) =>
      announcer.next(() => {
        logProblems(log, problems);
        history.refused(problems);
      }),
    onFault: ({ sentence, stack }) => {
      log.warn(stack === undefined ? {} : { stack }, sentence);
      history.fault(sentence);
    },
    onObserved: (changes) =>
      announcer.next(() => {
        for (const { level, sentence, fields } of changes) log[level](fields, sentence);
      }),
  };
  if (threads) return openBuilderThread({ begin: beginBuilder, begun: builder }, options, events);
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

/** Who forgot to take them out should see why nothing works. */
function logFaults(log: Log, { faults }: InForce): void {
  if (faults.length === 0) return;
  const ids = faults.map(({ id }) => id);
  log.warn({ faults: ids }, 'Answers are wrong on purpose: the deployment has "lab.faults"');
}

function problemOf(fault: ListenFault): Problem {
  return { severity: "error", message: faultSentence(fault) };
}

function logReload(log: Log, { cause, report, milliseconds, remarks }: Reloaded): void {
  logRemarks(log, remarks);
  const { zones, rrsets, examples } = report;
  const level = cause === "files" ? "info" : "debug"; // what was seen of the network has a line of its own
  log[level]({ zones, rrsets, changes: examples, milliseconds }, `Reloaded: ${reportSentence(report)}`);
}

function logProblems(log: Log, problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === "error");
  log.error(
    { problems: errors.length },
    "The changed deployment cannot be used; the last good one goes on being served",
  );
  for (const problem of fewOf(errors)) log.error({ ...problem.place }, problemText(problem));
}

/** Warnings are for every load; notes are for `check` alone. */
function logRemarks(log: Log, remarks: readonly Problem[]): void {
  const warnings = remarks.filter((remark) => remark.severity === "warning");
  for (const warning of fewOf(warnings)) log.warn({ ...warning.place }, problemText(warning));
}

function problemText({ place, message }: Problem): string {
  if (place === undefined) return message;
  return `${[place.file, place.line, place.column].filter((part) => part !== undefined).join(":")}  ${message}`;
}

/** Once for each path: `known` are those that were looked at before. */
function warnOfPinnedMounts(log: Log, paths: readonly string[], known: Set<string>): void {
  for (const path of paths) {
    if (known.has(path)) continue;
    known.add(path);
    const warning = pinnedMountWarning(path);
    if (warning !== undefined) log.warn({}, warning);
  }
}

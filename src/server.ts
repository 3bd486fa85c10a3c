/**
 * The composition root. Read from top to bottom it is the flow: load → derive → compile → respond, with the
 * files watched in front and UDP and TCP behind.
 */

import { openConnectionTable } from "./connections.ts";
import { followCookieSecrets } from "./cookie-rollover.ts";
import type { ActiveFault } from "./faults/lab-fault.ts";
import type { Followed } from "./follower.ts";
import type { FaultState } from "./lab-faults.ts";
import { type LoadsOptions, openLoads } from "./loads.ts";
import type { ServerHealth } from "./observe/health-checks.ts";
import type { ObserverMemory } from "./observe/observer.ts";
import type { QueryJournal } from "./query-journal.ts";
import { openQueryLog, type QueryLog, sampleEvery } from "./query-log.ts";
import type { DeploymentSource } from "./reload/build.ts";
import type { Description, DescriptionQuery } from "./reload/description.ts";
import { History } from "./reload/history.ts";
import type { InForce } from "./reload/in-force.ts";
import type { Keeper } from "./reload/keeper.ts";
import { tcpExtras, tlsExtras, udpExtras } from "./responder/extras.ts";
import { tcpLimits, udpLimits } from "./responder/respond.ts";
import type { Problem, Result } from "./result.ts";
import { serviceOptions } from "./service.ts";
import { openTls } from "./tls.ts";
import type { ConnectionTable } from "./transport/connection-table.ts";
import { makeCounters } from "./transport/counters.ts";
import { type Counters, readCounters } from "./transport/counts.ts";
import {
  type Endpoint,
  endpointText,
  faultSentence,
  type Listener,
  type ListenFault,
} from "./transport/endpoint.ts";
import { listen } from "./transport/listen.ts";
import {
  makeSampleMemory,
  QuerySampler,
  type SampledTransport,
  type SampleMemory,
} from "./transport/query-samples.ts";
import { loadSocketCalls } from "./transport/socket-calls.ts";
import type { UdpWorkers } from "./transport/udp-workers.ts";
import { logPath, openUdp } from "./udp.ts";
import { ZonesInForce } from "./zones-in-force.ts";

/** `threads` says, too, whether to answer UDP on threads of their own. */
export interface ServerOptions extends LoadsOptions {
  /** So many octets that nobody can guess. */
  readonly random: (octets: number) => Uint8Array;
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
  const service = serviceOptions(settings, options.random);
  const { payloadSize } = settings.udp;
  const { idleTimeout } = settings.tcp;
  const limits = tcpLimits(payloadSize, tcpExtras(service.extras, idleTimeout));
  const zones = new ZonesInForce({ ...options, limits });
  const history = new History(options.now);
  const opening = openLoads(options, zones, history);
  if (threads) void loadSocketCalls(); // time that is free: openUdp needs them, once all is built
  const opened = await opening;
  if (opened.kind === "problems") return { kind: "bad-deployment", problems: opened.problems };
  if (opened.kind === "died") return { kind: "builder-died", problems: opened.problems };
  const { keeper } = opened;

  const { connections, adminConnections } = openConnectionTable(options);
  const { mark } = service;
  const udpSamples = makeSampleMemory(sampleEvery(settings), mark);
  const tcpSamples = makeSampleMemory(sampleEvery(settings), mark);
  const udpCounters = makeCounters(); // of UDP on this thread; each of its own has counters of its own
  const respondTcp = zones.answer(limits, mark);
  const tcpSampler = samplerOf(tcpSamples, "TCP"); // of TLS, too: all streams are on this thread
  const { serveStream } = zones.transfers;
  const givenUp = Promise.withResolvers<void>();
  const listening = await listen({
    ...(threads
      ? { openUdp: (endpoints) => openUdp(options, service, endpoints, zones, givenUp.resolve) }
      : {
          answerUdp: {
            respond: zones.answer(udpLimits(payloadSize, udpExtras(service.extras)), mark),
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
  const respondTls = zones.answer(tcpLimits(payloadSize, tlsExtras(service.extras, idleTimeout)), mark);
  const answers = { respond: respondTls, serveStream };
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
  const followers = [...tls.followers, ...secrets];
  const listeners = [...listening.listeners, ...tls.listeners, ...followers];
  zones.serve(udp);
  if (udp !== undefined) logPath(log, udp);
  const samples = [...(udp?.samples ?? [udpSamples]), tcpSamples].flatMap((memory) => memory ?? []);
  const queryLog = openQueryLog(options, samples);
  const parts = { zones, keeper, history, endpoints, listeners, followers, udp, udpCounters, connections };
  const rest = { queryLog, mark, adminConnections, givenUp: givenUp.promise };
  return { kind: "serving", server: new Server({ ...parts, ...rest }) };
}

/** What a server is made of. */
interface ServerParts {
  readonly zones: ZonesInForce;
  readonly keeper: Keeper;
  readonly history: History;
  readonly endpoints: readonly Endpoint[];
  readonly listeners: readonly Pick<Listener, "close">[];
  readonly followers: readonly Followed[];
  readonly udp: UdpWorkers | undefined;
  readonly udpCounters: Float64Array;
  readonly connections: ConnectionTable;
  readonly adminConnections: number;
  readonly queryLog: QueryLog | undefined;
  readonly mark: Uint8Array;
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

  /** The EDNS option that our own queries end in: faults and the journal leave them alone. */
  get mark(): Uint8Array {
    return this.#parts.mark;
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

  /** The faults that there are and what they have done, those that are used up included. */
  get faults(): readonly FaultState[] {
    return this.#parts.zones.faults.states;
  }

  get faultsInForce(): readonly FaultState[] {
    return this.#parts.zones.faults.inForce;
  }

  /**
   * Does something wrong on purpose from now on, in the words of a deployment's "lab.faults" and under this id, or
   * one that is free; the problems, where it has some, and then nothing changes. Who may ask for it is the
   * caller's to decide (the setting "lab.faults", a token).
   */
  async putFault(wantedId: string | undefined, fault: object): Promise<Result<ActiveFault>> {
    const { zones } = this.#parts;
    const reserved = zones.faults.reserve(wantedId); // at once: whoever asks next gets another
    try {
      const { labFaultFromValue } = await import("./deployment/lab-faults.ts"); // the builder thread has it, this one seldom
      const read = labFaultFromValue({ ...fault, id: reserved.id });
      if (!read.ok) return read;
      const put = zones.faults.put(read.value);
      if (put.ok) await zones.share();
      return put;
    } finally {
      zones.faults.release(reserved);
    }
  }

  /**
   * Takes out the fault that was put in under an id, this one alone where one is given. False where there is none:
   * those of the deployment go with the deployment.
   */
  async removeFault(id: string, only?: ActiveFault): Promise<boolean> {
    const { zones } = this.#parts;
    if (!zones.faults.remove(id, only)) return false;
    await zones.share();
    return true;
  }

  /** What checks say of each Edge Server's address; empty where none is checked. */
  health(): readonly ServerHealth[] {
    return this.#parts.keeper.health;
  }

  /** What is known of each host name that is looked up. */
  hosts(): ObserverMemory["hosts"] {
    return this.#parts.keeper.observed?.hosts ?? [];
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

  /**
   * Loads again now, until all threads answer from it; the problems, where there are some. They go to the log, too.
   * The certificate and the cookie secrets are looked at as well; what is wrong with them goes to the log alone.
   */
  reload(): Promise<readonly Problem[]> {
    for (const follower of this.#parts.followers) follower.look();
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

function samplerOf(memory: SampleMemory | undefined, transport: SampledTransport): QuerySampler | undefined {
  return memory && new QuerySampler(memory, transport);
}

function problemOf(fault: ListenFault): Problem {
  return { severity: "error", message: faultSentence(fault) };
}

/**
 * The composition root. Read from top to bottom it is the flow: load → derive → compile → respond, with the
 * files watched in front and UDP and TCP behind.
 */

import type { Log } from "./ops/log.ts";
import type { Build, DeploymentSource } from "./reload/build.ts";
import { pinnedMountWarning } from "./reload/pinned-mount.ts";
import { type Reloaded, Reloader } from "./reload/reloader.ts";
import { reportSentence } from "./reload/report.ts";
import { NO_MEMORY, openMemory } from "./reload/state.ts";
import { type Limits, respond, tcpLimits, udpLimits } from "./responder/respond.ts";
import type { Problem } from "./result.ts";
import type { Settings } from "./settings/settings.ts";
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

export interface ServerOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Where the deployment comes from, if not from the file that the settings name. */
  readonly source?: DeploymentSource;
}

/** What comes of the wish to serve. */
export type ServerStart =
  | { readonly kind: "serving"; readonly server: Server }
  | { readonly kind: "bad-deployment"; readonly problems: readonly Problem[] }
  | { readonly kind: "cannot-listen"; readonly problems: readonly Problem[] };

/** Loads the deployment, then listens; nothing is left open where either fails. */
export async function openServer(options: ServerOptions): Promise<ServerStart> {
  const { settings, log } = options;
  const opened = openReloader(options);
  if (opened.kind === "problems") return { kind: "bad-deployment", problems: opened.problems };
  const { reloader } = opened;
  logRemarks(log, opened.remarks);
  logMode(log, reloader.build);
  warnOfPinnedMounts(log, reloader.paths);

  const answer = (limits: Limits): RespondFunction => {
    return (request, offset, length, reply, replyOffset) =>
      respond(reloader.build.snapshot, request, offset, length, reply, replyOffset, limits);
  };
  const connections = new ConnectionTable(settings.tcp);
  const listening = await listen({
    addresses: settings.listen,
    port: settings.port,
    respondUdp: answer(udpLimits(settings.udp.payloadSize)),
    respondTcp: answer(tcpLimits(settings.udp.payloadSize)),
    connections,
    onError: (endpoint, err) => log.error({ err }, `A socket on ${endpointText(endpoint)} failed`),
  });
  if (listening.kind === "faults") {
    await reloader.close();
    return { kind: "cannot-listen", problems: listening.faults.map(problemOf) };
  }
  for (const fault of listening.skipped) log.warn({}, `${faultSentence(fault)}; serving without it`);
  return {
    kind: "serving",
    server: new Server(reloader, listening.endpoints, listening.listeners, connections),
  };
}

/** A server that runs. */
export class Server {
  readonly endpoints: readonly Endpoint[];
  readonly #reloader: Reloader;
  readonly #listeners: readonly Listener[];
  readonly #connections: ConnectionTable;

  constructor(
    reloader: Reloader,
    endpoints: readonly Endpoint[],
    listeners: readonly Listener[],
    connections: ConnectionTable,
  ) {
    this.#reloader = reloader;
    this.endpoints = endpoints;
    this.#listeners = listeners;
    this.#connections = connections;
  }

  /** The version in force. */
  get build(): Build {
    return this.#reloader.build;
  }

  /** Loads again now. What is wrong goes to the log. */
  async reload(): Promise<void> {
    await this.#reloader.reload();
  }

  /** Serves from another source; the problems, where it has some, and then the last good version stays. */
  update(source: DeploymentSource): Promise<readonly Problem[]> {
    return this.#reloader.reload(source);
  }

  /** Stops accepting, lets what is in flight be answered, then lets go of every socket. */
  async close(): Promise<void> {
    await Promise.all([this.#reloader.close(), ...this.#listeners.map((listener) => listener.close())]);
    await this.#connections.close();
  }
}

function openReloader({ settings, log, now, source }: ServerOptions): ReturnType<typeof Reloader.open> {
  const { stateDirectory } = settings;
  return Reloader.open({
    source: source ?? { kind: "file", path: settings.deployment },
    maximumFileSize: settings.limits.deploymentFileSize,
    interval: settings.reload.interval,
    now,
    memory: stateDirectory ? openMemory(stateDirectory, (sentence) => log.warn({}, sentence)) : NO_MEMORY,
    onReload: (reloaded) => logReload(log, reloaded),
    onProblems: (problems) => logProblems(log, problems),
  });
}

function problemOf(fault: ListenFault): Problem {
  return { severity: "error", message: faultSentence(fault) };
}

/** Where nothing of Lync's gates is given, all is published; who forgot to give it should see why. */
function logMode(log: Log, { derivation: { publications } }: Build): void {
  const [first] = publications;
  if (first?.mode !== "every-listed") return;
  log.info(
    { sipDomains: publications.length },
    first.reason.replace(/^./, (letter) => letter.toUpperCase()),
  );
}

function modeOf({ derivation: { publications } }: Build): string | undefined {
  return publications[0]?.mode;
}

function logReload(log: Log, { build, previous, report, milliseconds, remarks }: Reloaded): void {
  logRemarks(log, remarks);
  if (modeOf(build) !== modeOf(previous)) logMode(log, build);
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

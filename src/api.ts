/**
 * The library's face: an authoritative DNS server inside somebody's own program or test.
 *
 * ```ts
 * import { startServer } from "xmpp-edge-dns";
 *
 * const dns = await startServer({
 *   deployment: { edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }], sipDomains: ["alpha.test"] },
 * });
 * // ask 127.0.0.1, port dns.port, over UDP or TCP
 * await dns.update({ edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.2"] }], sipDomains: ["alpha.test"] });
 * await dns.close();
 * ```
 */

import "./refuse-old-node.ts";

import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import type { LabFaultInput } from "./deployment/lab-faults.ts";
import type { DeploymentInput } from "./deployment/load.ts";
import { ClosedError, OptionsError } from "./errors.ts";
import { countsOf, type FaultCounts } from "./lab-faults.ts";
import type { ServerHealth } from "./observe/health-checks.ts";
import type { Log } from "./ops/log.ts";
import {
  JOURNAL_SIZE,
  type JournalEntry,
  type QueryJournal,
  type Since,
  type WaitOptions,
} from "./query-journal.ts";
import type { DeploymentSource } from "./reload/build.ts";
import type { Problem } from "./result.ts";
import { openServer, type Server } from "./server.ts";
import { knobOf } from "./settings/schema.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings/settings.ts";
import type { Counters } from "./transport/counts.ts";

export type { LabFaultInput } from "./deployment/lab-faults.ts";
export type { DeploymentInput } from "./deployment/load.ts";
export { ClosedError, OptionsError } from "./errors.ts";
export type { ServerHealth } from "./observe/health-checks.ts";
export type { Log } from "./ops/log.ts";
export type { JournalEntry, Since, WaitOptions } from "./query-journal.ts";
export type { Place, Problem } from "./result.ts";
export type { Counters, FamilyCounters, TcpCounts, TransportCounts, UdpCounts } from "./transport/counts.ts";

export interface StartOptions {
  /** What is deployed, in the words of a deployment file; or the path of such a file, which is then watched. */
  readonly deployment: DeploymentInput | string;
  /** IP addresses to listen on: 127.0.0.1 unless said otherwise. */
  readonly listen?: readonly string[];
  /** 0, or none, lets the system choose a free port. */
  readonly port?: number;
  /** Where log lines go; nowhere unless said otherwise. */
  readonly log?: Log;
  /** true keeps the last 10,000 queries for `waitForQuery` and `queries`. */
  readonly journal?: boolean;
}

/** A fault that is in force. */
export interface Fault {
  readonly id: string;
  /** Queries that it could have struck, and those that it did. */
  readonly counts: FaultCounts;
  /** This fault strikes nothing any more when it resolves; once is enough, more does no harm. */
  remove(): Promise<void>;
}

/** A server that runs. Close it, or it keeps the process alive. */
export interface DnsServer {
  /** The port of UDP and TCP on every address. */
  readonly port: number;
  readonly endpoints: readonly { readonly address: string; readonly port: number }[];
  /**
   * Serves another deployment, as it is at the call, from the next query on. Throws DeploymentError, and serves as
   * before, where it has errors; ClosedError after `close`.
   */
  update(deployment: DeploymentInput | string): Promise<void>;
  /** What has been asked and answered so far. Replies over UDP count when they are sent, which may be a moment later. */
  counters(): Counters;
  /**
   * Resolves to the first query for a name and type since the start, or since the time given in milliseconds;
   * rejects after `timeout` milliseconds (5,000; Infinity waits for ever) with the last queries that came, with
   * OptionsError where the options are wrong, with ClosedError at `close`. Wants `journal: true`.
   */
  waitForQuery(name: string, type: string, options?: WaitOptions): Promise<JournalEntry>;
  /** Who asked what, oldest first. Throws OptionsError where the options are wrong. Wants `journal: true`. */
  queries(options?: Since): readonly JournalEntry[];
  /**
   * Does something wrong on purpose from the next query on, in the words of a deployment's "lab.faults"
   * (docs/lab-faults.md). One with an "id" takes the place of the fault that was put in under it before. Throws
   * OptionsError where the words are wrong or a fault of the deployment has the id, ClosedError after `close`.
   */
  fault(fault: LabFaultInput): Promise<Fault>;
  /** What checks say of each Edge Server's address: of Edge pools with "health". */
  health(): readonly ServerHealth[];
  /** Lets what is in flight be answered, then lets go of the port; once is enough, more does no harm. */
  close(): Promise<void>;
}

/** The deployment has errors; all of them are in `problems`. */
export class DeploymentError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.name = "DeploymentError";
    this.problems = problems;
  }
}

/** An address or port cannot be listened on. */
export class ListenError extends Error {
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.name = "ListenError";
  }
}

/** Starts a server and resolves when it answers. Throws OptionsError, DeploymentError or ListenError. */
export async function startServer(options: StartOptions): Promise<DnsServer> {
  const complaints = complaintsOf(options);
  if (complaints.length > 0) throw new OptionsError(complaints);
  const start = await openServer({
    settings: settingsFor(options),
    log: options.log ?? SILENT,
    now: Date.now,
    random: randomBytes,
    environment: process.env,
    threads: false,
    source: sourceOf(options.deployment),
  });
  switch (start.kind) {
    case "bad-deployment":
    case "builder-died": // proof: it is not begun without threads
      throw new DeploymentError(start.problems);
    case "cannot-listen":
      throw new ListenError(start.problems);
    case "serving":
      return handleOf(start.server);
    default:
      return start satisfies never;
  }
}

function handleOf(server: Server): DnsServer {
  let closing: Promise<void> | undefined;
  return {
    port: server.endpoints[0]?.port ?? 0,
    endpoints: server.endpoints,
    close: () => {
      closing ??= server.close(); // tests close in their body and in their clean-up
      return closing;
    },
    counters: () => server.counters(),
    fault: async (fault) => {
      const guard = (): void => {
        if (closing !== undefined) throw new ClosedError("put in a fault");
      };
      guard();
      const put = await putFault(server, fault);
      guard(); // what closed meanwhile does nothing wrong any more
      return put;
    },
    waitForQuery: async (name, type, options) => journalOf(server).waitFor(name, type, options),
    queries: (options) => journalOf(server).queries(options),
    health: () => server.health(),
    update: async (deployment) => {
      if (closing !== undefined) throw new ClosedError("update the deployment");
      const problems = await server.update(sourceOf(deployment));
      if (problems.length > 0) throw new DeploymentError(problems);
    },
  };
}

async function putFault(server: Server, fault: LabFaultInput): Promise<Fault> {
  if (!isObject(fault) || Array.isArray(fault))
    throw new OptionsError([
      `Cannot put in ${shown(fault)} as fault: an object is wanted, such as { fault: "drop" }`,
    ]);
  const put = await server.putFault(fault.id, fault);
  if (!put.ok) throw new OptionsError(put.problems.map(({ message }) => message));
  const active = put.value;
  const { id } = active.fault;
  return {
    id,
    get counts() {
      return countsOf(active);
    },
    remove: async () => void (await server.removeFault(id, active)),
  };
}

function journalOf({ journal }: Server): QueryJournal {
  if (journal === undefined)
    throw new OptionsError(["Cannot look into the journal: start the server with { journal: true }"]);
  return journal;
}

function settingsFor({ listen = ["127.0.0.1"], port = 0, journal = false }: StartOptions): Settings {
  const lab = { ...DEFAULT_SETTINGS.lab, journal: journal ? JOURNAL_SIZE : 0 };
  return { ...DEFAULT_SETTINGS, listen, port, lab };
}

/** What is wrong with options that no compiler may have looked at, a sentence for each. */
function complaintsOf(options: StartOptions): readonly string[] {
  if (!isObject(options)) return [`Cannot start with ${shown(options)} as options: an object is wanted`];
  const { deployment, listen, port, log, journal } = options;
  const complaints: readonly (readonly [name: keyof StartOptions, complaint: string | undefined])[] = [
    ["deployment", isDeployment(deployment) ? undefined : "it wants an object or the path of a file"],
    ["listen", listen === undefined ? undefined : knobOf("listen")?.kind.complaint(listen)],
    ["port", port === undefined ? undefined : knobOf("port")?.kind.complaint(port)],
    ["journal", journal === undefined || typeof journal === "boolean" ? undefined : "it wants true or false"],
    ["log", log === undefined || isLog(log) ? undefined : `it wants an object with ${LEVELS.join(", ")}`],
  ];
  return complaints.flatMap(([name, complaint]) =>
    complaint === undefined
      ? []
      : [`Cannot start with option "${name}" ${shown(options[name])}: ${complaint}`],
  );
}

const LEVELS = ["error", "warn", "info", "debug"] as const;

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isDeployment(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : isObject(value);
}

function isLog(log: Log): boolean {
  return isObject(log) && LEVELS.every((level) => typeof log[level] === "function");
}

/** A value on one short line, as its author may have written it. */
function shown(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 1, maxStringLength: 80 });
}

function sourceOf(deployment: DeploymentInput | string): DeploymentSource {
  return typeof deployment === "string"
    ? { kind: "file", path: deployment }
    : { kind: "value", value: copyOf(deployment) };
}

/** Its owner may change the object before its turn to be loaded has come. Throws DeploymentError. */
function copyOf(deployment: DeploymentInput): unknown {
  try {
    return structuredClone(deployment);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DeploymentError([
      { severity: "error", message: `Cannot read the deployment: it holds what is no data: ${why}` },
    ]);
  }
}

const SILENT: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

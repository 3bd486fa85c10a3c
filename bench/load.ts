/**
 * Load on a server and what it cost it: CPU time of all its threads over the answers that came back. The
 * generators are dnsperf, and connections.c for one query per connection.
 */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { roomForConnections } from "./connection-tracking.ts";
import type { MeasuredProcess } from "./processes.ts";

export const TRANSPORTS = ["udp", "tcp", "connections"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** What one run came to. */
export interface Load {
  readonly completed: number;
  readonly lost: number;
  /** Answers to something else, or with an RCODE that is not NOERROR or NXDOMAIN. */
  readonly wrong: number;
  readonly absent: number;
  readonly seconds: number;
  /** Octets of an answer on average; NaN where the generator does not say. */
  readonly answerLength: number;
  /** Seconds to an answer on average and to the last one; NaN where the generator does not say. */
  readonly meanLatency: number;
  readonly mostLatency: number;
}

/** A run and its cost in microseconds of CPU time a query. */
export interface Cost extends Load {
  readonly user: number;
  readonly system: number;
  readonly total: number;
  /** Percent of the time in which the server was at work: below 90, the generator was the slower one. */
  readonly busy: number;
}

export interface LoadOptions {
  readonly transport: Transport;
  readonly port: number;
  /** "name TYPE" lines. */
  readonly questions: string;
  readonly seconds: number;
  /** The compiled connections.c. */
  readonly connections?: string | undefined;
  /** Seconds after which dnsperf counts an answer as lost; what is only late comes before that. */
  readonly patience?: number;
}

/** The patience where nothing else is said: who measures speed has no use for later answers. */
const PATIENCE = 2;

/** The core that generators run on. Servers have core 0. */
export const GENERATOR_CORE = 1;

/** Clients and queries in flight over UDP and TCP, connections at a time in one query per connection. */
const UDP = { clients: 8, inFlight: 200 }; // more overflow the receive buffer that Linux grants by default
const TCP = { clients: 8, inFlight: 400 };
const CONNECTIONS = 50;

/** Connections of one run: the kernel remembers each of them for two minutes. */
const MOST_CONNECTIONS = 8_000;

/** Loads a server for some seconds. */
export async function measure(server: MeasuredProcess, options: LoadOptions): Promise<Cost> {
  if (options.transport === "connections") await roomForConnections(MOST_CONNECTIONS);
  const before = server.cpuTime();
  const start = performance.now();
  const load = await generate(options);
  const elapsed = (performance.now() - start) * 1_000;
  const after = server.cpuTime();
  const user = (after.user - before.user) / load.completed;
  const system = (after.system - before.system) / load.completed;
  const busy = (100 * (user + system) * load.completed) / elapsed;
  return { ...load, user, system, total: user + system, busy };
}

async function generate(options: LoadOptions): Promise<Load> {
  const command = options.transport === "connections" ? connectionsCommand(options) : dnsperfCommand(options);
  const words = ["-c", String(GENERATOR_CORE), ...command];
  const running = promisify(execFile)("taskset", words, {
    timeout: (options.seconds + 30) * 1_000,
    maxBuffer: 2 ** 24,
  });
  const kill = () => void running.child.kill("SIGKILL");
  process.once("exit", kill); // after Ctrl-C nobody waits for it
  const { stdout } = await running.finally(() => process.off("exit", kill));
  return options.transport === "connections" ? readConnections(stdout) : readDnsperf(stdout);
}

function dnsperfCommand({ transport, port, questions, seconds, patience = PATIENCE }: LoadOptions): string[] {
  const { clients, inFlight } = transport === "udp" ? UDP : TCP;
  return [
    ...["dnsperf", "-m", transport, "-s", "127.0.0.1", "-p", String(port), "-d", questions],
    ...[
      "-l",
      String(seconds),
      "-c",
      String(clients),
      "-q",
      String(inFlight),
      "-T",
      "1",
      "-t",
      String(patience),
    ],
  ];
}

function connectionsCommand({ connections, port, questions, seconds }: LoadOptions): string[] {
  return [
    connections ?? "",
    String(port),
    questions,
    String(seconds),
    String(CONNECTIONS),
    String(MOST_CONNECTIONS),
  ];
}

/** Reads the summary that dnsperf prints at its end. */
export function readDnsperf(text: string): Load {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  const completed = number(/Queries completed:\s+(\d+)/);
  const absent = number(/NXDOMAIN (\d+)/);
  return {
    completed,
    lost: number(/Queries lost:\s+(\d+)/) + number(/Queries interrupted:\s+(\d+)/),
    wrong: completed - absent - number(/NOERROR (\d+)/),
    absent,
    seconds: number(/Run time \(s\):\s+([\d.]+)/),
    answerLength: number(/response (\d+)/),
    meanLatency: number(/Average Latency \(s\):\s+([\d.]+)/),
    mostLatency: number(/Average Latency \(s\):.*max ([\d.]+)/),
  };
}

function readConnections(text: string): Load {
  const number = (name: string) => Number(new RegExp(`${name} ([\\d.]+)`).exec(text)?.[1] ?? Number.NaN);
  const [completed, lost, wrong] = [number("completed"), number("lost"), number("wrong")];
  return {
    completed,
    lost,
    wrong,
    absent: number("absent"),
    seconds: number("seconds"),
    answerLength: Number.NaN,
    meanLatency: Number.NaN,
    mostLatency: Number.NaN,
  };
}

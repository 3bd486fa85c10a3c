/**
 * The servers that are compared, on 127.0.0.1 with one worker each: this one as users start it, NSD, Knot and
 * BIND from Debian's packages with the same zones and minimal responses, and the C program that only echoes.
 */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Deployment, ZoneFiles } from "./deployment.ts";
import { firstAnswer } from "./first-answer.ts";
import { versionOf } from "./machine.ts";
import { MeasuredProcess, type StartOptions } from "./processes.ts";
import type { Resources } from "./resources.ts";

export type ServerName = "xmpp-edge-dns" | "NSD" | "Knot" | "BIND" | "C echo";

/** A server that can be started. */
export interface ServerKind {
  readonly name: ServerName;
  readonly version: string;
  /** The command for a port; what it needs lies below the directory. */
  readonly command: (port: number, directory: string) => readonly string[];
}

/** A server that answers. */
export interface RunningServer {
  readonly kind: ServerKind;
  readonly port: number;
  readonly process: MeasuredProcess;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startTime: number;
}

/** A server that was given up before it answered. */
export interface GivenUp {
  readonly kind: ServerKind;
  readonly reason: string;
}

/** This server, from a build; `main` is its dist/main.js. */
export function ourServer(main: string, { path, settings }: Deployment): ServerKind {
  const version = versionOf(process.execPath, [main, "--version"], /^(\S+)/) ?? "unknown";
  const command = (port: number) => [
    ...[process.execPath, main, "serve", "--settings", settings, "--deployment", path],
    ...["--listen", "127.0.0.1", "--port", String(port), "--workers", "1"],
  ];
  return { name: "xmpp-edge-dns", version, command };
}

/** NSD, Knot and BIND, as far as they are installed. */
export function peerServers(files: ZoneFiles): ServerKind[] {
  const peers: readonly [ServerName, string | undefined, ServerKind["command"]][] = [
    [
      "NSD",
      versionOf("nsd", ["-v"], /version (\S+)/i),
      (port, directory) => nsdCommand(files, port, directory),
    ],
    [
      "Knot",
      versionOf("knotd", ["--version"], /version (\S+)/),
      (port, directory) => knotCommand(files, port, directory),
    ],
    [
      "BIND",
      versionOf("named", ["-v"], /BIND (\S+)/),
      (port, directory) => bindCommand(files, port, directory),
    ],
  ];
  return peers.flatMap(([name, version, command]) =>
    version === undefined ? [] : [{ name, version, command }],
  );
}

export function echoServer(program: string): ServerKind {
  return { name: "C echo", version: "bench/echo.c", command: (port) => [program, String(port)] };
}

export interface LaunchOptions extends StartOptions {
  /** What stops the server at the end, if nobody does before. */
  readonly resources: Resources;
  /** What is asked until there is an answer. */
  readonly ask: string;
  /** Where the server's own directory is made. */
  readonly directory: string;
  /** Seconds and MiB after which the server is given up. */
  readonly seconds?: number;
  readonly mebibytes?: number;
}

/** Starts a server and waits for its first answer. */
export async function launch(kind: ServerKind, options: LaunchOptions): Promise<RunningServer | GivenUp> {
  const { resources, directory, core, ask, seconds = 60, mebibytes = Number.POSITIVE_INFINITY } = options;
  const port = await freePort();
  const [program = "", ...words] = kind.command(port, mkdtempSync(join(directory, "server-")));
  const start = performance.now();
  const process = MeasuredProcess.start(program, words, { core });
  resources.add(() => process.stop());
  const isPointless = () => {
    if (process.hasEnded) return `it ended: ${process.complaints}`;
    return process.memory().resident > mebibytes ? `more than ${mebibytes} MiB` : undefined;
  };
  const startTime = await firstAnswer(port, ask, start, { milliseconds: seconds * 1_000, isPointless });
  if (typeof startTime === "number") return { kind, port, process, startTime };
  await process.stop();
  return { kind, reason: startTime };
}

function nsdCommand(
  { directory: zonesdir, zones, pattern }: ZoneFiles,
  port: number,
  directory: string,
): string[] {
  const path = (name: string) => JSON.stringify(join(directory, name));
  const server = `server:
  server-count: 1
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: ${JSON.stringify(zonesdir)}
  pidfile: ${path("nsd.pid")}
  database: ""
  xfrdfile: ${path("xfrd.state")}
  xfrdir: ${JSON.stringify(directory)}
  zonelistfile: ${path("zone.list")}
  minimal-responses: yes
  rrl-ratelimit: 0
  tcp-count: 1000
remote-control:
  control-enable: no
`;
  const list = zones.map((zone) => `zone:\n  name: ${zone}\n  zonefile: ${pattern.replace("%s", zone)}\n`);
  writeFileSync(join(directory, "nsd.conf"), server + list.join(""));
  return ["nsd", "-d", "-c", join(directory, "nsd.conf")];
}

function knotCommand(
  { directory: storage, zones, pattern }: ZoneFiles,
  port: number,
  directory: string,
): string[] {
  mkdirSync(join(directory, "run"));
  const server = `server:
  rundir: ${join(directory, "run")}
  listen: 127.0.0.1@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  tcp-max-clients: 1000
database:
  storage: ${join(directory, "run")}
log:
  - target: stderr
    any: error
template:
  - id: default
    storage: ${storage}
    file: "${pattern}"
zone:
`;
  writeFileSync(join(directory, "knot.conf"), server + zones.map((zone) => `  - domain: ${zone}\n`).join(""));
  return ["knotd", "-c", join(directory, "knot.conf")];
}

function bindCommand(
  { directory: files, zones, pattern }: ZoneFiles,
  port: number,
  directory: string,
): string[] {
  const server = `options {
  directory "${directory}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  pid-file none;
  lock-file none;
  session-keyfile none;
  recursion no;
  minimal-responses yes;
  dnssec-validation no;
  notify no;
  tcp-clients 1000;
};
controls {};
logging { category default { null; }; };
`;
  const list = zones.map(
    (zone) => `zone "${zone}" { type primary; file "${join(files, pattern.replace("%s", zone))}"; };\n`,
  );
  writeFileSync(join(directory, "named.conf"), server + list.join(""));
  return ["named", "-f", "-n", "1", "-c", join(directory, "named.conf")];
}

/** A port that is free over TCP and UDP. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    server.close();
    await once(server, "close");
    if (await isFreeOverUdp(port)) return port;
  }
}

async function isFreeOverUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

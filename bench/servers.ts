/**
 * The servers that are compared, on 127.0.0.1 with one worker each: this one as users start it, NSD, Knot and
 * BIND from Debian's packages with the same zones and minimal responses, and the C program that only echoes.
 */

import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { Deployment, ZoneFiles } from "./deployment.ts";
import { firstAnswer } from "./first-answer.ts";
import { freePort } from "./free-port.ts";
import { versionOf } from "./machine.ts";
import { bindCommand, knotCommand, nsdCommand } from "./peer-commands.ts";
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

/** The edge of the process: arguments, streams, signals, exit code. */

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { readFileFromDisk } from "../disk.ts";
import type { Server } from "../server.ts";
import type { AdminStart, Engine } from "./engine.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { outputTo, writeFaultCause } from "./output.ts";
import { runProgram } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";

// What only some commands need is loaded by those alone: the server's own thread loads deployments.
const engineWith = (builder: Worker | undefined): Engine => ({
  openServer: async (options) => {
    const { openServer } = await import("../server.ts");
    const start = await openServer({
      ...options,
      now: Date.now,
      random: randomBytes,
      environment: process.env,
      threads: true,
      builder,
    });
    if (start.kind !== "serving" || !options.settings.admin.enabled) return start;
    const { server } = start;
    return { ...start, openAdmin: () => openAdminOf(server, options) };
  },
  build: async ({ deployment, limits, stateDirectory }) => {
    const [{ buildWithHosts }, { DiskFiles }, { openMemory }] = await Promise.all([
      import("../reload/observed-build.ts"),
      import("../reload/files.ts"),
      import("../reload/state.ts"),
    ]);
    return buildWithHosts(
      { kind: "file", path: deployment },
      new DiskFiles(limits.deploymentFileSize, process.env),
      {
        unixTime: Math.floor(Date.now() / 1_000),
        remembered:
          stateDirectory === undefined ? undefined : openMemory(stateDirectory, () => {}).versions(),
      },
    );
  },
});

/** Its libraries are loaded when DNS is served already. */
async function openAdminOf(
  server: Server,
  options: Parameters<Engine["openServer"]>[0],
): Promise<AdminStart> {
  const { openAdmin } = await import("../operate.ts");
  return openAdmin({ ...options, server, now: Date.now, version: version() });
}

const surroundings: Surroundings = {
  environment: process.env,
  stdout: outputTo(process.stdout, (error) => outputFailed("standard output", process.stdout, error)),
  stderr: outputTo(process.stderr, (error) => outputFailed("standard error", process.stderr, error)),
  readFile: readFileFromDisk,
  onSignal: (name, handle) => process.on(name, handle),
  exit: (code) => process.exit(code),
};

/** Whether something that was to be said got lost. */
let isCutShort = false;

/** Told once: a log on a full disk would fail line by line, while queries go on being answered. */
function outputFailed(name: string, { isTTY }: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return; // nobody reads any more (`records | head`): no reason to stop serving
  if (error.code === "EIO" && isTTY) {
    process.emit("SIGTERM"); // the terminal has gone away, and whoever sat there with it
    return;
  }
  if (isCutShort) return;
  isCutShort = true;
  surroundings.stderr.write(`error: Cannot write to ${name}: ${writeFaultCause(error)}\n`);
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const described: unknown = JSON.parse(text);
  const hasVersion = typeof described === "object" && described !== null && "version" in described;
  return hasVersion ? String(described.version) : "unknown";
}

/** Runs the command that this process was called with, and ends the process. `builder` has begun for a server. */
export async function runProcess(builder: Worker | undefined): Promise<void> {
  const words = process.argv.slice(2);
  const code = await runProgram({ words, version: version(), surroundings, engine: engineWith(builder) });
  // Not by an empty event loop: a client that reads no answers must not keep us. Not before all is written.
  process.exitCode = code;
  process.stdout.write("", () => process.stderr.write("", () => process.exit(codeAfter(code))));
}

/** The exit code once all is written, or not: half a master file must not look like a whole one. */
function codeAfter(code: number): number {
  return isCutShort && code === EXIT_CODE.FINE ? EXIT_CODE.CANNOT_WRITE : code;
}

/** The edge of the process: arguments, streams, signals, exit code. */

import { readFileSync } from "node:fs";
import type { Engine } from "./engine.ts";
import { runProgram } from "./program.ts";
import { readFileFromDisk } from "./settings.ts";
import type { Output, Surroundings } from "./surroundings.ts";

// What only some commands need is loaded by those alone: the server's own thread loads deployments.
const engine: Engine = {
  openServer: async (options) => {
    const { openServer } = await import("../server.ts");
    return openServer({ ...options, now: Date.now, environment: process.env, threads: true });
  },
  build: async ({ deployment, limits, stateDirectory }) => {
    const [{ build }, { DiskFiles }, { openMemory }] = await Promise.all([
      import("../reload/build.ts"),
      import("../reload/files.ts"),
      import("../reload/state.ts"),
    ]);
    return build({ kind: "file", path: deployment }, new DiskFiles(limits.deploymentFileSize, process.env), {
      unixTime: Math.floor(Date.now() / 1_000),
      remembered: stateDirectory === undefined ? undefined : openMemory(stateDirectory, () => {}).versionOf,
    });
  },
};

const surroundings: Surroundings = {
  environment: process.env,
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  readFile: readFileFromDisk,
  onSignal: (name, handle) => process.on(name, handle),
  exit: (code) => process.exit(code),
};

function outputTo(stream: NodeJS.WriteStream): Output {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // EPIPE: nobody reads any more (`records | head`), which is no reason to stop serving. EIO: the terminal
    // has gone away, and whoever sat there with it.
    if (error.code === "EIO") process.emit("SIGTERM");
  });
  return { isTerminal: stream.isTTY === true, write: (text) => void stream.write(text) };
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const described: unknown = JSON.parse(text);
  const hasVersion = typeof described === "object" && described !== null && "version" in described;
  return hasVersion ? String(described.version) : "unknown";
}

/** Runs the command that this process was called with, and ends the process. */
export async function runProcess(): Promise<void> {
  const words = process.argv.slice(2);
  const code = await runProgram({ words, version: version(), surroundings, engine });
  // Not by an empty event loop: a client that reads no answers must not keep us. Not before all is written.
  process.exitCode = code;
  process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
}

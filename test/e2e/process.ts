/** The real process, started as a user starts it, on a port that the system chooses. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { MAIN } from "../built.ts";

/** A line of the JSON log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface RunningProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly lines: readonly LogLine[];
  /** The next log line whose message matches, after those that were given out before. */
  line(message: RegExp): Promise<LogLine>;
  /** Sends a signal and waits for the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `serve` with the JSON log and waits until it serves. */
export async function startProcess(
  args: readonly string[],
  listen = "127.0.0.1",
  launcher: readonly string[] = [],
): Promise<RunningProcess> {
  const fixed = [
    MAIN,
    "serve",
    "--port",
    "0",
    "--set",
    "log.format=json",
    "--set",
    `listen=${listen}`,
    "--set",
    "admin.port=0",
  ];
  const [program = "", ...words] = [...launcher, process.execPath, ...fixed, ...args];
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  onTestFinished(() => void child.kill("SIGKILL"));
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const log = new LogReader(child);
  const serving = await Promise.race([
    log.line(/^Serving on/),
    ended.then(([code]) => {
      throw new Error(`serve ended with code ${code}: ${errors}`);
    }),
  ]);
  const endpoints = serving.endpoints;
  return {
    child,
    port: portOf(endpoints),
    lines: log.lines,
    line: (message) => log.line(message),
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

function portOf(endpoints: unknown): number {
  const [first] = Array.isArray(endpoints) ? endpoints : [];
  return typeof first?.port === "number" ? first.port : 0;
}

/** Gives the lines of a JSON log one after another, as they are asked for. */
export class LogReader {
  readonly lines: LogLine[] = [];
  readonly #askers: { readonly message: RegExp; readonly resolve: (line: LogLine) => void }[] = [];
  #given = 0;

  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error("the process has no standard output");
    createInterface(child.stdout).on("line", (text) => {
      this.lines.push(JSON.parse(text));
      this.#give();
    });
  }

  line(message: RegExp): Promise<LogLine> {
    return new Promise((resolve) => {
      this.#askers.push({ message, resolve });
      this.#give();
    });
  }

  #give(): void {
    for (let asker = this.#askers[0]; asker !== undefined; asker = this.#askers[0]) {
      const { message } = asker;
      const at = this.lines.findIndex(({ msg }, index) => index >= this.#given && message.test(msg));
      const line = this.lines[at];
      if (line === undefined) return;
      this.#given = at + 1;
      this.#askers.shift();
      asker.resolve(line);
    }
  }
}

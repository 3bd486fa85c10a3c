/** The Docker client, and containers that go away with their test. */

import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { type LogLine, LogReader } from "../e2e/process.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The image under test. */
    readonly image: string;
  }
}

const run = promisify(execFile);

/** A name that nothing else on the engine has. */
export function ownName(): string {
  return `xmpp-edge-dns-test-${randomUUID().slice(0, 8)}`;
}

/** Runs the client and gives what it printed; rejects with what it said where it fails. */
export async function docker(...words: readonly string[]): Promise<string> {
  const { stdout } = await run("docker", words, { maxBuffer: 64 * 2 ** 20 });
  return stdout.trim();
}

/** `docker compose`, or the program of its own that it was before. */
export async function composeCommand(): Promise<readonly [program: string, ...words: string[]]> {
  const isPlugin = await docker("compose", "version").then(
    () => true,
    () => false,
  );
  return isPlugin ? ["docker", "compose"] : ["docker-compose"];
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a container to its end. */
export async function runToEnd(...words: readonly string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await run("docker", ["run", "--rm", ...words]);
    return { code: 0, stdout, stderr };
  } catch (fault) {
    if (!(fault instanceof Error && "code" in fault && "stdout" in fault && "stderr" in fault)) throw fault;
    return { code: Number(fault.code), stdout: String(fault.stdout), stderr: String(fault.stderr) };
  }
}

/** Milliseconds that anything may take; far more than it does. */
const PATIENCE = 60_000;

/** Waits until something is so. */
export async function eventually<T>(look: () => Promise<T>, wanted: T): Promise<void> {
  await expect.poll(look, { timeout: PATIENCE, interval: 200 }).toEqual(wanted);
}

export class Container {
  readonly name: string;
  readonly #log: LogReader;

  private constructor(name: string) {
    this.name = name;
    const follow = spawn("docker", ["logs", "--follow", name], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void follow.kill());
    this.#log = new LogReader(follow);
  }

  /** `words` are the options of `docker run`, the image and its command. */
  static async start(...words: readonly string[]): Promise<Container> {
    const name = ownName();
    onTestFinished(async () => void (await docker("rm", "--force", "--volumes", name)));
    await docker("run", "--detach", "--name", name, ...words);
    return new Container(name);
  }

  /** The next line of its log whose message matches; says what came instead where none does. */
  async line(message: RegExp): Promise<LogLine> {
    const none = Symbol("no such line");
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<symbol>((resolve) => {
      timer = setTimeout(resolve, PATIENCE, none);
    });
    const line = await Promise.race([this.#log.line(message), tooLate]);
    clearTimeout(timer);
    if (typeof line !== "symbol") return line;
    throw new Error(`no line of the log matches ${message}:\n${await docker("logs", this.name)}`);
  }

  /** The port of this host that leads to port 53. */
  async port(transport: "udp" | "tcp"): Promise<number> {
    const [first = ""] = (await docker("port", this.name, `53/${transport}`)).split("\n");
    return Number(first.slice(first.lastIndexOf(":") + 1));
  }

  inspect(format: string): Promise<string> {
    return docker("inspect", "--format", format, this.name);
  }

  health(): Promise<string> {
    return this.inspect("{{.State.Health.Status}}");
  }

  /** What a script gives that Node runs inside, beside the server. */
  script(code: string): Promise<string> {
    return docker("exec", this.name, "node", "--eval", code);
  }
}

/** examples/compose-federation under a project name of its own, run by the lines of its README.md. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inject } from "vitest";
import { composeCommand, docker, ownName } from "../container/docker.ts";
import { ROOT, shellLines } from "../readme.ts";

export const EXAMPLE = new URL("examples/compose-federation/", ROOT);

const run = promisify(execFile);

/** What a test reads of a line of the server's log. */
export interface LoggedLine {
  readonly msg: string;
  readonly address?: string;
  readonly state?: string;
}

export class Lab {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #project = ownName();
  readonly #readme = readFileSync(new URL("README.md", EXAMPLE), "utf8").replaceAll(/^ +/gm, "");

  /** `config` is the directory of its deployment. */
  constructor(config: string) {
    const image = inject("image");
    const images = { IMAGE: `${image}:federation`, LAB_IMAGE: `${image}:lab` };
    this.#environment = { ...process.env, ...images, CONFIG: config, PAGE_PORT: "0" };
  }

  /** The one line for the shell of README.md that holds these words. */
  readmeLine(words: string): string {
    const lines = shellLines(this.#readme).filter((line) => line.includes(words));
    const [line] = lines;
    if (line === undefined || lines.length > 1) throw new Error(`${lines.length} lines hold "${words}"`);
    return line;
  }

  /** Runs a line for the shell, and gives what it printed. */
  async run(line: string): Promise<string> {
    const compose = [...(await composeCommand()), "--project-name", this.#project].join(" ");
    const options = { cwd: fileURLToPath(EXAMPLE), env: this.#environment, maxBuffer: 64 * 2 ** 20 };
    const { stdout } = await run("sh", ["-c", line.replace("docker compose", compose)], options);
    return stdout;
  }

  /** What the client says of each message, without the times, be it delivered or not; building may be talked of before. */
  async converse(ways = ""): Promise<string> {
    const said = await this.run(`${this.readmeLine("run --rm client")} ${ways}`).catch((fault: unknown) => {
      if (fault instanceof Error && "stdout" in fault && /^user@/m.test(String(fault.stdout)))
        return String(fault.stdout);
      throw fault;
    });
    const messages = said.split("\n").filter((line) => line.startsWith("user@"));
    return messages.map((line) => line.replace(/ after \d+ ms$/, "")).join("\n");
  }

  /** What becomes of messages between servers that have to look again; they believe what they knew for the TTL. */
  async converseAnew(ways = ""): Promise<string> {
    await this.run(this.readmeLine("s2s:closeall()")).catch((fault: unknown) => {
      if (!String(fault).includes("No sessions to close")) throw fault; // which Prosody takes for an error
    });
    return this.converse(ways);
  }

  /** The addresses of services, in their order. */
  addressesOf(...services: readonly string[]): Promise<string[]> {
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    return Promise.all(
      services.map(async (service) => docker("inspect", "--format", format, await this.containerOf(service))),
    );
  }

  /** What a service that logs JSON has logged. */
  async logOf(service: string): Promise<LoggedLine[]> {
    const log = await docker("logs", await this.containerOf(service));
    return log.split("\n").map((line) => JSON.parse(line));
  }

  /** What the server says over HTTP. */
  async page(path: string): Promise<string> {
    const address = (await this.run("docker compose port dns 8053")).trim();
    const response = await fetch(`http://${address}/${path}`);
    return response.text();
  }

  /** The container of a service. */
  async containerOf(service: string): Promise<string> {
    return (await this.run(`docker compose ps --all --quiet ${service}`)).trim();
  }
}

/** Says how long something took, for whoever reads the output. */
export async function timed(what: string, wait: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await wait();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

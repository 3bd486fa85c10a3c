/** examples/compose-federation, brought up as its README.md says: Prosody and ejabberd find one another through us. */

import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, onTestFinished, test } from "vitest";
import { composeCommand, docker, eventually, ownName } from "../container/docker.ts";
import { ROOT, shellLines } from "../readme.ts";
import { temporaryDirectory } from "../reload/lab.ts";

const EXAMPLE = new URL("examples/compose-federation/", ROOT);
const readme = readFileSync(new URL("README.md", EXAMPLE), "utf8");

/** Where beta.test is at first, and where it moves to. */
const [FIRST, SECOND] = ["172.30.54.12", "172.30.54.32"] as const;

const ALPHA_TO_BETA = "user@alpha.test to user@beta.test: delivered";
const BETA_TO_ALPHA = "user@beta.test to user@alpha.test: delivered";

const run = promisify(execFile);
const project = ownName();
const environment: NodeJS.ProcessEnv = { ...process.env, IMAGE: `${inject("image")}:federation` };

/** Runs a line for the shell of README.md, under a project name of this test's own. */
async function runLine(line: string): Promise<string> {
  const compose = [...(await composeCommand()), "--project-name", project].join(" ");
  const options = { cwd: fileURLToPath(EXAMPLE), env: environment, maxBuffer: 64 * 2 ** 20 };
  const { stdout } = await run("sh", ["-c", line.replace("docker compose", compose)], options);
  return stdout;
}

/** The one line of README.md that holds these words. */
function lineWith(words: string): string {
  const lines = shellLines(readme.replaceAll(/^ +/gm, "")).filter((line) => line.includes(words));
  const [line] = lines;
  if (line === undefined || lines.length > 1) throw new Error(`${lines.length} lines hold "${words}"`);
  return line;
}

/** What the client says of each message, without the times, be it delivered or not; building may be talked of before. */
async function converse(ways = ""): Promise<string> {
  const said = await runLine(`${lineWith("run --rm client")} ${ways}`).catch((fault: unknown) => {
    if (fault instanceof Error && "stdout" in fault && /^user@/m.test(String(fault.stdout)))
      return String(fault.stdout);
    throw fault;
  });
  const messages = said.split("\n").filter((line) => line.startsWith("user@"));
  return messages.map((line) => line.replace(/ after \d+ ms$/, "")).join("\n");
}

/** Streams that stand do not notice the DNS. Prosody takes it for an error where there are none. */
async function cutStreams(): Promise<void> {
  await runLine(lineWith("prosodyctl shell")).catch((fault: unknown) => {
    if (!String(fault).includes("No sessions to close")) throw fault;
  });
  await runLine(lineWith("stop_s2s_connections"));
}

/** The example's deployment, where it can be changed. */
function deploymentOfOwn(): string {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o755); // the container's user is another one
  environment.CONFIG = directory;
  const path = join(directory, "deployment.yaml");
  copyFileSync(new URL("config/deployment.yaml", EXAMPLE), path);
  return path;
}

/** What becomes of messages between servers that have to look again; they believe what they knew for the TTL. */
async function converseAnew(ways = ""): Promise<string> {
  await cutStreams();
  return converse(ways);
}

/** Changes what is deployed, and waits until that is served. */
async function deploy(path: string, change: (text: string) => string): Promise<void> {
  const dns = (await runLine("docker compose ps --quiet dns")).trim();
  const reloads = async () => (await docker("logs", dns)).split("Reloaded:").length;
  const before = await reloads();
  writeFileSync(path, change(readFileSync(path, "utf8")));
  await eventually(async () => (await reloads()) > before, true);
}

/** Says how long something took, for whoever reads the output. */
async function timed(what: string, wait: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await wait();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

test("messages go both ways; without the SRV not; with it, and after a move, again", async () => {
  const path = deploymentOfOwn();
  onTestFinished(async () => void (await runLine("docker compose down --volumes --rmi all")), 60_000);
  await timed("Images built and containers begun", () => runLine(lineWith("up --detach --build")));
  await timed("Both servers healthy, and a message each way", async () => {
    expect(await converse()).toBe(`${ALPHA_TO_BETA}\n${BETA_TO_ALPHA}`);
  });

  await deploy(path, (text) => text.replace(`servers: [${FIRST}]`, `servers: [${FIRST}], xmppPort: null`));
  await timed("SRV away: Prosody finds nobody", () =>
    eventually(
      () => converseAnew("alpha.test beta.test"),
      "user@alpha.test to user@beta.test: remote-server-not-found",
    ),
  );
  expect(await converse("beta.test alpha.test")).toBe(BETA_TO_ALPHA);

  await deploy(path, (text) => text.replace(", xmppPort: null", ""));
  await timed("SRV back: Prosody finds ejabberd", () =>
    eventually(() => converseAnew("alpha.test beta.test"), ALPHA_TO_BETA),
  );

  await deploy(path, (text) => text.replace(FIRST, SECOND));
  environment.BETA_ADDRESS = SECOND;
  const move = lineWith("BETA_ADDRESS=");
  expect(move).toContain(`BETA_ADDRESS=${SECOND} `);
  await timed("beta.test begun at its new address", () => runLine(move));
  await timed("Messages go both ways again", () =>
    eventually(() => converseAnew(), `${ALPHA_TO_BETA}\n${BETA_TO_ALPHA}`),
  );
});

/** examples/compose-minimal, brought up as its README.md says, but for names and ports of the test's own. */

import { execFile } from "node:child_process";
import { promises as dns } from "node:dns";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, onTestFinished, test } from "vitest";
import { ROOT, wordsOf } from "../readme.ts";
import { composeCommand, docker, eventually, ownName, runToEnd } from "./docker.ts";

const EXAMPLE = new URL("examples/compose-minimal/", ROOT);
const ADDRESS = "172.30.53.53";

const run = promisify(execFile);

test("compose-minimal: up, answers at its address, is what its neighbours resolve with, healthy, down", async () => {
  const directory = fileURLToPath(EXAMPLE);
  const project = ownName();
  const env = { ...process.env, IMAGE: `${inject("image")}:compose`, PORT: "0" };
  const [program, ...words] = await composeCommand();
  const compose = (...more: readonly string[]) =>
    run(program, [...words, "--project-name", project, ...more], { cwd: directory, env });
  onTestFinished(async () => {
    await compose("down", "--volumes");
    await docker("rmi", env.IMAGE);
  });

  const readme = readFileSync(new URL("README.md", EXAMPLE), "utf8");
  await compose(...wordsOf("docker compose", directory, readme).slice(2));
  const { stdout: id } = await compose("ps", "--quiet", "dns");

  const resolver = new dns.Resolver({ timeout: 1_000, tries: 4 });
  resolver.setServers([ADDRESS]);
  expect(await resolver.resolveSrv("_xmpp-server._tcp.alpha.test")).toMatchObject([
    { name: "xmpp.alpha.test", port: 5269 },
  ]);

  const look = `require("node:dns").promises.resolve4("xmpp.beta.test").then((found) => console.log(found.join()))`;
  const neighbour = ["--network", `${project}_lab`, "--dns", ADDRESS, "--entrypoint", "node"];
  expect(await runToEnd(...neighbour, env.IMAGE, "--eval", look)).toMatchObject({
    code: 0,
    stdout: "172.30.53.12\n",
  });

  await eventually(() => docker("inspect", "--format", "{{.State.Health.Status}}", id.trim()), "healthy");
  await compose("down");
  expect(
    await docker("ps", "--all", "--quiet", "--filter", `label=com.docker.compose.project=${project}`),
  ).toBe("");
  expect(await docker("network", "ls", "--quiet", "--filter", `name=${project}_lab`)).toBe("");
});

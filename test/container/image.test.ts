/** The image, run as README.md says and harder: read-only, without capabilities, as its own user. */

import { promises as dns } from "node:dns";
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, inject, test } from "vitest";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { ROOT, wordsOf } from "../readme.ts";
import { labText, temporaryDirectory } from "../reload/lab.ts";
import { TcpClient } from "../transport/clients.ts";
import { Container, docker, eventually, runToEnd } from "./docker.ts";

const image = inject("image");

const CONFINED = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"] as const;
/** Ports of this host that the engine chooses. */
const PUBLISHED = ["--publish", "127.0.0.1::53/udp", "--publish", "127.0.0.1::53/tcp"] as const;

/** A directory to mount, with a deployment in it. */
function configDirectory(address: string): { readonly directory: string; readonly path: string } {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o755); // the container's user is another one
  const path = join(directory, "deployment.yaml");
  writeFileSync(path, labText(address, "alpha.test"));
  return { directory, path };
}

/** A resolver that asks a container, and asks again: the first datagrams may come before the port leads anywhere. */
async function resolverOf(container: Container): Promise<dns.Resolver> {
  const resolver = new dns.Resolver({ timeout: 1_000, tries: 4 });
  resolver.setServers([`127.0.0.1:${await container.port("udp")}`]);
  return resolver;
}

test("README.md's docker run, confined: answers on 53 over UDP and TCP, becomes healthy, stops in time", async () => {
  const words = wordsOf("docker run", fileURLToPath(ROOT)).slice(2, -1);
  const options = words.map((word) => word.replace(/^\d+:53\//, "127.0.0.1::53/"));
  const container = await Container.start(...options, ...CONFINED.slice(1), image);
  await container.line(/^Serving on 0\.0\.0\.0.*, port 53$/);

  const resolver = await resolverOf(container);
  expect(await resolver.resolveSrv("_xmpp-server._tcp.contoso.com")).toMatchObject([
    { name: "xmpp.contoso.com", port: 5269 },
  ]);
  const client = await TcpClient.open("127.0.0.1", await container.port("tcp"));
  client.send(requestOf({ ask: "_xmpp-server._tcp.contoso.com. SRV" }));
  const { answer } = decodeMessage(await client.next());
  expect(answer).toEqual(["_xmpp-server._tcp.contoso.com. 3600 SRV 0 0 5269 xmpp.contoso.com."]);
  client.close();

  const status = await container.script(`
    const { readFileSync, writeFileSync } = require("node:fs");
    const status = readFileSync("/proc/1/status", "utf8");
    const field = (name) => status.match(new RegExp("^" + name + ":\\\\s*(\\\\S+)", "m"))[1];
    let write = "fine";
    try { writeFileSync("/probe", ""); } catch ({ code }) { write = code; }
    console.log(JSON.stringify({ user: field("Uid"), group: field("Gid"), capabilities: field("CapEff"), write }));
  `);
  expect(JSON.parse(status)).toEqual({
    user: "65532",
    group: "65532",
    capabilities: "0000000000000000",
    write: "EROFS",
  });

  await eventually(() => container.health(), "healthy");
  await docker("stop", "--time", "5", container.name); // 5 s later it would be killed, and the code 137
  expect(await container.inspect("{{.State.ExitCode}}")).toBe("0");
  await container.line(/^Stopped$/);
});

test("follows a deployment that is replaced by rename and one that is written in place", async () => {
  const { directory, path } = configDirectory("192.0.2.1");
  const mount = ["--volume", `${directory}:/config:ro`];
  const container = await Container.start(...CONFINED, ...PUBLISHED, ...mount, image);
  await container.line(/^Serving on/);
  const resolver = await resolverOf(container);
  const addresses = () => resolver.resolve4("xmpp.alpha.test");
  expect(await addresses()).toEqual(["192.0.2.1"]);

  writeFileSync(`${path}.new`, labText("192.0.2.2", "alpha.test"));
  renameSync(`${path}.new`, path);
  await container.line(/^Reloaded/);
  await eventually(addresses, ["192.0.2.2"]); // each UDP thread takes the new version a moment after the log line

  writeFileSync(path, labText("192.0.2.3", "alpha.test"));
  await container.line(/^Reloaded/);
  await eventually(addresses, ["192.0.2.3"]);

  writeFileSync(path, "edgePools: [");
  await container.line(/cannot be used; the last good one goes on being served/);
  expect(await addresses()).toEqual(["192.0.2.3"]);
});

test("warns of a file that is mounted by itself", async () => {
  const { path } = configDirectory("192.0.2.1");
  const mount = ["--volume", `${path}:/config/deployment.yaml:ro`];
  const container = await Container.start(...CONFINED, ...mount, image);
  expect(await container.line(/is mounted as a single file: .*; mount its directory instead$/)).toMatchObject(
    {
      level: "warn",
    },
  );
});

test("is unhealthy while the server hangs, and healthy after", async () => {
  const { directory } = configDirectory("192.0.2.1");
  const often = ["--health-interval", "1s", "--health-retries", "1", "--health-start-period", "0s"];
  const mount = ["--volume", `${directory}:/config:ro`];
  const container = await Container.start(...CONFINED, ...often, ...mount, image);
  await eventually(() => container.health(), "healthy");
  await docker("kill", "--signal", "STOP", container.name);
  await eventually(() => container.health(), "unhealthy");
  await docker("kill", "--signal", "CONT", container.name);
  await eventually(() => container.health(), "healthy");
});

test("without a mount it says what to do and ends with 1", async () => {
  const { code, stdout, stderr } = await runToEnd(...CONFINED, image);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    'config/deployment.yaml  Cannot read "config/deployment.yaml": there is no such file\n' +
      'note: Write "/config/deployment.yaml", or name another file with --deployment; in a container, ' +
      'mount the directory that holds it: --volume "$PWD/config:/config:ro"\n',
  );
});

test("runs the other commands", async () => {
  const mount = ["--volume", `${fileURLToPath(ROOT)}/config:/config:ro`];
  const { code, stdout } = await runToEnd(...CONFINED, ...mount, image, "records", "--format", "zone");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^_xmpp-server\._tcp +3600 IN SRV +0 0 5269 xmpp\.contoso\.com\.$/m);
});

/** Programs that build or install. */
const TOOLS = ["npm", "npx", "corepack", "yarn", "pnpm", "tsc", "cc", "gcc", "g++", "clang", "make", "git"];

test("holds what runs and nothing that builds", async () => {
  const look = `
    const { existsSync, readdirSync, readFileSync, statSync } = require("node:fs");
    const { join } = require("node:path");
    const files = readdirSync("/app", { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    console.log(JSON.stringify({
      app: readdirSync("/app").sort(),
      root: readdirSync("/"),
      tools: process.env.PATH.split(":").flatMap((at) => ${JSON.stringify(TOOLS)}.filter((tool) => existsSync(join(at, tool)))),
      packages: Object.keys(JSON.parse(readFileSync("/app/node_modules/.package-lock.json", "utf8")).packages),
      octets: files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0),
      koffi: typeof require("/app/node_modules/koffi").load,
    }));
  `;
  const { stdout } = await runToEnd("--entrypoint", "node", image, "--eval", look);
  const { app, root, tools, packages, octets, koffi } = JSON.parse(stdout);
  console.log(`Of it ours: ${Math.round(octets / 1e6)} MB, ${packages.length} packages`);
  expect(app).toEqual(["LICENSE", "dist", "node_modules", "package.json"]);
  expect(root).not.toContain("build");
  expect(tools).toEqual([]);
  expect(koffi).toBe("function"); // UDP in batches works here without an install script
  const lock = JSON.parse(readFileSync(new URL("package-lock.json", ROOT), "utf8")).packages;
  const known = packages.filter((path: string) => lock[path] !== undefined && lock[path].dev !== true);
  expect(packages).toEqual(known);
  expect(packages).toEqual(
    expect.arrayContaining(Object.keys(lock[""].dependencies).map((name) => `node_modules/${name}`)),
  );
  const configured = await docker(
    "image",
    "inspect",
    "--format",
    "{{.Config.User}} {{.Config.StopSignal}}",
    image,
  );
  expect(configured).toBe("65532:65532 SIGTERM");
});

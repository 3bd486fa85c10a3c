/** The admin interface of the real process: DNS is served whatever is done to it. */

import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { labText, temporaryDirectory } from "../reload/lab.ts";
import { askUdp } from "../transport/clients.ts";
import { type RunningProcess, startProcess } from "./process.ts";

interface Running extends RunningProcess {
  readonly path: string;
  readonly url: string;
}

/** A server on a deployment of its own that reloads when it is told to. */
async function start(...settings: readonly string[]): Promise<Running> {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, labText("192.0.2.1", "alpha.test"));
  const set = ["reload.interval=1h", ...settings].flatMap((text) => ["--set", text]);
  const running = await startProcess(["--deployment", path, ...set]);
  const { url } = await running.line(/^Status page on/);
  return { ...running, path, url: String(url) };
}

async function addresses({ port }: RunningProcess): Promise<readonly string[]> {
  const reply = decodeMessage(await askUdp("127.0.0.1", port, requestOf({ ask: "xmpp.alpha.test. A" })));
  return reply.answer.map((record) => record.split(" ").at(-1) ?? "");
}

test("a reload over HTTP: a good one is served, a broken one is told and changes nothing", async () => {
  const running = await start();
  const reload = () => fetch(`${running.url}api/v1/reload`, { method: "POST" });
  writeFileSync(running.path, labText("192.0.2.2", "alpha.test"));
  expect((await reload()).status).toBe(200);
  expect(await addresses(running)).toEqual(["192.0.2.2"]);

  writeFileSync(
    running.path,
    "sipDomains: [alpha.test]\nedgePools: [{ fqdn: edge.alpha.test, servers: [nix] }]\n",
  );
  const refused = await reload();
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({
    problems: [{ place: { file: running.path, line: 2, excerpt: expect.stringContaining("[nix]") } }],
  });
  expect(await addresses(running)).toEqual(["192.0.2.2"]);
  const ready = await fetch(`${running.url}readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: "ready", remarks: ["the deployment on disk is broken; the last good version is served"] },
  ]);
  expect(await running.stop()).toBe(0);
});

test("faults come and go over HTTP on every thread, and the journal has who met them", async () => {
  const running = await start("lab.faults=true", "lab.journal=100", "workers=2");
  const lab = (path: string, init?: RequestInit) => fetch(`${running.url}api/v1/lab/${path}`, init);
  const stale = { owner: "xmpp.alpha.test", fault: "stale", addresses: ["192.0.2.99"] };
  const fault = JSON.stringify(stale);
  const headers = { "content-type": "application/json" };
  expect((await lab("faults/moved", { method: "PUT", headers, body: fault })).status).toBe(200);
  for (let times = 0; times < 8; times++) expect(await addresses(running)).toEqual(["192.0.2.99"]);
  expect(await (await lab("faults")).json()).toEqual({
    faults: [{ id: "moved", source: "test", ...stale, met: 8, struck: 8, dropped: 0, usedUp: false }],
  });
  const { queries } = Object(await (await lab("queries")).json());
  expect(queries).toHaveLength(8);
  expect(queries[0]).toMatchObject({
    name: "xmpp.alpha.test",
    type: "A",
    transport: "UDP",
    rcode: "NOERROR",
  });
  expect((await lab("faults/moved", { method: "DELETE" })).status).toBe(200);
  for (let times = 0; times < 8; times++) expect(await addresses(running)).toEqual(["192.0.2.1"]);
  expect(await running.stop()).toBe(0);
});

test("neither faults nor queries are to be had over HTTP unless the settings say so", async () => {
  const running = await start();
  const statusOf = async (path: string) => (await fetch(`${running.url}api/v1/lab/${path}`)).status;
  expect([await statusOf("faults"), await statusOf("queries")]).toEqual([403, 404]);
  expect(await running.stop()).toBe(0);
});

test("what was answered is counted", async () => {
  const running = await start();
  await addresses(running);
  const metrics = await (await fetch(`${running.url}metrics`)).text();
  expect(metrics).toMatch(/^xmpp_edge_dns_responses_total\{proto="udp".*rcode="NOERROR"\} [1-9]/m);
  expect(metrics).not.toContain("alpha.test"); // no QNAME is a label
  await running.stop();
});

test("clients that behave badly leave DNS alone", async () => {
  const running = await start();
  const { hostname, port } = new URL(running.url);
  const crowd = Array.from({ length: 200 }, (_, number) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("error", () => {}); // refused or cut off, as it should be
    socket.write(number % 2 === 0 ? "GET / HTTP/1.1\r\nHost:" : "x".repeat(100_000));
    return socket;
  });
  onTestFinished(() => crowd.forEach((socket) => void socket.destroy()));
  for (let round = 0; round < 20; round++) expect(await addresses(running)).toEqual(["192.0.2.1"]);
  crowd.forEach((socket) => void socket.destroy());
  expect(await running.stop()).toBe(0);
});

test("a port that is taken costs the page, not DNS", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  const address = taken.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const running = await startProcess(["--set", `admin.port=${port}`]);
  const { level, msg } = await running.line(/status page/);
  expect([level, msg]).toEqual([
    "warn",
    expect.stringMatching(
      /^Cannot open the status page on 127\.0\.0\.1:\d+: another program holds the port; .*DNS is served without it$/,
    ),
  ]);
  expect(await running.stop()).toBe(0);
});

test("a token that can be guessed is none", async () => {
  const tokenFile = join(temporaryDirectory(), "token");
  writeFileSync(tokenFile, "secret\n");
  const running = await startProcess(["--set", `admin.tokenFile=${tokenFile}`]);
  const { msg } = await running.line(/token file/);
  expect(msg).toMatch(/^Cannot use token file ".*": it wants one line of at least 16 printable characters/);
  expect(await running.stop()).toBe(0);
});

test("a page that is open does not keep the process", async () => {
  const running = await start();
  const { body } = await fetch(`${running.url}events`);
  await body?.getReader().read();
  expect(await running.stop()).toBe(0);
});

test("switched off, none of its libraries is loaded", () => {
  const loaded = importsReachedFrom([
    "src/server.ts",
    "src/api.ts",
    "src/cli/serve.ts",
    "src/cli/process.ts",
  ]);
  expect(loaded.filter((path) => /^(?:fastify|prom-client)$|src\/(?:admin|operate)/.test(path))).toEqual([]);
  expect(loaded).toContain("src/transport/tcp.ts");
});

/** Every module that is loaded at the start: static imports, not those that wait for their day. */
function importsReachedFrom(files: readonly string[], seen = new Set<string>()): string[] {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!existsSync(file)) continue;
    const statics = readFileSync(file, "utf8").matchAll(
      /^(?:import|export)\b(?! type)[^;]*?\bfrom "([^"]+)"/gm,
    );
    const targets = [...statics].map(([, target = ""]) =>
      target.startsWith(".") ? join(file, "..", target) : target,
    );
    importsReachedFrom(targets, seen);
  }
  return [...seen];
}

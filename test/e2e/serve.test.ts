/** The life of a process: start, reload under fire, signals, exit codes. */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { platform } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { MAIN } from "../built.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { labText, temporaryDirectory } from "../reload/lab.ts";
import { askUdp, TcpClient } from "../transport/clients.ts";
import { startProcess } from "./process.ts";

function deploymentFile(text: string): string {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, text);
  return path;
}

describe("serve", () => {
  test("SIGHUP looks at the deployment now", async () => {
    const path = deploymentFile(labText("192.0.2.1", "alpha.test"));
    const { child, line, stop } = await startProcess(["--deployment", path, "--set", "reload.interval=1h"]);
    child.kill("SIGHUP");
    expect((await line(/^Reloaded/)).msg).toBe("Reloaded: no record that is served has changed");
    expect(await stop()).toBe(0);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("%s ends it with 0, open connections or not", async (signal) => {
    const { port, stop } = await startProcess([]);
    const client = await TcpClient.open("127.0.0.1", port);
    client.send(requestOf({ ask: "contoso.com. SOA" }));
    await client.next();
    expect(await stop(signal)).toBe(0);
    await client.closed();
  });

  test.skipIf(platform() !== "linux")("keeps answering where it may open few files", async () => {
    const launcher = ["prlimit", "--nofile=128"];
    const { port, line, lines, stop } = await startProcess(["--workers", "2"], "127.0.0.1", launcher);
    const [warning] = lines.filter(({ msg }) => msg.startsWith("TCP connections are limited to"));
    const places = Number(warning?.maximumConnections);
    expect(places).toBeGreaterThan(10);
    const page = new URL(String((await line(/^Status page on/)).url));
    const visitors: TcpClient[] = [];
    for (let n = 0; n < 150; n++) visitors.push(await TcpClient.open(page.hostname, Number(page.port)));
    expect(warning?.files).toBe(128);
    const request = requestOf({ ask: "contoso.com. SOA" });
    for (let round = 0; round < 2; round++) {
      const clients: TcpClient[] = [];
      for (let n = 0; n < 150; n++) clients.push(await TcpClient.open("127.0.0.1", port));
      const [last] = clients.slice(-1);
      last?.send(request);
      const answer = await last?.next();
      expect(answer).toEqual(await askUdp("127.0.0.1", port, request));
      await Promise.all(clients.slice(0, 150 - places).map((client) => client.closed()));
      for (const client of clients) client.close();
    }
    for (const visitor of visitors) visitor.close();
    await line(/^All \d+ TCP connections are taken/);
    expect(await stop()).toBe(0);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
    expect((await line(/^Answered/)).tcp).toMatchObject({ connections: { accepted: 300 } });
  });

  test("logs queries where it is told to", async () => {
    const { port, line, stop } = await startProcess(["--set", "log.queries=1"]);
    const request = requestOf({ ask: "_xmpp-server._tcp.contoso.com. SRV" });
    const { length } = await askUdp("127.0.0.1", port, request);
    const common = {
      client: "127.0.0.1",
      qname: "_xmpp-server._tcp.contoso.com.",
      qtype: "SRV",
      rcode: "NOERROR",
    };
    expect(await line(/^Query$/)).toMatchObject({ ...common, transport: "UDP", bytes: length });
    const client = await TcpClient.open("127.0.0.1", port);
    client.send(request);
    const { length: octets } = await client.next();
    expect(await line(/^Query$/)).toMatchObject({ ...common, transport: "TCP", bytes: octets });
    client.close();
    expect(await stop()).toBe(0);
    expect(await line(/^Answered 1 queries over UDP and 1 over TCP$/)).toMatchObject({
      udp: { types: { SRV: 1 } },
      tcp: { rcodes: { NOERROR: 1 }, connections: { accepted: 1 } },
    });
  });

  test("the same answer over IPv6", async () => {
    const { port, lines, stop } = await startProcess([], "127.0.0.1,::1");
    if (lines.some(({ level }) => level === "warn")) return; // this machine has no IPv6, and the log says so
    const request = requestOf({ ask: "contoso.com. SOA" });
    expect(await askUdp("::1", port, request)).toEqual(await askUdp("127.0.0.1", port, request));
    await stop();
  });
});

/** Runs a command to its end. */
function run(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("exit codes", () => {
  test.each([
    [0, "check of a good deployment", ["check"]],
    [0, "help", ["serve", "--help"]],
    [1, "a deployment with problems", ["check", "--deployment", "package.json"]],
    [
      1,
      "serve with a deployment that is not there",
      ["serve", "--port", "0", "--deployment", "no-such-file.yaml"],
    ],
    [2, "an unknown command", ["srve"]],
    [2, "an unknown flag", ["serve", "--prot", "5300"]],
    [2, "a wrong setting", ["serve", "--set", "udp.payloadSize=12"]],
    [2, "a settings file that is not there", ["serve", "--settings", "no-such-file.yaml"]],
    [3, "an address that no interface has", ["serve", "--listen", "192.0.2.1", "--port", "0"]],
  ])("%d: %s", (code, _, args) => {
    const { status, stderr, stdout } = run(...args);
    expect({ status, stderr }).toMatchObject({ status: code });
    expect(stdout + stderr).not.toMatch(/\n {4}at /); // no stack trace
  });

  test("3: a port that is taken, in one sentence", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const address = taken.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const { status, stderr } = run("serve", "--listen", "127.0.0.1", "--port", String(port));
    expect(status).toBe(3);
    expect(stderr).toMatch(
      new RegExp(
        `^error: Cannot listen on 127\\.0\\.0\\.1:${port} \\(TCP\\): another program holds the port; .*\\n$`,
      ),
    );
  });
});

test("records --format zone is what is served", async () => {
  const { port, stop } = await startProcess([]);
  const { stdout } = run("records", "--format", "zone", "--zone", "contoso.com");
  const reply = decodeMessage(await askUdp("127.0.0.1", port, requestOf({ ask: "xmpp.contoso.com. AAAA" })));
  expect(reply.answer).toEqual(["xmpp.contoso.com. 300 AAAA 2001:db8::10"]);
  expect(stdout).toMatch(/^xmpp +300 IN AAAA 2001:db8::10$/m);
  await stop();
});

test("healthcheck tells a server that lives from one that does not", async () => {
  const { port, stop } = await startProcess([]);
  const args = ["healthcheck", "--listen", "127.0.0.1", "--port", String(port)];
  const check = spawn(process.execPath, [MAIN, ...args]);
  const [code] = await once(check, "exit");
  expect(code).toBe(0);
  await stop();
  expect(run(...args).status).toBe(1);
});

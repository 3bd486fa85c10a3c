/** A delay kept answers without limit, after their connections had closed and after the fault was gone. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type DnsServer, startServer } from "../../src/api.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { startProcess } from "../e2e/process.ts";
import { labText, temporaryDirectory } from "../reload/lab.ts";
import { TcpClient, UdpClient } from "../transport/clients.ts";

const deployment = {
  edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
  sipDomains: ["alpha.test"],
};

const REQUEST = requestOf({ ask: "alpha.test. SOA" });

/** Answers that a queue keeps. */
const PLACES = 10_000;

async function start() {
  const said: string[] = [];
  const note = (_: unknown, message: string): void => void said.push(message);
  const log = { error: note, warn: note, info: note, debug: note };
  const dns = await startServer({ deployment, log });
  onTestFinished(() => dns.close());
  return { dns, said };
}

const delayed = (dns: DnsServer) => dns.fault({ id: "slow", fault: "delay", milliseconds: 600_000 });

/** Sends as many queries in one connection, and waits until they have been read. */
async function askOverTcp(dns: DnsServer, queries: number): Promise<TcpClient> {
  const client = await TcpClient.open("127.0.0.1", dns.port);
  const before = dns.counters().tcp.received;
  for (let sent = 0; sent < queries; sent++) client.send(REQUEST);
  await expect.poll(() => dns.counters().tcp.received - before, { timeout: 30_000 }).toBe(queries);
  return client;
}

test("so many wait and no more: the rest is dropped, counted, and said once", async () => {
  const { dns, said } = await start();
  const fault = await delayed(dns);
  await askOverTcp(dns, PLACES + 3);
  expect(fault.counts).toEqual({ met: PLACES + 3, struck: PLACES + 3, dropped: 3 });
  expect(said.filter((line) => line.includes("Delayed answers are dropped"))).toHaveLength(1);
});

test("what a closed connection waited for makes place", async () => {
  const { dns } = await start();
  const fault = await delayed(dns);
  const client = await askOverTcp(dns, PLACES);
  client.socket.resetAndDestroy();
  await expect.poll(() => dns.counters().tcp.connections.open, { timeout: 30_000 }).toBe(0);
  await askOverTcp(dns, PLACES);
  expect(fault.counts.dropped).toBe(0);
});

test("what waits leaves at once when the fault is gone, over either transport", async () => {
  const { dns } = await start();
  const fault = await delayed(dns);
  const tcp = await askOverTcp(dns, 2);
  const udp = await UdpClient.open("127.0.0.1", dns.port);
  await udp.send(REQUEST);
  await expect.poll(() => fault.counts.struck).toBe(3);
  await fault.remove();
  for (const next of [tcp.next(), tcp.next(), udp.next()])
    expect(decodeMessage(await next)).toMatchObject({ rcode: "NOERROR" });
});

test("threads that answer UDP keep so many, say once that they drop, and let all go with the fault", async () => {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, labText("192.0.2.1", "alpha.test"));
  const settings = ["lab.faults=true", "workers=1"].flatMap((text) => ["--set", text]);
  const running = await startProcess(["--deployment", path, ...settings]);
  const { url } = await running.line(/^Status page on/);
  const slow = `${url}api/v1/lab/faults/slow`;
  const body = JSON.stringify({ fault: "delay", milliseconds: 600_000 });
  await fetch(slow, { method: "PUT", body, headers: { "content-type": "application/json" } });
  const state = async () => Object(await (await fetch(`${url}api/v1/lab/faults`)).json()).faults[0];

  const udp = await UdpClient.open("127.0.0.1", running.port);
  for (let asked = 0; (await state()).dropped < 5 && asked < 40 * PLACES; asked += 200)
    await udp.send(...Array.from({ length: 200 }, () => REQUEST)); // some datagrams may be lost
  const kept = async () => {
    const { struck, dropped } = await state();
    return struck - dropped;
  };
  await expect.poll(kept).toBe(PLACES); // one that is struck is not dropped at once
  expect(await running.line(/^Delayed answers are dropped/)).toMatchObject({ fault: "slow" });
  await fetch(slow, { method: "DELETE" });
  expect(decodeMessage(await udp.next())).toMatchObject({ rcode: "NOERROR" });
  expect(await running.stop()).toBe(0);
  expect(running.lines.filter(({ msg }) => msg.startsWith("Delayed answers are dropped"))).toHaveLength(1);
});

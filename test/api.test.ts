/** The library's face, in this process: what a test of somebody else sees of us. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  DeploymentError,
  type DeploymentInput,
  type DnsServer,
  ListenError,
  type Log,
  type StartOptions,
  startServer,
} from "../src/api.ts";
import { decodeMessage } from "./conformance/decoder.ts";
import { requestOf } from "./conformance/harness.ts";
import { labText, temporaryDirectory } from "./reload/lab.ts";
import { askUdp, TcpClient } from "./transport/clients.ts";

function lab(address: string): DeploymentInput {
  return { edgePools: [{ fqdn: "edge.alpha.test", servers: [address] }], sipDomains: ["alpha.test"] };
}

async function started(options: StartOptions): Promise<DnsServer> {
  const server = await startServer(options);
  onTestFinished(() => server.close());
  return server;
}

const REQUEST = requestOf({ ask: "xmpp.alpha.test. A" });

function addressIn(reply: Uint8Array): string | undefined {
  return decodeMessage(reply).answer[0]?.split(" ").at(-1);
}

async function addressOf({ port }: DnsServer): Promise<string | undefined> {
  return addressIn(await askUdp("127.0.0.1", port, REQUEST));
}

/** A log that remembers what it was told. */
function memoryLog(): { readonly log: Log; readonly said: readonly string[] } {
  const said: string[] = [];
  const sayAs = (level: string) => (_: unknown, message: string) => void said.push(`${level}: ${message}`);
  return {
    said,
    log: { error: sayAs("error"), warn: sayAs("warn"), info: sayAs("info"), debug: sayAs("debug") },
  };
}

test("startServer() starts several at once, each with a port and a deployment of its own", async () => {
  const addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];
  const servers = await Promise.all(addresses.map((address) => started({ deployment: lab(address) })));
  expect(new Set(servers.map(({ port }) => port)).size).toBe(3);
  expect(await Promise.all(servers.map(addressOf))).toEqual(addresses);
});

test("startServer() counts queries by transport, type and RCODE", async () => {
  const dns = await started({ deployment: lab("127.0.0.1") });
  await addressOf(dns);
  const client = await TcpClient.open("127.0.0.1", dns.port);
  for (const ask of ["alpha.test. SOA", "other.test. CAA"]) {
    client.send(requestOf({ ask }));
    await client.next();
  }
  client.close();
  await dns.close(); // then all that was sent has been counted
  const { udp, tcp } = dns.counters();
  expect(udp).toMatchObject({ received: 1, replies: 1, octetsIn: REQUEST.length });
  expect([udp.queryTypes[1], udp.rcodes[0]]).toEqual([1, 1]);
  expect(tcp).toMatchObject({ received: 2, replies: 2, connections: { open: 0, accepted: 1 } });
  expect([tcp.queryTypes[6], tcp.queryTypes[257]]).toEqual([1, 1]);
  expect([tcp.rcodes[0], tcp.rcodes[5]]).toEqual([1, 1]);
});

test("startServer() counts IPv4 and IPv6 apart, over UDP and TCP", async () => {
  const dns = await started({ deployment: lab("127.0.0.1"), listen: ["127.0.0.1", "::1"] });
  for (const address of ["127.0.0.1", "::1", "::1"]) {
    await askUdp(address, dns.port, REQUEST);
    const client = await TcpClient.open(address, dns.port);
    client.send(REQUEST);
    await client.next();
    client.close();
  }
  await dns.close(); // then all that was sent has been counted
  const { udp, tcp, ipv4, ipv6 } = dns.counters();
  for (const [counts, number] of [[ipv4, 1] as const, [ipv6, 2] as const, [{ udp, tcp }, 3] as const]) {
    const { connections, ...overTcp } = counts.tcp;
    expect(connections).toMatchObject({ open: 0, accepted: number });
    for (const { received, replies, queryTypes, rcodes } of [counts.udp, overTcp])
      expect([received, replies, queryTypes[1], rcodes[0]]).toEqual([number, number, number, number]);
  }
});

test("startServer() answers over UDP and TCP on the same port of every address", async () => {
  const dns = await started({ deployment: lab("127.0.0.1"), listen: ["127.0.0.1", "127.0.0.2"] });
  expect(dns.endpoints).toEqual([
    { address: "127.0.0.1", port: dns.port },
    { address: "127.0.0.2", port: dns.port },
  ]);
  for (const { address, port } of dns.endpoints) {
    const client = await TcpClient.open(address, port);
    client.send(REQUEST);
    expect(addressIn(await client.next())).toBe("127.0.0.1");
    client.close();
    expect(addressIn(await askUdp(address, port, REQUEST))).toBe("127.0.0.1");
  }
});

test("startServer() follows a file, until it is told something else", async () => {
  const path = join(temporaryDirectory(), "lab.yaml");
  writeFileSync(path, labText("127.0.0.1", "alpha.test"));
  const { log, said } = memoryLog();
  const dns = await started({ deployment: path, log });
  expect(await addressOf(dns)).toBe("127.0.0.1");
  writeFileSync(path, labText("127.0.0.2", "alpha.test"));
  await vi.waitFor(async () => expect(await addressOf(dns)).toBe("127.0.0.2"), { timeout: 10_000 });
  await dns.update(lab("127.0.0.3"));
  expect(await addressOf(dns)).toBe("127.0.0.3");
  await dns.update(path);
  expect(await addressOf(dns)).toBe("127.0.0.2");
  expect(said.filter((line) => line.startsWith("info: Reloaded: "))).toHaveLength(3);
});

test("startServer() logs to the log that it is given, and nowhere else", async () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  const { log, said } = memoryLog();
  const dns = await startServer({ deployment: lab("127.0.0.1"), log });
  await dns.update(lab("127.0.0.2"));
  await dns.close();
  expect(said).toEqual([
    expect.stringMatching(/^info: .*every listed SIP domain/i),
    expect.stringMatching(/^info: Reloaded: /),
  ]);
  expect(written).not.toHaveBeenCalled();
});

test("startServer() throws every problem of a deployment", async () => {
  const deployment: DeploymentInput = { ...lab("0.0.0.0"), defaults: { xmppHost: "_xmpp" } };
  const fault = await startServer({ deployment }).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(DeploymentError);
  expect(fault).toMatchObject({
    name: "DeploymentError",
    message: expect.stringMatching(/"0\.0\.0\.0".*\n.*"_xmpp"|"_xmpp".*\n.*"0\.0\.0\.0"/),
    problems: [{ severity: "error" }, { severity: "error" }],
  });
});

test("startServer() throws ListenError where a port is taken, and leaves nothing open", async () => {
  const { port } = await started({ deployment: lab("127.0.0.1") });
  await expect(startServer({ deployment: lab("127.0.0.2"), port })).rejects.toThrow(ListenError);
  await expect(startServer({ deployment: lab("127.0.0.2"), port })).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${port}`,
  );
});

test("update() throws on errors and goes on serving; warnings are none", async () => {
  const { log, said } = memoryLog();
  const dns = await started({ deployment: lab("127.0.0.1"), log });
  await expect(dns.update(lab("no address"))).rejects.toThrow(DeploymentError);
  await expect(dns.update("no-such-file.yaml")).rejects.toThrow('Cannot read "no-such-file.yaml"');
  expect(await addressOf(dns)).toBe("127.0.0.1");
  expect(said).toContain(
    "error: The changed deployment cannot be used; the last good one goes on being served",
  );
  await dns.update(lab("127.0.0.2"));
  expect(await addressOf(dns)).toBe("127.0.0.2");
});

test("close() lets go of the port, and may be called again", async () => {
  const dns = await startServer({ deployment: lab("127.0.0.1") });
  await dns.close();
  await dns.close();
  const next = await started({ deployment: lab("127.0.0.2"), port: dns.port });
  expect(next.port).toBe(dns.port);
});

test("startServer() reads the health of Edge Servers that are checked, and of no others", async () => {
  const deployment: DeploymentInput = {
    edgePools: [
      {
        fqdn: "one.test",
        servers: [{ fqdn: "a.one.test", addresses: ["127.0.0.1"] }],
        health: { interval: 60 },
      },
      { fqdn: "two.test", servers: ["127.0.0.2"] },
    ],
    sipDomains: [
      { name: "alpha.test", edgePool: "one.test" },
      { name: "beta.test", edgePool: "two.test" },
    ],
  };
  const server = await started({ deployment });
  expect(server.health()).toMatchObject([
    { pool: "one.test", server: "a.one.test", address: "127.0.0.1", port: 5269, changes: expect.any(Number) },
  ]);
  await server.update(lab("127.0.0.1"));
  expect(server.health()).toEqual([]);
});

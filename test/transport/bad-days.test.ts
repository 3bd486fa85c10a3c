/** What clients and the system do to a server on bad days. */

import { createSocket } from "node:dgram";
import { afterEach, describe, expect, test, vi } from "vitest";
import { COUNTER } from "../../src/transport/counters.ts";
import { tcpCountsOf } from "../../src/transport/counts.ts";
import { askUdp, framed, TcpClient } from "./clients.ts";
import { message, PATHS, startEcho } from "./echo-server.ts";
import { large, serve, until } from "./tcp-server.ts";

afterEach(() => void vi.useRealTimers());

/** Connections that say nothing. */
async function silent(count: number, address: string, port: number): Promise<TcpClient[]> {
  const clients: TcpClient[] = [];
  for (let opened = 0; opened < count; opened += 100)
    clients.push(...(await Promise.all(Array.from({ length: 100 }, () => TcpClient.open(address, port)))));
  return clients;
}

async function expectAnswer(address: string, port: number): Promise<void> {
  expect(await askUdp(address, port, message(40))).toEqual(message(40));
  const client = await TcpClient.open(address, port);
  client.send(message(41));
  expect(await client.next()).toEqual(message(41));
  client.close();
}

describe("TCP", () => {
  test("answers others beside 2,000 connections that say nothing, and keeps to its limit", async () => {
    let timesFull = 0;
    const limits = { maximumConnections: 2000, maximumConnectionsPerClient: 5000 };
    const { address, port, connections } = await serve(limits, { onFull: () => timesFull++ });
    const clients = await silent(2000, address, port);
    await until(() => connections.size === 2000);
    await expectAnswer(address, port);
    await Promise.race(clients.map((client) => client.closed())); // the idlest has made place
    expect(tcpCountsOf(connections.counters).connections).toMatchObject({ accepted: 2001, displaced: 1 });
    expect(timesFull).toBe(1);
    for (const client of clients) client.close();
    await until(() => connections.size === 0);
  });

  test("closes 1,000 connections that say nothing when their time is over", async () => {
    const limits = { maximumConnections: 2000, maximumConnectionsPerClient: 2000, idleTimeout: 50 };
    const { address, port, connections } = await serve(limits);
    const clients = await silent(1000, address, port);
    await Promise.all(clients.map((client) => client.closed()));
    expect(tcpCountsOf(connections.counters).connections).toMatchObject({ open: 0, timedOut: 1000 });
    await expectAnswer(address, port);
  });

  test("closes a client that asks and never reads, and takes no more from it meanwhile", async () => {
    const limits = { maximumUnread: 64 * 1024, idleTimeout: 200 };
    const { address, port, connections } = await serve(limits, { respond: large(60_000) });
    const client = await TcpClient.open(address, port);
    client.socket.pause();
    client.send(...Array.from({ length: 10_000 }, () => message(12)));
    await until(() => connections.size === 1);
    await until(() => connections.size === 0);
    expect(connections.counters[COUNTER.RECEIVED]).toBeLessThan(5000);
    expect(connections.counters[COUNTER.TIMED_OUT]).toBe(1);
    client.close();
  });

  test("keeps what a client has not read from the answers of others", async () => {
    const { address, port, connections } = await serve(
      {},
      {
        respond: (request, offset, _, reply, replyOffset) => {
          reply.fill(request[offset] ?? 0, replyOffset, replyOffset + 60_000);
          return 60_000;
        },
      },
    );
    const filled = (octet: number) => Buffer.alloc(60_000, octet);
    const late = await TcpClient.open(address, port);
    late.socket.pause();
    late.send(...Array.from({ length: 200 }, (_, n) => message(12, n))); // 12 MB: more than the system takes
    await until(() => (connections.counters[COUNTER.RECEIVED] ?? 0) > 0);
    const early = await TcpClient.open(address, port);
    for (let n = 201; n < 211; n++) {
      early.send(message(12, n));
      expect(filled(n).equals(await early.next())).toBe(true);
    }
    late.socket.resume();
    for (let n = 0; n < 200; n++) expect(filled(n).equals(await late.next())).toBe(true);
    for (const client of [late, early]) client.close();
  });

  test("cuts a client off that does not read its last answers, a second after the end", async () => {
    const { address, port, connections } = await serve({}, { respond: large(60_000) });
    const client = await TcpClient.open(address, port);
    client.socket.pause();
    client.send(...Array.from({ length: 200 }, () => message(12)));
    await until(() => (connections.counters[COUNTER.RECEIVED] ?? 0) > 0);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const closed = connections.close();
    await vi.advanceTimersByTimeAsync(999);
    expect(connections.size).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await closed;
    expect(connections.size).toBe(0);
    client.close();
  });

  test("forgets a client that resets its connection in the middle of a message", async () => {
    const { address, port, connections } = await serve();
    const client = await TcpClient.open(address, port);
    client.socket.write(framed(message(40)).subarray(0, 20));
    await until(() => connections.size === 1);
    client.socket.resetAndDestroy();
    await until(() => connections.size === 0);
    await expectAnswer(address, port);
  });

  test("takes the longest message in pieces, again and again", async () => {
    const { address, port } = await serve();
    const client = await TcpClient.open(address, port);
    for (let n = 0; n < 3; n++) {
      const octets = framed(message(65_535));
      client.socket.write(octets.subarray(0, 30_000));
      client.socket.write(octets.subarray(30_000));
      expect((await client.next()).length).toBe(65_535);
    }
    client.close();
  });
});

test.each(PATHS)("UDP clients that are gone before the reply harm nobody, %s", async (mode) => {
  const { port } = await startEcho({ mode });
  for (let n = 0; n < 20; n++) {
    const socket = createSocket("udp4");
    for (let sent = 1; sent < 20; sent++) socket.send(message(30), port, "127.0.0.1");
    await new Promise((resolve) => socket.send(message(30), port, "127.0.0.1", resolve));
    socket.close();
  }
  expect(await askUdp("127.0.0.1", port, message(40))).toEqual(message(40));
});

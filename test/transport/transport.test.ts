/** UDP and TCP with a responder that gives each request back: framing, limits and deadlines, no DNS. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { ConnectionTable } from "../../src/transport/connection-table.ts";
import { COUNTER, makeCounters } from "../../src/transport/counters.ts";
import { listen } from "../../src/transport/listen.ts";
import { askUdp, framed, TcpClient } from "./clients.ts";
import { message } from "./echo-server.ts";
import { echo, LIMITS, large, serve } from "./tcp-server.ts";

describe("UDP", () => {
  test("gives each datagram its reply", async () => {
    const { address, port } = await serve();
    expect(await askUdp(address, port, message(40))).toEqual(message(40));
    expect(await askUdp(address, port, message(1200))).toEqual(message(1200));
  });

  test("stays silent where the responder does, and goes on", async () => {
    const { address, port } = await serve();
    const socket = createSocket("udp4");
    const replies: number[] = [];
    socket.on("message", (octets) => replies.push(octets.length));
    socket.send(message(20, 0xff), port, address);
    socket.send(message(21), port, address);
    await once(socket, "message");
    expect(replies).toEqual([21]);
    socket.close();
  });

  test("a flood of garbage is taken without an error", async () => {
    const { address, port } = await serve();
    const socket = createSocket("udp4");
    for (let n = 0; n < 2000; n++) socket.send(message(n % 600, 0xff), port, address);
    expect(await askUdp(address, port, message(30))).toEqual(message(30));
    socket.close();
  });
});

describe("TCP", () => {
  test("answers pipelined queries in order", async () => {
    const { address, port } = await serve();
    const client = await TcpClient.open(address, port);
    client.send(message(12), message(500), message(65_535), message(13));
    for (const length of [12, 500, 65_535, 13]) expect((await client.next()).length).toBe(length);
    client.close();
  });

  test("answers what comes octet by octet", async () => {
    const { address, port } = await serve();
    const client = await TcpClient.open(address, port);
    for (const octet of framed(message(40))) client.socket.write(Uint8Array.of(octet));
    expect(await client.next()).toEqual(message(40));
    client.close();
  });

  test("answers a client that has ended its side", async () => {
    const { address, port } = await serve();
    const client = await TcpClient.open(address, port);
    client.socket.end(framed(message(40)));
    expect(await client.next()).toEqual(message(40));
    await client.closed();
  });

  test.each([0, 1, 11])("closes at a message of %d octets", async (length) => {
    const { address, port } = await serve();
    const client = await TcpClient.open(address, port);
    client.socket.write(Uint8Array.of(0, length));
    await client.closed();
  });

  test("closes a connection that asks nothing", async () => {
    const { address, port } = await serve({ idleTimeout: 30 });
    const client = await TcpClient.open(address, port);
    await client.closed();
  });

  test("closes a message that drips, though octets keep coming", async () => {
    const { address, port } = await serve({ messageTimeout: 60 });
    const client = await TcpClient.open(address, port);
    const drip = setInterval(() => client.socket.write(Uint8Array.of(1)), 5);
    client.socket.write(Uint8Array.of(0xff, 0xff));
    await client.closed();
    clearInterval(drip);
  });

  test("turns a client away that has too many connections", async () => {
    const { address, port } = await serve({ maximumConnectionsPerClient: 2 });
    const [first, second, third] = [
      await TcpClient.open(address, port),
      await TcpClient.open(address, port),
      await TcpClient.open(address, port),
    ];
    await third.closed();
    for (const client of [first, second]) {
      client.send(message(12));
      expect((await client.next()).length).toBe(12);
      client.close();
    }
  });

  test("closes the connection that has been idle for longest when all places are taken", async () => {
    const { address, port } = await serve({ maximumConnections: 2 });
    const first = await TcpClient.open(address, port);
    const second = await TcpClient.open(address, port);
    for (const client of [second, first]) {
      client.send(message(12));
      await client.next();
    }
    const third = await TcpClient.open(address, port);
    await second.closed();
    for (const client of [first, third]) {
      client.send(message(12));
      expect((await client.next()).length).toBe(12);
      client.close();
    }
  });

  test("reads no more of a client that does not read, and serves it when it does", async () => {
    const { address, port, connections } = await serve(
      { maximumUnread: 128 * 1024 },
      { respond: large(60_000) },
    );
    const client = await TcpClient.open(address, port);
    client.socket.pause();
    const queries = 2000;
    client.send(...Array.from({ length: queries }, () => message(12)));
    // Another client's answer shows that the server has turned to us at least once.
    const other = await TcpClient.open(address, port);
    other.send(message(12));
    await other.next();
    expect(connections.counters[COUNTER.RECEIVED]).toBeLessThan(queries / 2);
    client.socket.resume();
    for (let n = 0; n < queries; n++) expect((await client.next()).length).toBe(60_000);
    client.close();
    other.close();
  });

  test("lets go of every connection when it closes", async () => {
    const { address, port, connections } = await serve();
    const client = await TcpClient.open(address, port);
    client.send(message(12));
    await client.next();
    expect(connections.size).toBe(1);
    await connections.close();
    await client.closed();
    expect(connections.size).toBe(0);
  });
});

describe("listen", () => {
  test("says which port is taken, and holds on to nothing", async () => {
    const { address, port } = await serve();
    const connections = new ConnectionTable(LIMITS);
    const outcome = await listen({
      addresses: [address],
      port,
      answerUdp: { respond: echo, counters: makeCounters() },
      respondTcp: echo,
      connections,
      onError: () => {},
    });
    expect(outcome).toMatchObject({
      kind: "faults",
      faults: [
        { transport: "UDP", code: "EADDRINUSE" },
        { transport: "TCP", code: "EADDRINUSE" },
      ],
    });
  });

  test("an address that no interface has", async () => {
    const connections = new ConnectionTable(LIMITS);
    const outcome = await listen({
      addresses: ["192.0.2.1"],
      port: 0,
      answerUdp: { respond: echo, counters: makeCounters() },
      respondTcp: echo,
      connections,
      onError: () => {},
    });
    expect(outcome).toMatchObject({
      kind: "faults",
      faults: [
        { transport: "UDP", code: "EADDRNOTAVAIL" },
        { transport: "TCP", code: "EADDRNOTAVAIL" },
      ],
    });
  });
});

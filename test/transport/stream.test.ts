/** Answers of many messages over TCP: no faster than the client reads, in order with others, ended with the connection. */

import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { ConnectionTable, type TcpLimits } from "../../src/transport/connection-table.ts";
import { MESSAGE_SIZES, makeCounters } from "../../src/transport/counters.ts";
import { tcpCountsOf } from "../../src/transport/counts.ts";
import { listen } from "../../src/transport/listen.ts";
import type { StreamConnection, StreamFunction } from "../../src/transport/stream.ts";
import { TcpClient } from "./clients.ts";

const LIMITS: TcpLimits = {
  maximumConnections: 100,
  maximumConnectionsPerClient: 100,
  idleTimeout: 60_000,
  messageTimeout: 60_000,
  maximumUnread: 64 * 1024,
};

/** Requests that begin with this octet are answered by a stream, others are given back. */
const STREAMED = 0xaa;

const request = (first: number, length = 20) => new Uint8Array(length).fill(7).fill(first, 0, 1);

async function opened(
  serve: (connection: StreamConnection) => Promise<void>,
  connections = new ConnectionTable(LIMITS),
): Promise<TcpClient> {
  const serveStream: StreamFunction = (octets, offset, _, connection) =>
    octets[offset] === STREAMED ? serve(connection) : undefined;
  const listening = await listen({
    addresses: ["127.0.0.1"],
    port: 0,
    answerUdp: { respond: () => 0, counters: makeCounters() },
    respondTcp: (octets, offset, length, reply, replyOffset) => {
      reply.set(octets.subarray(offset, offset + length), replyOffset);
      return length;
    },
    serveStream,
    connections,
    onError: (_, error) => {
      throw error;
    },
  });
  if (listening.kind === "faults") throw new Error("loopback has a free port");
  onTestFinished(async () => {
    await Promise.all(listening.listeners.map((listener) => listener.close()));
    await connections.close();
  });
  const client = await TcpClient.open("127.0.0.1", listening.endpoints[0]?.port ?? 0);
  onTestFinished(() => client.close());
  return client;
}

/** A framed message of 60,000 octets whose first tells its number. */
function numbered(number: number): Uint8Array {
  const octets = new Uint8Array(60_002).fill(number, 2);
  octets.set([60_000 >>> 8, 60_000 & 255]);
  return octets;
}

test("answers before the stream come before it, those behind it after it, also of two streams in one write", async () => {
  const client = await opened(async (connection) => {
    for (let number = 1; number <= 3; number++) await connection.write(numbered(number));
  });
  client.send(request(1), request(STREAMED), request(2), request(STREAMED), request(3));
  const firsts: (number | undefined)[] = [];
  for (let message = 0; message < 9; message++) firsts.push((await client.next())[0]);
  expect(firsts).toEqual([1, 1, 2, 3, 2, 1, 2, 3, 3]);
});

test("a client that does not read holds its stream up, and gets all of it when it reads", async () => {
  let written = 0;
  const total = 400; // 24 MB: more than the system takes in for a reader that sleeps
  const ended = Promise.withResolvers<void>();
  const client = await opened(async (connection) => {
    while (written < total && (await connection.write(numbered(written & 255)))) written++;
    ended.resolve();
  });
  client.socket.pause();
  client.send(request(STREAMED));
  let before = -1;
  await expect // it comes to rest somewhere before the end
    .poll(
      () => {
        const rests = written === before && written > 0;
        before = written;
        return rests;
      },
      { interval: 100, timeout: 20_000 },
    )
    .toBe(true);
  expect(written).toBeLessThan(total);
  client.socket.resume();
  for (let message = 0; message < total; message++) expect((await client.next())[0]).toBe(message & 255);
  await ended.promise;
  expect(written).toBe(total);
});

test("a stream hears that its connection has ended", async () => {
  const outcome = Promise.withResolvers<boolean>();
  const client = await opened(async (connection) => {
    while (await connection.write(numbered(1)));
    outcome.resolve(false);
  });
  client.send(request(STREAMED));
  await once(client.socket, "data");
  client.close();
  expect(await outcome.promise).toBe(false);
});

test("a stream that fails closes its connection: nothing behind half an answer can be understood", async () => {
  const client = await opened(() => Promise.reject(new Error("a bug")));
  client.send(request(STREAMED));
  await client.closed();
});

test("a stream counts as one reply with all of its octets, each of its messages by its size", async () => {
  const connections = new ConnectionTable(LIMITS);
  const client = await opened(async (connection) => {
    for (let number = 1; number <= 3; number++) await connection.write(numbered(number));
  }, connections);
  client.send(request(STREAMED), request(1));
  for (let message = 0; message < 4; message++) await client.next();
  const counted = { received: 2, octetsIn: 40, replies: 2, octetsOut: 180_020 };
  const counts = tcpCountsOf(connections.counters);
  expect(counts).toMatchObject(counted);
  expect([counts.replySizes[1], counts.replySizes[MESSAGE_SIZES.indexOf(64_000)]]).toEqual([1, 3]);
});

test("a connection is not idle while its stream goes on: another makes place for a new one", async () => {
  const [start, progress, end] = [withResolvers(), withResolvers(), withResolvers()];
  const connections = new ConnectionTable({ ...LIMITS, maximumConnections: 2 });
  const streaming = await opened(async (connection) => {
    await start.promise;
    await connection.write(numbered(1));
    progress.resolve();
    await end.promise;
    await connection.write(numbered(2));
  }, connections);
  const open = () => TcpClient.open("127.0.0.1", streaming.socket.remotePort ?? 0);
  streaming.send(request(STREAMED));
  const idle = await open();
  idle.send(request(1));
  await idle.next();
  start.resolve();
  await progress.promise;
  const third = await open();
  onTestFinished(() => third.close());
  await idle.closed();
  end.resolve();
  expect((await streaming.next())[0]).toBe(1);
  expect((await streaming.next())[0]).toBe(2);
});

function withResolvers() {
  return Promise.withResolvers<void>();
}

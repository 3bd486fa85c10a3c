/** Connections in the middle of a TLS handshake were in no table: one client could take all places, and none gave way. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { ConnectionTable, type TcpLimits } from "../../src/transport/connection-table.ts";
import { tcpCountsOf } from "../../src/transport/counts.ts";
import { listenTls } from "../../src/transport/tls.ts";
import { selfSigned } from "../transport/certificate.ts";
import { TcpClient } from "../transport/clients.ts";
import { echo, LIMITS, until } from "../transport/tcp-server.ts";

const { certificate, key } = selfSigned();
const CREDENTIALS = { certificate: Buffer.from(certificate), key: Buffer.from(key) };
const MESSAGE = Uint8Array.from({ length: 12 }, (_, at) => at);

async function serveTls(limits: Partial<TcpLimits>) {
  const connections = new ConnectionTable({ ...LIMITS, ...limits });
  const outcome = await listenTls(
    {
      endpoint: { address: "127.0.0.1", port: 0 },
      connections,
      respond: echo,
      onError: (error) => {
        throw error;
      },
    },
    CREDENTIALS,
  );
  if (outcome.kind === "fault") throw new Error(outcome.fault.code);
  const { listener } = outcome;
  onTestFinished(async () => {
    await listener.close();
    await connections.close();
  });
  const counts = () => tcpCountsOf(connections.counters).connections;
  return { port: listener.endpoint.port, connections, counts };
}

async function bare(port: number, localAddress: string): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, localAddress });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.resume(); // or it would never hear of the end
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, "close");
}

async function asks(port: number): Promise<TcpClient> {
  const socket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  const client = TcpClient.on(socket);
  client.send(MESSAGE);
  expect(await client.next()).toEqual(MESSAGE);
  return client;
}

test("one client has no more places in handshakes than in connections", async () => {
  const { port, connections, counts } = await serveTls({
    maximumConnections: 5,
    maximumConnectionsPerClient: 3,
  });
  for (let times = 0; times < 3; times++) await bare(port, "127.0.0.2");
  const refused = await bare(port, "127.0.0.2");
  await closed(refused);
  await asks(port);
  expect(connections.size).toBe(4);
  expect(counts()).toMatchObject({ accepted: 4, refused: 1, displaced: 0, open: 4 });
});

test("where all places are taken, the one idle longest gives way, be it in its handshake or not", async () => {
  const { port, connections, counts } = await serveTls({ maximumConnections: 2 });
  const idlest = await asks(port);
  const handshake = await bare(port, "127.0.0.2");
  await asks(port);
  await idlest.closed();
  await asks(port);
  await closed(handshake);
  expect(connections.size).toBe(2);
  expect(counts()).toMatchObject({ accepted: 4, refused: 0, displaced: 2, open: 2 });
});

test("a handshake that fails, or whose client goes, leaves its place", async () => {
  const { port, connections } = await serveTls({});
  const wrong = await bare(port, "127.0.0.1");
  wrong.write("GET / HTTP/1.0\r\n\r\n");
  await closed(wrong);
  const gone = await bare(port, "127.0.0.1");
  await until(() => connections.size === 1);
  gone.destroy();
  await until(() => connections.size === 0);
});

test("a handshake that takes too long is ended like a slow message", async () => {
  const { port, connections, counts } = await serveTls({ messageTimeout: 20 });
  await closed(await bare(port, "127.0.0.1"));
  expect(connections.size).toBe(0);
  expect(counts()).toMatchObject({ timedOut: 1, open: 0 });
});

/** Servers on loopback that answer as a test wants it, well or badly. */

import { createSocket } from "node:dgram";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Octets to send back for a query; undefined for silence. */
export type Answering = (query: Buffer) => Buffer | undefined;

/** A UDP server on a free port. */
export async function udpServer(answer: Answering, address = "127.0.0.1"): Promise<number> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  socket.on("message", (query, { port, address: from }) => {
    const reply = answer(query);
    if (reply !== undefined) socket.send(reply, port, from);
  });
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

/** A TCP server on a free port that is told of every connection. */
export async function tcpServer(connected: (socket: Socket) => void, address = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const bound = server.address();
  if (!isAddressInfo(bound)) throw new Error("the server has no port");
  return bound.port;
}

function isAddressInfo(bound: AddressInfo | string | null): bound is AddressInfo {
  return typeof bound === "object" && bound !== null;
}

/** A message behind its length. */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
}

const QR = 0x8000;
const AA = 0x0400;

/** The query as an answer with an RCODE, its question alone. */
export function bare(query: Buffer, rcode: number, flags = QR | AA): Buffer {
  const reply = Buffer.from(query);
  reply.writeUInt16BE(flags | rcode, 2);
  return reply;
}

/** The query answered by a SOA at its own name: . . 7 1 1 1 1. */
export function withSoa(query: Buffer, flags = QR | AA): Buffer {
  const head = bare(query, 0, flags);
  head.writeUInt16BE(1, 6);
  const rdata = Buffer.alloc(22);
  for (const [at, value] of [7, 1, 1, 1, 1].entries()) rdata.writeUInt32BE(value, 2 + 4 * at);
  const fixed = Buffer.from([0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 60, 0, rdata.length]);
  return Buffer.concat([head, fixed, rdata]);
}

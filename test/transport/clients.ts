/** Raw clients for tests: octets in, octets out, every wait an event. */

import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { connect, isIPv6, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Sends one datagram and waits for the one that comes back. */
export async function askUdp(address: string, port: number, request: Uint8Array): Promise<Uint8Array> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  try {
    const reply = once(socket, "message");
    socket.send(request, port, address);
    const [octets] = await reply;
    return Uint8Array.from(octets);
  } finally {
    socket.close();
  }
}

/** A UDP socket with room for many replies; it is closed with its test. */
export class UdpClient {
  /** Who sent the reply that `next` gave last. */
  lastSender: { readonly address: string; readonly port: number } | undefined;
  readonly #socket: DatagramSocket;
  readonly #address: string;
  readonly #port: number;
  readonly #replies: { readonly octets: Uint8Array; readonly address: string; readonly port: number }[] = [];

  private constructor(socket: DatagramSocket, address: string, port: number) {
    this.#socket = socket;
    this.#address = address;
    this.#port = port;
    socket.on("message", (octets, sender) => this.#replies.push({ octets, ...sender }));
  }

  /** `local` is the address that the client asks from, if not the one that the system would take. */
  static async open(address: string, port: number, local?: string): Promise<UdpClient> {
    const socket = createSocket({ type: isIPv6(address) ? "udp6" : "udp4", recvBufferSize: 2 ** 21 });
    socket.bind(0, local);
    await once(socket, "listening");
    onTestFinished(() => void socket.close());
    return new UdpClient(socket, address, port);
  }

  /** Resolves when the system has taken all requests. */
  async send(...requests: readonly Uint8Array[]): Promise<void> {
    const sent = requests.map(
      (request) =>
        new Promise<void>((resolve) => {
          this.#socket.send(request, this.#port, this.#address, () => resolve());
        }),
    );
    await Promise.all(sent);
  }

  /** The next reply. */
  async next(): Promise<Uint8Array> {
    while (this.#replies.length === 0) await once(this.#socket, "message");
    const reply = this.#replies.shift();
    this.lastSender = reply && { address: reply.address, port: reply.port };
    return Uint8Array.from(reply?.octets ?? []);
  }
}

/** A TCP connection that takes answers apart. */
export class TcpClient {
  readonly socket: Socket;
  #octets = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#octets = Buffer.concat([this.#octets, chunk]);
    });
    socket.on("error", () => {});
  }

  static async open(address: string, port: number): Promise<TcpClient> {
    const socket = connect({ host: address, port });
    await once(socket, "connect");
    return new TcpClient(socket);
  }

  /** On a connection that is there already, an encrypted one for instance. */
  static on(socket: Socket): TcpClient {
    return new TcpClient(socket);
  }

  send(...requests: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(requests.map(framed)));
  }

  /** The next message. */
  async next(): Promise<Uint8Array> {
    while (this.#octets.length < 2 || this.#octets.length < 2 + this.#octets.readUInt16BE(0)) {
      if (this.socket.closed) throw new Error("the connection was closed");
      const abandon = new AbortController();
      const { signal } = abandon;
      await Promise.race([once(this.socket, "data", { signal }), once(this.socket, "close", { signal })]);
      abandon.abort();
    }
    const end = 2 + this.#octets.readUInt16BE(0);
    const message = Uint8Array.from(this.#octets.subarray(2, end));
    this.#octets = this.#octets.subarray(end);
    return message;
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    if (this.socket.closed) return;
    // `once` would fail at the reset that a client hears of when it goes on sending.
    await new Promise((resolve) => this.socket.once("close", resolve));
  }

  close(): void {
    this.socket.destroy();
  }
}

export function framed(message: Uint8Array): Buffer {
  return Buffer.from([message.length >>> 8, message.length & 0xff, ...message]);
}

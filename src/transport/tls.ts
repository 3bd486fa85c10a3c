/**
 * TLS on node:tls: DNS over TLS (RFC 7858) and transfers over TLS (RFC 9103) on one listener. RFC 9103 §7.1 wants
 * TLS 1.3, and resolvers that speak DNS over TLS have it, so there is nothing older.
 */

import { createServer, isIPv6, type Socket } from "node:net";
import {
  createSecureContext,
  createServer as createTlsServer,
  type TLSSocket,
  type Server as TlsServer,
} from "node:tls";
import { NO_MESSAGE, type TimedConnection } from "./connection-table.ts";
import { errorCode, type Listener, type ListenFault } from "./endpoint.ts";
import { Connection, type ConnectionOptions, clientOf, connectionOptions, type TcpOptions } from "./tcp.ts";

/** A certificate chain and its private key, both in PEM. */
export interface Credentials {
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
}

/** A listener whose certificate can be replaced; connections that are open keep theirs. */
export interface TlsListener extends Listener {
  replaceCredentials(credentials: Credentials): void;
}

export type TlsOutcome =
  | { readonly kind: "listening"; readonly listener: TlsListener }
  | { readonly kind: "fault"; readonly fault: ListenFault };

/** What is wrong with credentials, in OpenSSL's words; undefined where they belong together. */
export function credentialsFault(credentials: Credentials): string | undefined {
  try {
    createSecureContext(contextOf(credentials));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Listens on an address with credentials that have no fault. The connections are those of the table, as TCP's are. */
export function listenTls(options: TcpOptions, credentials: Credentials): Promise<TlsOutcome> {
  const { endpoint, onError } = options;
  const handshakes = new Handshakes(connectionOptions(options), credentials);
  const server = createServer({ noDelay: true }, (socket) => handshakes.begin(socket));
  return new Promise((resolve) => {
    server.once("error", (error) => {
      resolve({ kind: "fault", fault: { endpoint, transport: "TLS", code: errorCode(error) } });
    });
    const { address: host, port } = endpoint;
    server.listen({ host, port, ipv6Only: isIPv6(host), exclusive: true, backlog: 1024 }, () => {
      server.removeAllListeners("error");
      server.on("error", onError);
      const bound = server.address();
      const boundPort = bound === null || typeof bound === "string" ? port : bound.port;
      const listener: TlsListener = {
        endpoint: { address: host, port: boundPort },
        replaceCredentials: (next) => handshakes.replaceCredentials(next),
        close: async () => void server.close(), // calls back when the last connection has gone: the table sees to that
      };
      resolve({ kind: "listening", listener });
    });
  });
}

/** Connections from the moment that they are accepted: each has its place in the table before it costs a handshake. */
class Handshakes {
  readonly #parts: ConnectionOptions;
  readonly #tls: TlsServer;
  /** By both ends: node:tls says when a handshake is done, but not of which socket. */
  readonly #open = new Map<string, Handshake>();

  constructor(parts: ConnectionOptions, credentials: Credentials) {
    this.#parts = parts;
    const options = { ...contextOf(credentials), ALPNProtocols: ["dot"] };
    this.#tls = createTlsServer(options, (socket) => this.#end(socket));
    this.#tls.on("tlsClientError", (_, socket) => socket.destroy());
  }

  replaceCredentials(credentials: Credentials): void {
    this.#tls.setSecureContext(contextOf(credentials));
  }

  begin(socket: Socket): void {
    const { connections, counters } = this.#parts;
    const handshake = new Handshake(socket, counters);
    const ends = endsOf(socket);
    if (!connections.add(handshake)) {
      handshake.destroy();
      return;
    }
    handshake.messageSince = connections.time; // as long as a message may take, however many octets come
    this.#open.set(ends, handshake);
    socket.on("error", () => handshake.destroy());
    socket.on("close", () => {
      connections.remove(handshake);
      if (this.#open.get(ends) === handshake) this.#open.delete(ends);
    });
    this.#tls.emit("connection", socket);
  }

  #end(socket: TLSSocket): void {
    const ends = endsOf(socket);
    const handshake = this.#open.get(ends);
    this.#open.delete(ends);
    socket.allowHalfOpen = true; // not before: nobody who has ended his side in a handshake gets through it
    const connection = new Connection(socket, this.#parts);
    if (handshake !== undefined && this.#parts.connections.replace(handshake, connection)) connection.start();
    else connection.destroy(); // displaced or gone meanwhile
  }
}

/** A connection that is no Connection yet. */
class Handshake implements TimedConnection {
  idleSince = 0;
  messageSince = NO_MESSAGE;
  readonly isAwaited = false;
  readonly counters: Float64Array;
  readonly #socket: Socket;

  constructor(socket: Socket, counters: Float64Array) {
    this.#socket = socket;
    this.counters = counters;
  }

  get client(): string {
    return clientOf(this.#socket.remoteAddress ?? "");
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async end(): Promise<void> {
    this.destroy();
  }
}

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

function contextOf({ certificate, key }: Credentials) {
  return { cert: Buffer.from(certificate), key: Buffer.from(key), minVersion: "TLSv1.3" } as const;
}

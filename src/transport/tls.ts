/**
 * TLS on node:tls: DNS over TLS (RFC 7858) and transfers over TLS (RFC 9103) on one listener. RFC 9103 §7.1 wants
 * TLS 1.3, and resolvers that speak DNS over TLS have it, so there is nothing older.
 */

import { isIPv6 } from "node:net";
import { createSecureContext, createServer } from "node:tls";
import { errorCode, type Listener, type ListenFault } from "./endpoint.ts";
import { Connection, connectionOptions, type TcpOptions } from "./tcp.ts";

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
  const { endpoint, connections, onError } = options;
  const { messageTimeout, maximumConnections } = connections.limits;
  const parts = connectionOptions(options);
  const server = createServer(
    {
      ...contextOf(credentials),
      ALPNProtocols: ["dot"],
      handshakeTimeout: messageTimeout,
      allowHalfOpen: true,
      noDelay: true,
    },
    (socket) => {
      const connection = new Connection(socket, parts);
      if (connections.add(connection)) connection.start();
      else connection.destroy();
    },
  );
  server.maxConnections = maximumConnections; // in the middle of a handshake they are in no table yet
  server.on("tlsClientError", (_, socket) => socket.destroy());
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
        replaceCredentials: (next) => server.setSecureContext(contextOf(next)),
        close: async () => void server.close(), // calls back when the last connection has gone: the table sees to that
      };
      resolve({ kind: "listening", listener });
    });
  });
}

function contextOf({ certificate, key }: Credentials) {
  return { cert: Buffer.from(certificate), key: Buffer.from(key), minVersion: "TLSv1.3" } as const;
}

/** Datagrams to one other server and back: for those who ask or tell, not for those who answer. */

import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Endpoint } from "./endpoint.ts";

export interface Datagrams {
  /** A datagram that is lost is the sender's to send again. */
  send(octets: Uint8Array): void;
  close(): void;
}

/** Opens a socket that gives out what comes from this very endpoint and nothing else. It keeps no process alive. */
export function openDatagrams(target: Endpoint, onMessage: (octets: Uint8Array) => void): Datagrams {
  const socket = createSocket(isIPv6(target.address) ? "udp6" : "udp4");
  socket.unref();
  socket.on("error", () => {}); // as good as lost
  socket.on("message", (octets, { address, port }) => {
    if (address === target.address && port === target.port) onMessage(octets);
  });
  return {
    send: (octets) => socket.send(octets, target.port, target.address, () => {}),
    close: () => socket.close(),
  };
}

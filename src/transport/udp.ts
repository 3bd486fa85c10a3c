/** UDP on node:dgram: one socket an address, one datagram a call. Works wherever Node does. */

import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { type Endpoint, errorCode, type ListenOutcome, type RespondFunction } from "./endpoint.ts";

/** Octets of a reply at the most: no payload size can be announced that is larger. */
const MAXIMUM_REPLY = 0xffff;

/** What the kernel may hold for us while we build or wait; it grants what it can. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

export interface UdpOptions {
  readonly endpoint: Endpoint;
  readonly respond: RespondFunction;
  /** Told of errors that touch the socket as a whole, once each. */
  readonly onError: (error: Error) => void;
}

/** Listens on an address; port 0 lets the system choose. */
export function listenUdp({ endpoint, respond, onError }: UdpOptions): Promise<ListenOutcome> {
  const isV6 = isIPv6(endpoint.address);
  const socket = createSocket({ type: isV6 ? "udp6" : "udp4", ipv6Only: isV6 });
  return new Promise((resolve) => {
    socket.once("error", (error) => {
      socket.close();
      resolve({ kind: "fault", fault: { endpoint, transport: "UDP", code: errorCode(error) } });
    });
    socket.bind({ address: endpoint.address, port: endpoint.port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      socket.on("error", onError);
      growReceiveBuffer(socket);
      answerDatagrams(socket, respond);
      const bound = { address: endpoint.address, port: socket.address().port };
      resolve({ kind: "listening", listener: { endpoint: bound, close: () => closeSocket(socket) } });
    });
  });
}

function answerDatagrams(socket: Socket, respond: RespondFunction): void {
  const reply = new Uint8Array(MAXIMUM_REPLY);
  socket.on("message", (request, { address, port }) => {
    if (port === 0) return; // nobody can receive there
    const length = respond(request, 0, request.length, reply, 0);
    if (length === 0) return;
    // The socket keeps the octets until they are sent. A datagram that is lost is the client's to ask again.
    socket.send(reply.slice(0, length), port, address, () => {});
  });
}

function growReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // The kernel's own size serves as well, with less room for bursts.
  }
}

/** Stops hearing new datagrams; replies that are on their way are sent first. */
function closeSocket(socket: Socket): Promise<void> {
  socket.removeAllListeners("message");
  return new Promise((resolve) => {
    const close = () => {
      if (socket.getSendQueueCount() > 0) setImmediate(close);
      else socket.close(() => resolve());
    };
    close();
  });
}

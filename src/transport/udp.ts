/** UDP on node:dgram: one socket an address, one datagram a call. Works wherever Node does. */

import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { COUNTER, count, countersOf, countReply, countRequest, countSendFailure } from "./counters.ts";
import {
  clientAt,
  type Endpoint,
  type Exchange,
  errorCode,
  type Hold,
  type ListenOutcome,
  type RespondFunction,
} from "./endpoint.ts";
import { TRANSPORT_RCODE, writeBareReply } from "./header.ts";
import { addressOctets, familyOf } from "./ip-address.ts";
import { TimedQueue } from "./late-queue.ts";
import { REQUEST_ROOM } from "./message-batch.ts";
import type { QuerySampler } from "./query-samples.ts";

/** Octets of a reply at the most: no payload size can be announced that is larger. */
const MAXIMUM_REPLY = 0xffff;

/** What the kernel may hold for us while we build or wait; it grants what it can. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/** Turns of the event loop that a closing socket answers waiting datagrams for; a turn reads 32 or more. */
const LAST_TURNS = 256;

/** What answers datagrams, and what is written down of it. */
export interface UdpAnswering {
  readonly respond: RespondFunction;
  /** Of both families. */
  readonly counters: Float64Array;
  /** Where a query log is kept. */
  readonly sampler?: QuerySampler | undefined;
}

export interface UdpOptions extends UdpAnswering {
  readonly endpoint: Endpoint;
  /** Told of errors that touch the socket as a whole, once each. */
  readonly onError: (error: Error) => void;
  /** Lets other threads bind the same port; then a port taken by another process goes unnoticed. */
  readonly reusePort?: boolean;
}

/** Listens on an address; port 0 lets the system choose. */
export function listenUdp({
  endpoint,
  onError,
  reusePort = false,
  ...given
}: UdpOptions): Promise<ListenOutcome> {
  const answering = { ...given, counters: countersOf(given.counters, familyOf(endpoint.address)) };
  const isV6 = isIPv6(endpoint.address);
  const socket = createSocket({ type: isV6 ? "udp6" : "udp4", ipv6Only: isV6, reusePort });
  return new Promise((resolve) => {
    socket.once("error", (error) => {
      socket.close();
      resolve({ kind: "fault", fault: { endpoint, transport: "UDP", code: errorCode(error) } });
    });
    socket.bind({ address: endpoint.address, port: endpoint.port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      socket.on("error", onError);
      growReceiveBuffer(socket);
      answerDatagrams(socket, answering);
      const bound = { address: endpoint.address, port: socket.address().port };
      const close = () => closeSocket(socket, answering.counters);
      resolve({ kind: "listening", listener: { endpoint: bound, close } });
    });
  });
}

/** The datagram in work, for a responder that does more than answer it. */
class DatagramExchange implements Exchange {
  readonly transport = "UDP";
  address = "";
  port = 0;
  readonly #socket: Socket;
  readonly #sampler: QuerySampler | undefined;
  readonly #late = new TimedQueue();

  constructor(socket: Socket, sampler: QuerySampler | undefined) {
    this.#socket = socket;
    this.#sampler = sampler;
    socket.once("close", () => this.#late.clear());
  }

  sendLater(octets: Uint8Array, milliseconds: number, hold: Hold): boolean {
    const { address, port } = this;
    // a datagram that is lost is the client's to ask again
    const send = (): void => this.#socket.send(octets, port, address, () => {});
    if (milliseconds > 0) return this.#late.add(milliseconds, { octets, hold, send }) !== undefined;
    send();
    return true;
  }

  breakOff(): boolean {
    return true;
  }

  note(request: Uint8Array, reply: Uint8Array): void {
    if (!this.#sampler?.isDue(request, 0, request.length)) return;
    this.#sampler.begin(request, 0, request.length, reply, 0, reply.length);
    this.#sampler.endWithText(this.address, this.port);
  }
}

function answerDatagrams(socket: Socket, { respond, counters, sampler }: UdpAnswering): void {
  const exchange = new DatagramExchange(socket, sampler);
  const reply = new Uint8Array(MAXIMUM_REPLY);
  socket.on("message", (request, { address, port }) => {
    countRequest(counters, request.length);
    if (port === 0) return count(counters, COUNTER.PORT_ZERO, 1); // nobody can receive there
    exchange.address = address;
    exchange.port = port;
    const length =
      request.length > REQUEST_ROOM
        ? refuseOversized(request, reply, counters)
        : respond(request, 0, request.length, reply, 0, clientAt(addressOctets(address), counters, exchange));
    if (length === 0) return count(counters, COUNTER.SILENT, 1);
    if (length < 0) return;
    if (sampler?.isDue(request, 0, request.length)) {
      sampler.begin(request, 0, request.length, reply, 0, length);
      sampler.endWithText(address, port);
    }
    // The socket keeps the octets until they are sent. A datagram that is lost is the client's to ask again.
    const octets = reply.slice(0, length);
    socket.send(octets, port, address, (error) => {
      if (error) countSendFailure(counters, errorCode(error));
      else countReply(counters, octets, 0, length);
    });
  });
}

function refuseOversized(request: Uint8Array, reply: Uint8Array, counters: Float64Array): number {
  count(counters, COUNTER.OVERSIZED, 1);
  return writeBareReply(request, 0, request.length, reply, 0, TRANSPORT_RCODE.FORMERR);
}

function growReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // The kernel's own size serves as well, with less room for bursts.
  }
}

/** Answers what waits, until a turn of the event loop brings nothing; then what is on its way is sent. */
async function closeSocket(socket: Socket, counters: Float64Array): Promise<void> {
  const received = () => counters[COUNTER.RECEIVED] ?? 0;
  await turnOfEventLoop();
  for (let turn = 0, before = -1; turn < LAST_TURNS && received() !== before; turn++) {
    before = received();
    await turnOfEventLoop();
  }
  socket.removeAllListeners("message");
  while (socket.getSendQueueCount() > 0) await turnOfEventLoop();
  await new Promise<void>((resolve) => {
    socket.close(() => resolve());
  });
}

/** Resolves after the sockets of this thread have been looked at. */
function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

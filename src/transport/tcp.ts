/** TCP on node:net (RFC 7766): pipelined queries, the answers of a chunk in one write, every wait bounded. */

import { createServer, isIPv6, type Server, type Socket } from "node:net";
import { type ConnectionTable, NO_MESSAGE, type TimedConnection } from "./connection-table.ts";
import { COUNTER, count, countersOf, countFurtherMessage, countReply, countRequest } from "./counters.ts";
import { type Endpoint, errorCode, type ListenOutcome, type RespondFunction } from "./endpoint.ts";
import { FRAME_LENGTH, FrameReader, MAXIMUM_FRAME, type ReadOutcome } from "./framing.ts";
import { familyOf } from "./ip-address.ts";
import type { TimedReply, Waiting } from "./late-queue.ts";
import type { QuerySampler } from "./query-samples.ts";
import { SocketStream, type StreamFunction } from "./stream.ts";
import { type SendLate, TcpPeer } from "./tcp-peer.ts";

/** Written behind all that waits, to hear when it is sent. */
const NOTHING = new Uint8Array(0);

/** Milliseconds that a closing server waits for clients to take their last answers. */
const FAREWELL = 1000;

/** Octets that are gathered before they are written, unless the chunk ends first. */
const GATHER_LIMIT = FRAME_LENGTH + MAXIMUM_FRAME;

/** Answers are gathered here, chunk by chunk, for all connections of the thread. */
let gathered = newRoom();
let gatheredLength = 0;

/** What is gathered before the limit is reached, and one answer more. */
function newRoom(): Uint8Array {
  return new Uint8Array(GATHER_LIMIT + FRAME_LENGTH + MAXIMUM_FRAME);
}

/** What answers on a connection. */
export interface StreamAnswers {
  readonly respond: RespondFunction;
  /** Asked first, where it is there. */
  readonly serveStream?: StreamFunction | undefined;
}

/** What a connection works with. */
export interface ConnectionOptions extends StreamAnswers {
  readonly connections: ConnectionTable;
  /** Those of the table that are of the client's family. */
  readonly counters: Float64Array;
  /** Where a query log is kept. */
  readonly sampler?: QuerySampler | undefined;
}

/** A connection, encrypted or not. */
export class Connection implements TimedConnection {
  idleSince = 0;
  messageSince = NO_MESSAGE;
  readonly counters: Float64Array;
  readonly #socket: Socket;
  /** The system never takes what is encrypted at once. */
  readonly #isEncrypted: boolean;
  readonly #table: ConnectionTable;
  readonly #respond: RespondFunction;
  readonly #serveStream: StreamFunction | undefined;
  readonly #frames = new FrameReader();
  #client: string | undefined;
  /** A message came whole in the chunk in work. */
  #hasAnswered = false;
  /** Queries wait for the client to take its answers. */
  #isHeld = false;
  /** The client will ask no more. */
  #hasEnded = false;
  #stream: SocketStream | undefined;
  /** An answer of many messages is being sent: queries behind it wait, as when they are held. */
  #isStreaming = false;
  /** The request that a stream answers, until its first message has left. */
  #streamed: Uint8Array | undefined;
  readonly #peer: TcpPeer;
  /** Answers that leave later. */
  readonly #late = new Set<Waiting<TimedReply>>();

  constructor(socket: Socket, options: ConnectionOptions) {
    const { connections, counters, respond, serveStream, sampler } = options;
    this.#socket = socket;
    this.counters = counters;
    this.#isEncrypted = "encrypted" in socket;
    this.#table = connections;
    this.#respond = respond;
    this.#serveStream = serveStream;
    this.#peer = new TcpPeer(socket, counters, sampler, this.#sendLate);
  }

  get client(): string {
    this.#client ??= clientOf(this.#socket.remoteAddress ?? "");
    return this.#client;
  }

  /** One that has ended its side may be gone, so it is not waited for without end. */
  get isAwaited(): boolean {
    return this.#late.size > 0 && !this.#hasEnded;
  }

  start(): void {
    const socket = this.#socket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("end", () => this.#end());
    socket.on("error", () => this.destroy()); // a client that is gone needs no answer
    socket.on("close", () => this.#forget());
  }

  destroy(): void {
    this.#table.remove(this);
    this.#socket.destroy();
  }

  end(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      if (socket.destroyed) return resolve();
      const cut = setTimeout(() => this.destroy(), FAREWELL);
      socket.once("close", () => {
        clearTimeout(cut);
        resolve();
      });
      socket.pause(); // what is asked from now on would be answered behind the end
      socket.destroySoon(); // sends what is queued, then closes both directions
    });
  }

  /** What the client has asked is answered first; of a held connection, too, the end is heard at once. */
  #end(): void {
    this.#hasEnded = true;
    if (!this.#isHeld) this.#leave();
  }

  #leave(): void {
    if (this.#late.size > 0) return; // the last of them leaves, or the table's clock does
    if (this.#socket.writableLength > 0) this.#socket.destroySoon();
    else this.destroy();
  }

  #forget(): void {
    const { late } = this.#table;
    this.#table.remove(this);
    for (const waiting of this.#late) late.remove(waiting);
    this.#late.clear();
  }

  /** What is sent at once leaves after the answers that are gathered before it. */
  readonly #sendLate: SendLate = (milliseconds, reply) => {
    const send = (): void => {
      if (this.#socket.writable) reply.send();
    };
    if (milliseconds === 0) {
      setImmediate(send);
      return true;
    }
    const waiting = this.#table.late.add(milliseconds, {
      ...reply,
      send: () => {
        if (waiting !== undefined) this.#late.delete(waiting);
        send();
        this.#table.touch(this); // it has waited for us until now
        if (this.#hasEnded && !this.#isHeld) this.#leave();
      },
    });
    if (waiting !== undefined) this.#late.add(waiting);
    return waiting !== undefined;
  };

  #read(chunk: Uint8Array): void {
    gatheredLength = 0; // a responder that threw has left answers of another client
    this.#settle(this.#frames.read(chunk, this.#answer));
  }

  #settle(outcome: ReadOutcome): void {
    this.#flush();
    if (outcome === "held") this.#hold();
    if (outcome === "broken") this.#break();
    this.#watchTime();
  }

  /**
   * Reads no more until the client has taken its answers. The socket's own "drain" would not do: it speaks of
   * its own limit, which may never be reached where ours is smaller. A stream goes on by itself.
   */
  #hold(): void {
    this.#isHeld = true;
    this.#socket.pause();
    if (!this.#isStreaming) this.#socket.write(NOTHING, this.#goOn);
  }

  /** First what the client had sent meanwhile, then what it sends. */
  readonly #goOn = (): void => {
    if (!this.#socket.writable) return;
    this.#isHeld = false;
    gatheredLength = 0;
    this.#settle(this.#frames.resume(this.#answer));
    if (this.#isHeld || !this.#socket.writable) return;
    this.#socket.resume();
    if (this.#hasEnded) this.#leave();
  };

  /** Nothing behind a message that is none can be told apart. */
  #break(): void {
    count(this.counters, COUNTER.BROKEN, 1);
    this.#socket.pause();
    this.#socket.destroySoon();
  }

  /** Answers a message; false where the client has to read answers first. */
  readonly #answer = (octets: Uint8Array, offset: number, length: number): boolean => {
    const { counters } = this;
    const { limits } = this.#table;
    this.#hasAnswered = true;
    countRequest(counters, length);
    if (this.#startsStream(octets, offset, length)) return false;
    const at = gatheredLength + FRAME_LENGTH;
    const replyLength = this.#respond(octets, offset, length, gathered, at, this.#peer);
    if (replyLength > 0) {
      gathered[gatheredLength] = replyLength >>> 8;
      gathered[gatheredLength + 1] = replyLength;
      gatheredLength = at + replyLength;
      countReply(counters, gathered, at, replyLength);
      this.#peer.sample(octets, offset, length, gathered, at, replyLength);
    } else count(counters, COUNTER.SILENT, 1);
    if (gatheredLength > GATHER_LIMIT) this.#flush();
    return this.#socket.writableLength <= limits.maximumUnread;
  };

  /** Hands a request over that is answered with many messages; what was sent behind it waits. */
  #startsStream(octets: Uint8Array, offset: number, length: number): boolean {
    if (this.#serveStream === undefined) return false;
    this.#stream ??= new SocketStream(this.#socket, this.counters, this.#progress);
    const stream = this.#serveStream(octets, offset, length, this.#stream);
    if (stream === undefined) return false;
    this.#streamed = octets.slice(offset, offset + length);
    this.#flush();
    this.#isStreaming = true;
    void stream.then(
      () => {
        this.#isStreaming = false;
        this.#goOn();
      },
      () => this.destroy(), // the service has said why
    );
    return true;
  }

  /**
   * A message has left. Whoever takes a long answer is not idle; however many messages it has, it is one reply,
   * and its first message is what the query log shows.
   */
  readonly #progress = (message: Uint8Array): void => {
    const { counters } = this;
    this.#table.touch(this);
    const length = message.length - FRAME_LENGTH;
    const request = this.#streamed;
    this.#streamed = undefined;
    if (request === undefined) {
      countFurtherMessage(counters, length);
      return;
    }
    countReply(counters, message, FRAME_LENGTH, length);
    this.#peer.note(request, message.subarray(FRAME_LENGTH));
  };

  /**
   * Most often the system takes all at once, and the room serves again; else the socket keeps the octets until
   * they are sent. Only the first ones: what is queued behind them is copied, or a client that does not read
   * would get a room for each of its answers.
   */
  #flush(): void {
    if (gatheredLength === 0) return;
    const socket = this.#socket;
    const isKept = this.#isEncrypted || socket.writableLength > 0;
    const octets = isKept ? gathered.slice(0, gatheredLength) : gathered.subarray(0, gatheredLength);
    gatheredLength = 0;
    socket.write(octets);
    if (octets.buffer === gathered.buffer && socket.writableLength > 0) gathered = newRoom();
  }

  /** Once a chunk: the clocks start anew at each message that came whole. */
  #watchTime(): void {
    if (this.#hasAnswered) this.#table.touch(this);
    if (!this.#frames.isInsideMessage) this.messageSince = NO_MESSAGE;
    else if (this.#hasAnswered || this.messageSince === NO_MESSAGE) this.messageSince = this.#table.time;
    this.#hasAnswered = false;
  }
}

export interface TcpOptions extends Omit<ConnectionOptions, "counters"> {
  readonly endpoint: Endpoint;
  readonly onError: (error: Error) => void;
}

/** What the connections of a listener work with. */
export function connectionOptions(options: TcpOptions): ConnectionOptions {
  const { connections, endpoint } = options;
  return { ...options, counters: countersOf(connections.counters, familyOf(endpoint.address)) };
}

/** Listens on an address. The connections outlive the listener: close their table after it. */
export function listenTcp(options: TcpOptions): Promise<ListenOutcome> {
  const { endpoint, connections, onError } = options;
  const parts = connectionOptions(options);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const connection = new Connection(socket, parts);
    if (connections.add(connection)) connection.start();
    else connection.destroy();
  });
  return new Promise((resolve) => {
    server.once("error", (error) => {
      resolve({ kind: "fault", fault: { endpoint, transport: "TCP", code: errorCode(error) } });
    });
    const { address: host, port } = endpoint;
    server.listen({ host, port, ipv6Only: isIPv6(host), exclusive: true, backlog: 1024 }, () => {
      server.removeAllListeners("error");
      server.on("error", onError);
      const bound = server.address();
      const boundPort = bound === null || typeof bound === "string" ? port : bound.port;
      resolve({
        kind: "listening",
        listener: { endpoint: { address: host, port: boundPort }, close: () => stopAccepting(server) },
      });
    });
  });
}

/** `close` calls back when the last connection has gone, which is for the table to see to; so it is not awaited. */
async function stopAccepting(server: Server): Promise<void> {
  server.close();
}

/** The /64 of an IPv6 address, for that is what one client has at the least; IPv4 addresses as they are. */
export function clientOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  const all = [...groups, ...Array.from({ length: missing }, () => "0"), ...(tail ? tail.split(":") : [])];
  return all.slice(0, 4).join(":");
}

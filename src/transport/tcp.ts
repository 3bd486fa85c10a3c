/** TCP on node:net (RFC 7766): pipelined queries, the answers of a chunk in one write, every wait bounded. */

import { createServer, isIPv6, type Server, type Socket } from "node:net";
import { type Endpoint, errorCode, type ListenOutcome, type RespondFunction } from "./endpoint.ts";
import { FRAME_LENGTH, FrameReader, MAXIMUM_FRAME, type ReadOutcome } from "./framing.ts";
import { SocketStream, type StreamFunction } from "./stream.ts";

export interface TcpLimits {
  /** Connections at once, over all clients; one more takes the place of the one idle for longest. */
  readonly maximumConnections: number;
  /** Connections at once of one client: an IPv4 address or an IPv6 /64. */
  readonly maximumConnectionsPerClient: number;
  /** Milliseconds that a connection may wait for its next query. */
  readonly idleTimeout: number;
  /** Milliseconds from the first octet of a query to its last. More octets do not extend it. */
  readonly messageTimeout: number;
  /** Octets of answers that may wait for the client to read them; then no query of it is read. */
  readonly maximumUnread: number;
}

/** The connections of all listeners of a server: the limits hold for them together. */
export class ConnectionTable {
  readonly limits: TcpLimits;
  /** In the order of their last query: the first has been idle for longest. */
  readonly #connections = new Set<Connection>();
  readonly #perClient = new Map<string, number>();

  constructor(limits: TcpLimits) {
    this.limits = limits;
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Takes a connection in, or returns false where its client has too many already. */
  add(connection: Connection): boolean {
    const count = this.#perClient.get(connection.client) ?? 0;
    if (count >= this.limits.maximumConnectionsPerClient) return false;
    if (this.#connections.size >= this.limits.maximumConnections) this.#closeIdlest();
    this.#perClient.set(connection.client, count + 1);
    this.#connections.add(connection);
    return true;
  }

  /** Moves a connection behind all others. */
  touch(connection: Connection): void {
    if (this.#connections.delete(connection)) this.#connections.add(connection);
  }

  remove(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    const count = this.#perClient.get(connection.client) ?? 1;
    if (count === 1) this.#perClient.delete(connection.client);
    else this.#perClient.set(connection.client, count - 1);
  }

  /** Lets each connection send what it has, then closes it; those that do not read are cut off. */
  async close(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.end()));
  }

  #closeIdlest(): void {
    const [idlest] = this.#connections;
    if (idlest === undefined) return;
    this.remove(idlest);
    idlest.destroy();
  }
}

/** Milliseconds that a closing server waits for clients to take their last answers. */
const FAREWELL = 1000;

/** Answers are gathered here, chunk by chunk, for all connections of the thread. */
const gathered = new Uint8Array(4 * (FRAME_LENGTH + MAXIMUM_FRAME));
const GATHER_LIMIT = gathered.length - FRAME_LENGTH - MAXIMUM_FRAME;

/** What answers on a connection. */
export interface StreamAnswers {
  readonly respond: RespondFunction;
  /** Asked first, where it is there. */
  readonly serveStream?: StreamFunction | undefined;
}

/** A connection, encrypted or not. */
export class Connection {
  readonly client: string;
  readonly #socket: Socket;
  readonly #table: ConnectionTable;
  readonly #answers: StreamAnswers;
  readonly #frames = new FrameReader();
  readonly #idle: NodeJS.Timeout;
  #messageDeadline: NodeJS.Timeout | undefined;
  #gatheredLength = 0;
  #stream: SocketStream | undefined;
  /** An answer of many messages is being sent. */
  #isStreaming = false;

  constructor(socket: Socket, table: ConnectionTable, answers: StreamAnswers) {
    this.#socket = socket;
    this.#table = table;
    this.#answers = answers;
    this.client = clientOf(socket.remoteAddress ?? "");
    this.#idle = setTimeout(() => this.destroy(), table.limits.idleTimeout).unref();
  }

  start(): void {
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#settle(this.#frames.read(chunk, this.#answer)));
    socket.on("drain", () => this.#goOn());
    socket.on("error", () => this.destroy()); // a client that is gone needs no answer
    socket.on("close", () => this.#release());
  }

  destroy(): void {
    this.#release();
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
      socket.destroySoon(); // sends what is queued, then closes both directions
    });
  }

  #release(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#messageDeadline);
    this.#table.remove(this);
  }

  /** The client has read its answers: first what it had sent meanwhile, then what it sends. */
  #goOn(): void {
    if (this.#isStreaming) return;
    const outcome = this.#frames.resume(this.#answer);
    if (outcome === "read") this.#socket.resume();
    this.#settle(outcome);
  }

  #settle(outcome: ReadOutcome): void {
    this.#flush();
    if (outcome === "broken") this.#socket.destroySoon();
    else if (outcome === "held") this.#socket.pause();
    else this.#watchMessage();
  }

  /** Answers a message; false where the client has to read answers first. */
  readonly #answer = (octets: Uint8Array, offset: number, length: number): boolean => {
    this.#messageEnded();
    if (this.#startsStream(octets, offset, length)) return false;
    const replyLength = this.#answers.respond(
      octets,
      offset,
      length,
      gathered,
      this.#gatheredLength + FRAME_LENGTH,
    );
    if (replyLength > 0) {
      gathered[this.#gatheredLength] = replyLength >>> 8;
      gathered[this.#gatheredLength + 1] = replyLength;
      this.#gatheredLength += FRAME_LENGTH + replyLength;
    }
    if (this.#gatheredLength > GATHER_LIMIT) this.#flush();
    return this.#socket.writableLength <= this.#table.limits.maximumUnread;
  };

  /** Hands a request over that is answered with many messages; what was sent behind it waits. */
  #startsStream(octets: Uint8Array, offset: number, length: number): boolean {
    const { serveStream } = this.#answers;
    if (serveStream === undefined) return false;
    this.#stream ??= new SocketStream(this.#socket, this.#progress);
    const stream = serveStream(octets, offset, length, this.#stream);
    if (stream === undefined) return false;
    this.#flush();
    this.#isStreaming = true;
    void stream.then(
      () => {
        this.#isStreaming = false;
        if (!this.#socket.destroyed) this.#goOn();
      },
      () => this.destroy(), // the service has said why
    );
    return true;
  }

  readonly #progress = (): void => {
    this.#idle.refresh();
    this.#table.touch(this);
  };

  #flush(): void {
    if (this.#gatheredLength === 0) return;
    const octets = gathered.slice(0, this.#gatheredLength); // the socket keeps them until they are sent
    this.#gatheredLength = 0;
    this.#socket.write(octets);
  }

  /** A whole message came: the clocks start anew. */
  #messageEnded(): void {
    clearTimeout(this.#messageDeadline);
    this.#messageDeadline = undefined;
    this.#idle.refresh();
    this.#table.touch(this);
  }

  #watchMessage(): void {
    if (!this.#frames.isInsideMessage || this.#messageDeadline !== undefined) return;
    this.#messageDeadline = setTimeout(() => this.destroy(), this.#table.limits.messageTimeout).unref();
  }
}

export interface TcpOptions extends StreamAnswers {
  readonly endpoint: Endpoint;
  readonly connections: ConnectionTable;
  readonly onError: (error: Error) => void;
}

/** Listens on an address. The connections outlive the listener: close their table after it. */
export function listenTcp(options: TcpOptions): Promise<ListenOutcome> {
  const { endpoint, connections, onError } = options;
  const server = createServer((socket) => {
    const connection = new Connection(socket, connections, options);
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
function clientOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  const all = [...groups, ...Array.from({ length: missing }, () => "0"), ...(tail ? tail.split(":") : [])];
  return all.slice(0, 4).join(":");
}

/** The TCP connections of a server, whichever listener took them: how many there may be, and how long they may wait. */

import { COUNTER, count, makeCounters } from "./counters.ts";
import { TimedQueue } from "./late-queue.ts";

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

/** A connection as the table sees it. */
export interface TimedConnection {
  /** Who is at the other end. Asked for only where somebody may have too many: to find out is a system call. */
  readonly client: string;
  /** The table's time of the last query, or of the start. The table's own to write. */
  idleSince: number;
  /** The table's time of the first octet of the query in work; `NO_MESSAGE` between queries. */
  messageSince: number;
  /** Those of its family, where what becomes of it is counted. */
  readonly counters: Float64Array;
  /** Whether answers are on their way to it that leave later: then it is not idle. */
  readonly isAwaited: boolean;
  destroy(): void;
  /** Sends what it has, then closes. */
  end(): Promise<void>;
}

/** No message has begun. */
export const NO_MESSAGE = Number.POSITIVE_INFINITY;

/** Looks at the connections in the shorter of the two timeouts: a deadline is kept to this part of it. */
const LOOKS = 8;

/** Connections that are open. One timer looks after all of them; it rests while there are none. */
export class ConnectionTable {
  readonly limits: TcpLimits;
  /** Of both families. */
  readonly counters = makeCounters();
  /** What leaves later, of all connections. */
  readonly late = new TimedQueue();
  readonly #onFull: () => void;
  #wasFull = false;
  /** In the order of their last query: the first has been idle for longest. */
  readonly #connections = new Set<TimedConnection>();
  #newest: TimedConnection | undefined;
  /** Covers all connections where it is there at all: from as many on as one client may have. */
  #perClient: Map<string, number> | undefined;
  /** Looks taken so far, which is the table's clock. */
  #time = 0;
  readonly #period: number;
  #timer: NodeJS.Timeout | undefined;

  /** `onFull` is told when connections begin to be closed for others; again after there were half as many. */
  constructor(limits: TcpLimits, onFull: () => void = () => {}) {
    this.limits = limits;
    this.#onFull = onFull;
    this.#period = Math.max(1, Math.min(limits.idleTimeout, limits.messageTimeout) / LOOKS);
  }

  get size(): number {
    return this.#connections.size;
  }

  /** The table's time. */
  get time(): number {
    return this.#time;
  }

  /** Takes a connection in, or returns false where its client has too many already. */
  add(connection: TimedConnection): boolean {
    if (!this.#countClient(connection)) {
      count(connection.counters, COUNTER.REFUSED, 1);
      return false;
    }
    if (this.#connections.size >= this.limits.maximumConnections) this.#closeIdlest();
    connection.idleSince = this.#time;
    this.#connections.add(connection);
    this.#newest = connection;
    count(connection.counters, COUNTER.ACCEPTED, 1);
    count(connection.counters, COUNTER.OPEN, 1);
    this.#timer ??= setInterval(() => this.#look(), this.#period).unref();
    return true;
  }

  /** Gives the place of a connection to what has become of it; false where it has none any more. */
  replace(connection: TimedConnection, successor: TimedConnection): boolean {
    if (!this.#connections.delete(connection)) return false;
    successor.idleSince = this.#time;
    this.#connections.add(successor);
    this.#newest = successor;
    return true;
  }

  /** A query came: moves its connection behind all others. */
  touch(connection: TimedConnection): void {
    connection.idleSince = this.#time;
    if (connection === this.#newest || !this.#connections.delete(connection)) return;
    this.#connections.add(connection);
    this.#newest = connection;
  }

  remove(connection: TimedConnection): void {
    if (!this.#connections.delete(connection)) return;
    if (this.#newest === connection) this.#newest = undefined;
    count(connection.counters, COUNTER.OPEN, -1);
    this.#forgetClient(connection);
  }

  /** Lets each connection send what it has, then closes it; those that do not read are cut off. */
  async close(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.end()));
    clearInterval(this.#timer);
  }

  /**
   * Counts one more for its client; false where that has as many as one may have. Nobody has while there are
   * fewer connections in all, so until then nobody is counted; from then on everybody is, as everybody who leaves is.
   */
  #countClient(connection: TimedConnection): boolean {
    const { maximumConnectionsPerClient: most } = this.limits;
    if (this.#perClient === undefined && this.#connections.size < most) return true;
    this.#perClient ??= countsOf(this.#connections);
    const { client } = connection;
    const open = this.#perClient.get(client) ?? 0;
    if (open < most) this.#perClient.set(client, open + 1);
    return open < most;
  }

  #forgetClient(connection: TimedConnection): void {
    if (this.#perClient === undefined) return;
    const { client } = connection;
    const open = this.#perClient.get(client) ?? 0;
    if (open > 1) this.#perClient.set(client, open - 1);
    else this.#perClient.delete(client);
  }

  #closeIdlest(): void {
    const [idlest] = this.#connections;
    if (idlest === undefined) return;
    count(idlest.counters, COUNTER.DISPLACED, 1);
    this.remove(idlest);
    idlest.destroy();
    if (!this.#wasFull) this.#onFull();
    this.#wasFull = true;
  }

  #look(): void {
    this.#time++;
    if (this.#connections.size === 0) {
      this.#rest();
      return;
    }
    const { idleTimeout, messageTimeout } = this.limits;
    this.#relax();
    // A look ago may be a moment ago: whole periods have passed from the second look on.
    const idle = this.#time - 1 - Math.ceil(idleTimeout / this.#period);
    const slow = this.#time - 1 - Math.ceil(messageTimeout / this.#period);
    for (const connection of this.#connections) {
      const isIdle = connection.idleSince <= idle && !connection.isAwaited;
      if (!isIdle && !(connection.messageSince <= slow)) continue;
      count(connection.counters, COUNTER.TIMED_OUT, 1);
      this.remove(connection);
      connection.destroy();
    }
  }

  /** What was for many connections, once there are few. */
  #relax(): void {
    const { maximumConnections, maximumConnectionsPerClient } = this.limits;
    if (2 * this.#connections.size < maximumConnectionsPerClient) this.#perClient = undefined;
    if (2 * this.#connections.size < maximumConnections) this.#wasFull = false;
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#perClient = undefined;
    this.#wasFull = false;
  }
}

function countsOf(connections: Iterable<TimedConnection>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { client } of connections) counts.set(client, (counts.get(client) ?? 0) + 1);
  return counts;
}

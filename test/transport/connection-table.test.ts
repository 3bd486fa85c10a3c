/** The table's limits and its clock, with connections that are none. */

import { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ConnectionTable,
  NO_MESSAGE,
  type TcpLimits,
  type TimedConnection,
} from "../../src/transport/connection-table.ts";
import { countersOf } from "../../src/transport/counters.ts";
import { tcpCountsOf } from "../../src/transport/counts.ts";
import { Connection } from "../../src/transport/tcp.ts";
import { echo, LIMITS } from "./tcp-server.ts";

class FakeConnection implements TimedConnection {
  idleSince = 0;
  messageSince = NO_MESSAGE;
  isAwaited = false;
  isOpen = true;
  timesAsked = 0;
  readonly counters: Float64Array;
  readonly #client: string;

  constructor({ counters }: ConnectionTable, client = "192.0.2.1") {
    this.counters = countersOf(counters, "ipv4");
    this.#client = client;
  }

  get client(): string {
    this.timesAsked++;
    return this.#client;
  }

  destroy(): void {
    this.isOpen = false;
  }

  async end(): Promise<void> {
    this.destroy();
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function tableWith(limits: Partial<TcpLimits>, onFull?: () => void): ConnectionTable {
  return new ConnectionTable({ ...LIMITS, ...limits }, onFull);
}

function added(table: ConnectionTable, client?: string): FakeConnection {
  const connection = new FakeConnection(table, client);
  expect(table.add(connection)).toBe(true);
  return connection;
}

describe("ConnectionTable", () => {
  test("leaves a connection alone while answers are on their way to it, then its time begins anew", () => {
    const table = tableWith({ idleTimeout: 1000, messageTimeout: 1000 });
    const connection = added(table);
    connection.isAwaited = true;
    vi.advanceTimersByTime(5_000);
    expect(connection.isOpen).toBe(true);
    connection.isAwaited = false;
    table.touch(connection);
    vi.advanceTimersByTime(900);
    expect(connection.isOpen).toBe(true);
    vi.advanceTimersByTime(400);
    expect(connection.isOpen).toBe(false);
  });

  test.each([0, 1, 99, 124, 125, 130])(
    "closes an idle connection after 1,000 ms, not before: begun at %d ms",
    (begun) => {
      const table = tableWith({ idleTimeout: 1000, messageTimeout: 1000 });
      added(table); // starts the clock
      vi.advanceTimersByTime(begun);
      const connection = added(table);
      vi.advanceTimersByTime(999);
      expect(connection.isOpen).toBe(true);
      vi.advanceTimersByTime(1 + 1000 / 4);
      expect(connection.isOpen).toBe(false);
      expect(table.size).toBe(0);
    },
  );

  test("closes a message that is late, though its connection was never idle", () => {
    const table = tableWith({ idleTimeout: 80_000, messageTimeout: 800 });
    const [late, none] = [added(table), added(table)];
    vi.advanceTimersByTime(300);
    late.messageSince = table.time;
    vi.advanceTimersByTime(799);
    expect(late.isOpen).toBe(true);
    vi.advanceTimersByTime(201);
    expect([late.isOpen, none.isOpen]).toEqual([false, true]);
    expect(tableCounts(table)).toMatchObject({ open: 1, timedOut: 1 });
  });

  test("starts the clock anew at each query", () => {
    const table = tableWith({ idleTimeout: 800, messageTimeout: 800 });
    const connection = added(table);
    for (let n = 0; n < 10; n++) {
      vi.advanceTimersByTime(700);
      table.touch(connection);
    }
    expect(connection.isOpen).toBe(true);
  });

  test("closes the one whose last query is longest ago", () => {
    const table = tableWith({ maximumConnections: 3 });
    const [first, second, third] = [added(table), added(table), added(table)];
    for (const connection of [second, first, third, third]) table.touch(connection);
    added(table);
    expect([first, second, third].map(({ isOpen }) => isOpen)).toEqual([true, false, true]);
  });

  test("says once that all places are taken, and again after there were few", () => {
    const onFull = vi.fn();
    const table = tableWith({ maximumConnections: 4 }, onFull);
    const connections = Array.from({ length: 4 }, () => added(table));
    expect(onFull).toHaveBeenCalledTimes(0);
    for (let n = 0; n < 20; n++) connections.push(added(table));
    expect(onFull).toHaveBeenCalledTimes(1);
    for (const connection of connections.slice(1)) table.remove(connection);
    vi.advanceTimersByTime(20_000);
    for (let n = 0; n < 20; n++) added(table);
    expect(onFull).toHaveBeenCalledTimes(2);
  });

  test("asks for no client's address before one could have too many, then counts them all", () => {
    const table = tableWith({ maximumConnectionsPerClient: 3 });
    const [a, b] = [added(table, "a"), added(table, "a")];
    added(table, "b");
    expect(a.timesAsked).toBe(0);
    added(table, "a");
    expect(table.add(new FakeConnection(table, "a"))).toBe(false);
    table.remove(b);
    added(table, "a");
    expect(table.add(new FakeConnection(table, "a"))).toBe(false);
    added(table, "c");
    expect(tableCounts(table)).toMatchObject({ open: 5, accepted: 6, refused: 2 });
  });

  test("counts anew after there were few", () => {
    const table = tableWith({ maximumConnectionsPerClient: 4 });
    const all = Array.from({ length: 4 }, () => added(table, "a"));
    expect(table.add(new FakeConnection(table, "a"))).toBe(false);
    for (const connection of all.slice(1)) table.remove(connection);
    vi.advanceTimersByTime(20_000); // one is left: nobody is counted
    const three = Array.from({ length: 3 }, () => added(table, "a"));
    expect(three.map(({ timesAsked }) => timesAsked)).toEqual([0, 0, 0]);
    expect(table.add(new FakeConnection(table, "a"))).toBe(false);
  });

  test("has no timer while nobody is connected", () => {
    const table = tableWith({});
    expect(vi.getTimerCount()).toBe(0);
    table.remove(added(table));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(20_000);
    expect(vi.getTimerCount()).toBe(0);
    added(table);
    expect(vi.getTimerCount()).toBe(1);
  });
});

/** A connection on a socket that is none, from an address. */
function connectionFrom(address: string, connections: ConnectionTable): Connection {
  const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: address });
  return new Connection(socket, {
    connections,
    counters: countersOf(connections.counters, "ipv4"),
    respond: echo,
  });
}

describe("ConnectionTable counts as one client", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.2", false],
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true],
    ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
    ["2001:db8::1", "2001:db8:0:0:1::", true],
    ["2001:db8::1", "2001:db8::1:0:0:1", true],
    ["2001:db8::1", "2001:db8:0:1::1", false],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", true],
    ["::1", "::2", true],
    ["::1", "0:0:0:1::1", false],
    ["::1", "1::1", false],
  ])("%s and %s: %s", (first, second, isOne) => {
    const table = tableWith({ maximumConnectionsPerClient: 1 });
    expect(table.add(connectionFrom(first, table))).toBe(true);
    expect(table.add(connectionFrom(second, table))).toBe(!isOne);
  });
});

function tableCounts(table: ConnectionTable) {
  return tcpCountsOf(table.counters).connections;
}

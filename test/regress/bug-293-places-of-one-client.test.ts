/** A client had twice the places that one may have: those it took while few were open were not counted. */

import { expect, onTestFinished, test } from "vitest";
import { ConnectionTable, NO_MESSAGE, type TimedConnection } from "../../src/transport/connection-table.ts";
import { countersOf } from "../../src/transport/counters.ts";
import { LIMITS } from "../transport/tcp-server.ts";

const MOST = 10;

test("a client that closes one and opens fifteen, again and again, never has more than it may", () => {
  const table = new ConnectionTable({ ...LIMITS, maximumConnectionsPerClient: MOST, maximumConnections: 60 });
  onTestFinished(() => table.close());
  const open: TimedConnection[] = [];
  const connect = (client: string): void => {
    const connection = connectionFrom(client, table);
    if (table.add(connection)) open.push(connection);
  };
  const disconnect = (): void => {
    const connection = open.pop();
    if (connection !== undefined) table.remove(connection);
  };
  for (let n = 0; n < MOST; n++) connect("greedy");
  connect("other"); // now all are counted
  disconnect();
  for (let cycle = 0; cycle < MOST; cycle++) {
    disconnect();
    for (let n = 0; n < 15; n++) connect("greedy");
    expect(table.size).toBe(MOST);
  }
});

function connectionFrom(client: string, { counters }: ConnectionTable): TimedConnection {
  const end = async (): Promise<void> => {};
  return {
    client,
    idleSince: 0,
    messageSince: NO_MESSAGE,
    counters: countersOf(counters, "ipv4"),
    isAwaited: false,
    destroy: () => {},
    end,
  };
}

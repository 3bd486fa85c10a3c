/** A client that ended its side while answers waited for it was cut off from the rest of them. */

import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { framed, TcpClient } from "../transport/clients.ts";
import { message } from "../transport/echo-server.ts";
import { large, serve, until } from "../transport/tcp-server.ts";

test.each([
  ["that has read nothing so far", 200, 60_000],
  ["that asked once", 1, 40],
])("answers all that a client asked before it ended its side: one %s", async (_, queries, length) => {
  const { address, port, connections } = await serve({ maximumUnread: 1000 }, { respond: large(length) });
  const client = await TcpClient.open(address, port);
  client.socket.pause();
  client.socket.end(Buffer.concat(Array.from({ length: queries }, () => framed(message(12)))));
  await setImmediate();
  client.socket.resume();
  for (let n = 0; n < queries; n++) expect((await client.next()).length).toBe(length);
  await client.closed();
  await until(() => connections.size === 0);
});

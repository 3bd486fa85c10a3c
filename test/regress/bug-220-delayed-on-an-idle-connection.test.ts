/** An answer that came later than "tcp.idleTimeout" never came: its connection was closed as idle. */

import { once } from "node:events";
import { expect, test } from "vitest";
import type { RespondFunction } from "../../src/transport/endpoint.ts";
import { TcpClient } from "../transport/clients.ts";
import { message } from "../transport/echo-server.ts";
import { serve } from "../transport/tcp-server.ts";

/** Gives each request back after so many milliseconds. */
function late(milliseconds: number): RespondFunction {
  return (request, offset, length, _reply, _replyOffset, { exchange }) => {
    exchange?.sendLater(request.slice(offset, offset + length), milliseconds, { isOver: false });
    return 0;
  };
}

test("an answer in flight keeps its connection open", async () => {
  const { address, port } = await serve({ idleTimeout: 20, messageTimeout: 20 }, { respond: late(300) });
  const client = await TcpClient.open(address, port);
  client.send(message(12));
  expect(await client.next()).toHaveLength(12);
  await once(client.socket, "close"); // then it is idle
});

test("who ends his side gets the answers that are in flight", async () => {
  const { address, port } = await serve({}, { respond: late(50) });
  const client = await TcpClient.open(address, port);
  client.send(message(12));
  client.send(message(12));
  client.socket.end();
  expect([(await client.next()).length, (await client.next()).length]).toEqual([12, 12]);
  await once(client.socket, "close");
});

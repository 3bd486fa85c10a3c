/** A client that did not read was never read again where "tcp.maximumUnread" was below 64 KiB: "drain" did not come. */

import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { COUNTER } from "../../src/transport/counters.ts";
import { TcpClient } from "../transport/clients.ts";
import { message } from "../transport/echo-server.ts";
import { large, serve } from "../transport/tcp-server.ts";

test("serves a client again that did not read, though less waits than a socket would speak of", async () => {
  const { address, port, connections } = await serve({ maximumUnread: 1 }, { respond: large(20_000) });
  const client = await TcpClient.open(address, port);
  client.socket.pause().setNoDelay(true);
  let sent = 0;
  const answered = () => connections.counters[COUNTER.RECEIVED] ?? 0;
  for (let turn = 0; turn < 100; turn++) {
    if (answered() === sent) {
      client.send(message(12)); // by itself: each answer is written by itself
      sent++;
      turn = 0;
    }
    await setImmediate();
  }
  client.send(message(12));
  client.socket.resume();
  for (let n = 0; n <= sent; n++) expect((await client.next()).length).toBe(20_000);
  client.close();
});

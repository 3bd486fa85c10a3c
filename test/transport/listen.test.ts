/** TCP first, UDP workers on its port, all or nothing. */

import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ConnectionTable } from "../../src/transport/connection-table.ts";
import type { Endpoint } from "../../src/transport/endpoint.ts";
import { listen } from "../../src/transport/listen.ts";
import { openUdpWorkers, type UdpStart } from "../../src/transport/udp-workers.ts";
import { askUdp, TcpClient } from "./clients.ts";
import { echoOptions, message } from "./echo-server.ts";

type OpenUdp = (endpoints: readonly Endpoint[]) => Promise<UdpStart>;

async function listenWith(openUdp: OpenUdp, addresses: readonly string[], port = 0) {
  const connections = new ConnectionTable({
    maximumConnections: 100,
    maximumConnectionsPerClient: 100,
    idleTimeout: 60_000,
    messageTimeout: 60_000,
    maximumUnread: 65_536,
  });
  const listening = await listen({
    addresses,
    port,
    openUdp,
    respondTcp: (request, offset, length, reply, replyOffset) => {
      reply.set(request.subarray(offset, offset + length), replyOffset);
      return length;
    },
    connections,
    onError: () => {},
  });
  onTestFinished(async () => {
    if (listening.kind === "faults") return;
    await Promise.all(
      [...listening.listeners, ...(listening.udp ? [listening.udp] : [])].map((open) => open.close()),
    );
    await connections.close();
  });
  return listening;
}

const workers: OpenUdp = (endpoints) => openUdpWorkers(echoOptions({ endpoints, workers: 2 }));

const taken: OpenUdp = async ([endpoint = { address: "", port: 0 }]) => ({
  kind: "faults",
  faults: [{ endpoint, transport: "UDP", code: "EADDRINUSE" }],
});

test("listen() answers UDP and TCP on one port of every address", async () => {
  const listening = await listenWith(workers, ["127.0.0.1", "127.0.0.2"]);
  if (listening.kind === "faults") throw new Error(JSON.stringify(listening.faults));
  const [first, second] = listening.endpoints;
  expect(second).toEqual({ address: "127.0.0.2", port: first?.port });
  expect(listening.udp?.endpoints).toEqual(listening.endpoints);
  for (const { address, port } of listening.endpoints) {
    expect(await askUdp(address, port, message(40))).toEqual(message(40));
    const client = await TcpClient.open(address, port);
    client.send(message(41));
    expect(await client.next()).toEqual(message(41));
    client.close();
  }
});

test("listen() opens no UDP where another process has the TCP port", async () => {
  const holder = createServer();
  const port = await portOf(holder);
  let opened = 0;
  const counted: OpenUdp = (endpoints) => {
    opened++;
    return workers(endpoints);
  };
  const listening = await listenWith(counted, ["127.0.0.1"], port);
  expect(listening).toMatchObject({ kind: "faults", faults: [{ transport: "TCP", code: "EADDRINUSE" }] });
  expect(opened).toBe(0);
});

test("listen() lets TCP go where UDP cannot be had", async () => {
  const holder = createServer();
  const port = await portOf(holder);
  await new Promise((resolve) => holder.close(resolve));
  const listening = await listenWith(taken, ["127.0.0.1"], port);
  expect(listening).toMatchObject({ kind: "faults", faults: [{ transport: "UDP", code: "EADDRINUSE" }] });
  await portOf(createServer(), port);
});

test("listen() tries other ports where the one that was chosen is taken for UDP", async () => {
  let attempts = 0;
  const thirdTime: OpenUdp = (endpoints) => (++attempts < 3 ? taken(endpoints) : workers(endpoints));
  const listening = await listenWith(thirdTime, ["127.0.0.1"]);
  expect(listening.kind).toBe("listening");
  expect(attempts).toBe(3);
});

/** Listens until the test is over; returns the port. */
async function portOf(server: ReturnType<typeof createServer>, port = 0): Promise<number> {
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = server.address();
  return bound === null || typeof bound === "string" ? 0 : bound.port;
}

/** Whoever answers hears the client's address, over either transport and path. */

import { describe, expect, onTestFinished, test } from "vitest";
import { ConnectionTable } from "../../src/transport/connection-table.ts";
import { makeCounters } from "../../src/transport/counters.ts";
import type { RespondFunction } from "../../src/transport/endpoint.ts";
import { addressOctets } from "../../src/transport/ip-address.ts";
import { listen } from "../../src/transport/listen.ts";
import { askUdp, framed, TcpClient, UdpClient } from "./clients.ts";
import { PATHS, startEcho } from "./echo-server.ts";
import { COMMAND } from "./echo-worker.ts";

/** Gives back the octets of the client's address behind the first twelve octets. */
const tell: RespondFunction = (request, offset, _length, reply, replyOffset, client) => {
  reply.set(request.subarray(offset, offset + 12), replyOffset);
  reply.set(client.octets.subarray(client.offset, client.offset + client.length), replyOffset + 12);
  return 12 + client.length;
};

const LOOPBACKS = [
  ["127.0.0.1", [127, 0, 0, 1]],
  ["::1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
] as const;

async function serve(address: string): Promise<number> {
  const limits = { maximumConnections: 9, maximumConnectionsPerClient: 9, maximumUnread: 65_536 };
  const connections = new ConnectionTable({ ...limits, idleTimeout: 60_000, messageTimeout: 60_000 });
  const listening = await listen({
    addresses: [address],
    port: 0,
    answerUdp: { respond: tell, counters: makeCounters(), sampler: undefined },
    respondTcp: tell,
    connections,
    onError: (_, error) => {
      throw error;
    },
  });
  if (listening.kind === "faults") throw new Error(JSON.stringify(listening.faults));
  onTestFinished(async () => {
    await Promise.all(listening.listeners.map((listener) => listener.close()));
    await connections.close();
  });
  return listening.endpoints[0]?.port ?? 0;
}

describe.each(LOOPBACKS)("a client at %s", (address, octets) => {
  test("over UDP on this thread", async () => {
    const reply = await askUdp(address, await serve(address), new Uint8Array(12));
    expect([...reply.subarray(12)]).toEqual([...octets]);
  });

  test("over TCP, in each of several queries", async () => {
    const client = await TcpClient.open(address, await serve(address));
    client.socket.write(Buffer.concat([framed(new Uint8Array(12)), framed(new Uint8Array(12))]));
    for (const reply of [await client.next(), await client.next()])
      expect([...(reply ?? []).slice(12)]).toEqual([...octets]);
  });

  test.each(PATHS)("of a UDP worker, %s", async (mode) => {
    const { port } = await startEcho({ mode, endpoints: [{ address, port: 0 }] });
    const request = new Uint8Array(32).fill(COMMAND.NAME_CLIENT, 0, 1);
    expect([...(await askUdp(address, port, request)).subarray(1, 1 + octets.length)]).toEqual([...octets]);
  });
});

test.each(PATHS)("a reply that is withheld is not counted as silence, %s", async (mode) => {
  const { port, workers } = await startEcho({ mode });
  const client = await UdpClient.open("127.0.0.1", port);
  await client.send(new Uint8Array(20).fill(COMMAND.WITHHOLD, 0, 1), new Uint8Array(21));
  expect((await client.next()).length).toBe(21);
  expect(workers.counts).toMatchObject({ received: 2, dropped: { silent: 0 } });
});

describe("addressOctets()", () => {
  test.each([
    ["192.0.2.1", "c0000201"],
    ["::1", `${"00".repeat(15)}01`],
    ["2001:db8::", "20010db8000000000000000000000000"],
    ["fe80::1%eth0", "fe800000000000000000000000000001"],
    ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
    ["64:ff9b::192.0.2.1", "0064ff9b0000000000000000c0000201"],
  ])("of %s", (text, hex) => expect(Buffer.from(addressOctets(text)).toString("hex")).toBe(hex));
});

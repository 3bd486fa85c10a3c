/** One client that pipelined pages and read none took the event loop, DNS over TCP included, and all memory. */

import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openFor, sourcesOf } from "../admin/given.ts";

/** Sends all of it at once and reads nothing. */
async function shout(port: number, text: string): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("error", () => {}); // it is cut off
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

async function statusOf(port: number, path: string, agent: Agent | false): Promise<number | undefined> {
  const [response] = await once(get({ host: "127.0.0.1", port, path, agent }), "response");
  response.resume();
  await once(response, "end");
  return response.statusCode;
}

/** An interface, and how many pages of metrics it has made. */
async function counting() {
  let made = 0;
  const wrongTokens = () => {
    made++;
    return 0;
  };
  const { port } = await openFor(sourcesOf({ wrongTokens }), undefined, 600_000);
  return { port, made: () => made };
}

test.each([
  ["pages", "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
  ["unmet expectations", "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: x\r\n\r\n"],
])("who pipelines %s is cut off, and others are answered", async (_, request) => {
  const { port, made } = await counting();
  const closed = Array.from({ length: 16 }, async () => {
    const socket = await shout(port, request.repeat(400));
    if (!socket.closed) await once(socket.resume(), "close");
  });
  expect(await statusOf(port, "/healthz", false)).toBe(200);
  await Promise.all(closed);
  expect(made()).toBeLessThanOrEqual(16);
});

test("who waits for each answer keeps the connection", async () => {
  const { port, made } = await counting();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ports = new Set<number | undefined>();
  agent.on("free", ({ localPort }: Socket) => ports.add(localPort));
  const paths = ["/healthz", "/metrics", "/", "/nix", "/readyz", "/healthz"];
  const statuses: unknown[] = [];
  for (const path of paths) statuses.push(await statusOf(port, path, agent));
  expect(statuses).toEqual([200, 200, 200, 404, 200, 200]);
  expect([made(), ports.size]).toEqual([1, 1]);
});

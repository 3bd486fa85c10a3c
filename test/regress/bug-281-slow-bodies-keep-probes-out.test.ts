/** Requests whose body never comes counted as work: two addresses with 64 of them each kept probes out. */

import { once } from "node:events";
import { get } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openAdminServer } from "../../src/admin/http-server.ts";
import { sourcesOf } from "../admin/given.ts";

const MOST = 8;

async function open(given: Parameters<typeof sourcesOf>[0] = {}): Promise<number> {
  const policy = { hosts: [], token: undefined, tokenFor: "remote" } as const;
  const sources = sourcesOf(given);
  const options = { listen: "127.0.0.1", port: 0, policy, sources, mostConnections: MOST, patience: 600_000 };
  const admin = await openAdminServer(options);
  onTestFinished(() => admin.close());
  return admin.port;
}

/** Sends the beginning of a request, and is told to go on: the server waits for the body. */
async function slow(port: number, localAddress: string): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, localAddress });
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  const head = ["POST /api/v1/reload HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"];
  socket.write([...head, "Content-Length: 900", "Expect: 100-continue", "", " "].join("\r\n"));
  await once(socket, "data");
  return socket;
}

async function statusFor(port: number, localAddress: string, path = "/healthz"): Promise<number | undefined> {
  const request = get({ host: "127.0.0.1", port, localAddress, path, agent: false });
  const [response] = await once(request, "response");
  response.resume();
  return response.statusCode;
}

test("the oldest request without its body makes place for a probe", async () => {
  const port = await open();
  const sockets: Socket[] = [];
  for (let n = 0; n < MOST; n++) sockets.push(await slow(port, n < MOST / 2 ? "127.0.0.2" : "127.0.0.3"));
  const closed = sockets[0] && once(sockets[0], "close");
  expect(await statusFor(port, "127.0.0.9")).toBe(200);
  await closed;
  expect(sockets.slice(1).every((socket) => !socket.closed)).toBe(true);
});

test("of one client, its own oldest one", async () => {
  const port = await open();
  const other = await slow(port, "127.0.0.3");
  const sockets: Socket[] = [];
  for (let n = 0; n < MOST / 2; n++) sockets.push(await slow(port, "127.0.0.2"));
  const closed = sockets[0] && once(sockets[0], "close");
  expect(await statusFor(port, "127.0.0.2")).toBe(200);
  await closed;
  expect(other.closed).toBe(false);
});

test("a whole request that is in work stays", async () => {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  let probes = 0;
  const asked = Promise.withResolvers<void>();
  const probe = () => {
    probes++;
    asked.resolve();
    return promise;
  };
  const port = await open({ probe });
  const waiting = statusFor(port, "127.0.0.9", "/readyz");
  await asked.promise;
  for (let n = 0; n < 3 * MOST; n++) await slow(port, n % 2 === 0 ? "127.0.0.2" : "127.0.0.3");
  resolve([]);
  expect([await waiting, probes]).toEqual([200, 1]);
});

/** 128 connections that said nothing kept probes out of the admin port for as long as they liked. */

import { once } from "node:events";
import { get } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openAdminServer } from "../../src/admin/http-server.ts";
import { sourcesOf } from "../admin/given.ts";

const MOST = 8;

async function open(): Promise<number> {
  const policy = { hosts: [], token: undefined, tokenFor: "remote" } as const;
  const sources = sourcesOf();
  const options = { listen: "127.0.0.1", port: 0, policy, sources, mostConnections: MOST, patience: 600_000 };
  const admin = await openAdminServer(options);
  onTestFinished(() => admin.close());
  return admin.port;
}

/** Connects and says nothing. */
async function silent(port: number, localAddress: string): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, localAddress });
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

async function statusFor(port: number, localAddress: string): Promise<number | undefined> {
  const request = get({ host: "127.0.0.1", port, localAddress, path: "/healthz", agent: false });
  const [response] = await once(request, "response");
  response.resume();
  return response.statusCode;
}

test("one client has half of the places, and its oldest silence makes place for its next word", async () => {
  const port = await open();
  const sockets: Socket[] = [];
  for (let n = 0; n < 20; n++) sockets.push(await silent(port, "127.0.0.2"));
  await Promise.all(sockets.slice(0, -MOST / 2).map((socket) => socket.closed || once(socket, "close")));
  expect(sockets.slice(-MOST / 2).every((socket) => !socket.closed)).toBe(true);
  expect(await statusFor(port, "127.0.0.3")).toBe(200);
  expect(await statusFor(port, "127.0.0.2")).toBe(200);
});

test("where many take all places, the oldest silence makes place for a probe", async () => {
  const port = await open();
  const sockets: Socket[] = [];
  for (let n = 0; n < MOST; n++) sockets.push(await silent(port, `127.0.0.${10 + n}`));
  const closed = sockets[0] && once(sockets[0], "close");
  expect(await statusFor(port, "127.0.0.3")).toBe(200);
  await closed;
  expect(sockets.slice(1).every((socket) => !socket.closed)).toBe(true);
});

/** Who asked what was shown to other machines where the path was spelt otherwise: the guard looked at text, the router did not. */

import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import type { AccessPolicy } from "../../src/admin/access.ts";
import { openFor, sourcesOf } from "../admin/given.ts";

const WITHOUT_TOKEN: AccessPolicy = { hosts: [], token: undefined, tokenFor: "remote" };
const FOR_ALL: AccessPolicy = { hosts: [], token: "correct-horse-battery", tokenFor: "all" };

/** The status for another machine, of a request target as it is. */
async function statusOf(target: string, policy: AccessPolicy): Promise<number> {
  const queries = () => ({ queries: [], next: 0, more: false, journal: "one" });
  const { port } = await openFor(sourcesOf({ queries }), policy);
  const socket = connect({ host: "127.0.0.1", port });
  let said = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    said += chunk;
  });
  const head = [
    `GET ${target} HTTP/1.1`,
    "Host: 127.0.0.1",
    "X-Forwarded-For: 192.0.2.9",
    "Connection: close",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  await once(socket, "close");
  return Number(said.split(" ", 2)[1]);
}

const QUERIES = [
  "/api/v1/lab/queries",
  "/api/v1/lab/%71ueries",
  "/%61pi/v1/lab/queries?limit=1",
  "http://127.0.0.1/api/v1/lab/queries",
  "https://192.0.2.1:8053/api/v1/lab/queries?limit=1",
  "/api/v1/lab/queries#since=0&limit=1",
];

test.each(QUERIES)("without a token %s is not shown elsewhere", async (target) => {
  expect(await statusOf(target, WITHOUT_TOKEN)).toBe(403);
});

test.each([...QUERIES, "/%61pi/v1/status", "/nix", "/healthz/", "/healthz%2f", "/healthz/../api/v1/status"])(
  "with one %s wants it",
  async (target) => {
    expect(await statusOf(target, FOR_ALL)).toBe(401);
  },
);

test.each(["/healthz", "/%68ealthz", "http://127.0.0.1/readyz", "/metrics?x", "/metrics#x"])(
  "%s is open, however it is spelt",
  async (target) => {
    expect(await statusOf(target, FOR_ALL)).toBe(200);
  },
);

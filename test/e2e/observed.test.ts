/** The real process beside real servers: one that dies leaves the answers, and comes back with its server. */

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { temporaryDirectory } from "../reload/lab.ts";
import { askUdp } from "../transport/clients.ts";
import { startProcess } from "./process.ts";

const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

/** An XMPP server as far as a check goes; undefined where the port is taken at that address. */
async function xmppServer(address: string, port: number): Promise<Server | undefined> {
  const talk = (socket: Socket) => void socket.on("error", () => {}).on("data", () => socket.write(HEADER));
  const server = createServer(talk).listen(port, address);
  onTestFinished(() => void server.close());
  return Promise.race([
    once(server, "listening").then(() => server),
    once(server, "error").then(() => undefined),
  ]);
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Two servers at two addresses of loopback, on one port that the system chooses. */
async function twoServers(): Promise<{ readonly port: number; readonly second: Server }> {
  for (;;) {
    const port = portOf(await xmppServer("127.0.0.1", 0));
    const second = await xmppServer("127.0.0.2", port);
    if (second !== undefined) return { port, second };
  }
}

async function addressesServedAt(port: number, sipDomain: string): Promise<unknown[]> {
  const reply = await askUdp("127.0.0.1", port, requestOf({ ask: `xmpp.${sipDomain}. A` }));
  return decodeMessage(reply)
    .answer.map((record) => record.split(" ").at(-1))
    .sort();
}

/** The UDP threads hear of new zones a moment after the log: asks until they have, or the test's time is over. */
async function untilServed(port: number, addresses: readonly string[]): Promise<void> {
  const wanted = JSON.stringify(addresses);
  while (JSON.stringify(await addressesServedAt(port, "alpha.test")) !== wanted);
}

test("a server that dies leaves the answers, and is back when it is up", async () => {
  const { port: xmppPort, second } = await twoServers();
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(
    path,
    `edgePools:
  - fqdn: edge.alpha.test
    xmppPort: ${xmppPort}
    servers: [127.0.0.1, { addresses: [127.0.0.2], fqdn: two.alpha.test }]
    health: { check: xmpp, interval: 1, timeout: 5, down: 1, up: 1 }
sipDomains: [alpha.test]
`,
  );
  const { port, line, stop } = await startProcess(["--deployment", path]);
  expect(await addressesServedAt(port, "alpha.test")).toEqual(["127.0.0.1", "127.0.0.2"]);
  second.close();
  const down = await line(/is down/);
  expect(down).toMatchObject({
    level: "warn",
    pool: "edge.alpha.test",
    server: "two.alpha.test",
    address: "127.0.0.2",
    port: xmppPort,
    state: "down",
  });
  await untilServed(port, ["127.0.0.1"]);
  await xmppServer("127.0.0.2", xmppPort);
  await line(/is up again/);
  await untilServed(port, ["127.0.0.1", "127.0.0.2"]);
  expect(await stop()).toBe(0);
});

test("an Edge Server by its host name has addresses from the first answer on", async () => {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(
    path,
    "edgePools: [{ fqdn: edge.alpha.test, servers: [{ host: localhost }] }]\nsipDomains: [alpha.test]\n",
  );
  const { port, stop } = await startProcess(["--deployment", path]);
  expect(await addressesServedAt(port, "alpha.test")).toContain("127.0.0.1");
  expect(await stop()).toBe(0);
});

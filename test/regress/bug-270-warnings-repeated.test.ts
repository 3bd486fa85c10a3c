/** Bug 270: each change of health repeated warnings that had nothing to do with it. */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openServer } from "../../src/server.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";

test("a server that goes down repeats no warning of the load", async () => {
  const xmpp = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  onTestFinished(() => void xmpp.close());
  await once(xmpp, "listening");
  const address = xmpp.address();
  const xmppPort = address !== null && typeof address === "object" ? address.port : 0;
  const said: string[] = [];
  const isDown = Promise.withResolvers<void>();
  const say = (_: unknown, message: string): void => {
    said.push(message);
    if (message.includes("127.0.0.2") && message.includes(" is down")) isDown.resolve();
  };
  const value = {
    edgePools: [
      {
        fqdn: "edge.alpha.test",
        servers: ["127.0.0.1", "127.0.0.2"],
        xmppPort,
        health: { interval: 1, timeout: 1, down: 1, up: 1 },
      },
    ],
    sipDomains: ["alpha.test"],
    lab: { faults: [{ id: "nothing", owner: "nobody.test", fault: "drop" }] },
  };
  const start = await openServer({
    settings: { ...DEFAULT_SETTINGS, listen: ["127.0.0.1"], port: 0 },
    log: { error: say, warn: say, info: say, debug: say },
    now: Date.now,
    random: randomBytes,
    source: { kind: "value", value },
    threads: false,
  });
  if (start.kind !== "serving") throw new Error(JSON.stringify(start.problems));
  onTestFinished(() => start.server.close());
  await isDown.promise;
  await new Promise(setImmediate);
  expect(said.filter((message) => message.startsWith("Answers are wrong on purpose"))).toHaveLength(1);
  expect(new Set(said).size).toBe(said.length);
});

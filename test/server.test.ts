/** A server whose UDP threads echo in place of DNS, for what it says of their death. */

import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test, vi } from "vitest";
import { openLog } from "../src/ops/log.ts";
import { openServer } from "../src/server.ts";
import { DEFAULT_SETTINGS } from "../src/settings/settings.ts";
import { openUdpWorkers } from "../src/transport/udp-workers.ts";
import type { WorkersOptions } from "../src/worker.ts";
import { UdpClient } from "./transport/clients.ts";
import { message } from "./transport/echo-server.ts";
import { COMMAND, ECHO_PROGRAM } from "./transport/echo-worker.ts";

vi.mock("../src/worker.ts", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  openWorkers: (options: WorkersOptions) => openUdpWorkers({ ...options, program: ECHO_PROGRAM }),
}));

const LAB = { edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }], sipDomains: ["alpha.test"] };

test("openServer() logs the query that a UDP thread died of, in hex", async () => {
  const death = Promise.withResolvers<object>();
  const write = (line: string): void => {
    if (line.includes("A UDP thread died")) death.resolve(JSON.parse(line));
  };
  const start = await openServer({
    settings: { ...DEFAULT_SETTINGS, listen: ["127.0.0.1"], port: 0, workers: 1 },
    log: openLog({ level: "info", format: "json", isTerminal: false, colour: false, write }),
    now: Date.now,
    random: randomBytes,
    source: { kind: "value", value: LAB },
    threads: true,
  });
  if (start.kind !== "serving") throw new Error(JSON.stringify(start.problems));
  onTestFinished(() => start.server.close());
  const client = await UdpClient.open("127.0.0.1", start.server.endpoints[0]?.port ?? 0);
  await client.send(message(20, COMMAND.DIE));
  expect(await death.promise).toMatchObject({
    level: "error",
    msg: "A UDP thread died and is replaced; the query it had in work is shown in hex",
    worker: 0,
    request: `fe${"07".repeat(19)}`,
    err: { message: "told to die" },
  });
});

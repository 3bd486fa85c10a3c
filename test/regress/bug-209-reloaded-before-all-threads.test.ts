/** "Reloaded" was logged, and `update()` resolved, while UDP threads might still answer from the version before. */

import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test, vi } from "vitest";
import { openServer } from "../../src/server.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { openUdpWorkers } from "../../src/transport/udp-workers.ts";
import type { WorkersOptions } from "../../src/worker.ts";
import { ECHO_PROGRAM } from "../transport/echo-worker.ts";

/** What the last acknowledgement of the threads waits for, and how often they were sent a version. */
const threads = vi.hoisted(() => ({ taken: Promise.resolve(), versions: 0 }));

vi.mock("../../src/worker.ts", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  openWorkers: async (options: WorkersOptions) => {
    const start = await openUdpWorkers({ ...options, program: ECHO_PROGRAM });
    if (start.kind !== "listening") return start;
    const { workers } = start;
    const setSnapshot = workers.setSnapshot.bind(workers);
    vi.spyOn(workers, "setSnapshot").mockImplementation(async (...content) => {
      threads.versions++;
      await setSnapshot(...content);
      await threads.taken;
    });
    return start;
  },
}));

const labOn = (address: string) => ({
  kind: "value" as const,
  value: { edgePools: [{ fqdn: "edge.alpha.test", servers: [address] }], sipDomains: ["alpha.test"] },
});

test("a reload is announced, and done, when the last thread has taken it", async () => {
  const said: string[] = [];
  const say = (_: unknown, message: string) => void said.push(message);
  const start = await openServer({
    settings: { ...DEFAULT_SETTINGS, listen: ["127.0.0.1"], port: 0, workers: 1 },
    log: { error: say, warn: say, info: say, debug: say },
    now: Date.now,
    random: randomBytes,
    source: labOn("127.0.0.1"),
    threads: true,
  });
  if (start.kind !== "serving") throw new Error(JSON.stringify(start.problems));
  const { server } = start;
  onTestFinished(() => server.close());
  const before = threads.versions;
  const last = Promise.withResolvers<void>();
  threads.taken = last.promise;
  let isDone = false;
  const updated = server.update(labOn("127.0.0.2")).finally(() => (isDone = true));
  await expect.poll(() => threads.versions).toBe(before + 1);
  await server.describe({ kind: "deployment" }); // whatever the builder thread had to say of the load was said before
  expect([said.filter((line) => line.startsWith("Reloaded")), server.history.counts.good, isDone]).toEqual([
    [],
    1,
    false,
  ]);
  last.resolve();
  expect(await updated).toEqual([]);
  expect(said.filter((line) => line.startsWith("Reloaded"))).toHaveLength(1);
  expect(server.history.counts.good).toBe(2);
});

/** Orders to a builder thread that was dead never came back: SIGTERM ended the process with code 13. */

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { labText } from "../reload/lab.ts";
import { addressesServedBy, deploymentFile, keeperOf, kill, openThread } from "../reload/thread.ts";

const NEVER = 1_000_000;

test("reload() while no thread lives says so, and close() comes back", async () => {
  const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
  const { start, events } = await openThread(path, NEVER);
  const keeper = keeperOf(start);
  await kill(path, events);
  expect(await keeper.reload()).toEqual([
    { severity: "error", message: expect.stringMatching(/^Cannot reload: the builder thread died/) },
  ]);
  expect(addressesServedBy(keeper)).toEqual(["10.0.0.1"]);
  await keeper.close();
});

test("a thread that ends without an error is as dead", async () => {
  const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
  const { start, events } = await openThread(path, NEVER);
  const fault = once(events, "fault");
  writeFileSync(join(path, "..", "exit"), "");
  expect((await fault)[0].sentence).toMatch(/^The builder thread died .*: it ended with 3$/);
  expect(await keeperOf(start).reload()).toHaveLength(1);
});

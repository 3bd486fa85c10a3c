/** A builder thread whose successor met a broken deployment ended: nobody watched the files any more. */

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { labText } from "../reload/lab.ts";
import { addressesServedBy, deploymentFile, keeperOf, kill, openThread } from "../reload/thread.ts";

test("a successor that finds a broken deployment tells it once and goes on watching", async () => {
  const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
  const { start, events } = await openThread(path);
  const told: unknown[] = [];
  events.on("problems", (problems) => told.push(problems));
  await kill(path, events);
  writeFileSync(path, "edgePools: [\n");
  await once(events, "problems");
  expect([keeperOf(start).isCurrent, addressesServedBy(keeperOf(start))]).toEqual([false, ["10.0.0.1"]]);
  const replaced = once(events, "replaced");
  writeFileSync(path, labText("10.0.0.2", "alpha.test"));
  await replaced;
  expect(addressesServedBy(keeperOf(start))).toEqual(["10.0.0.2"]);
  expect(told).toHaveLength(1);
});

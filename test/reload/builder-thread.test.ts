import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { labText } from "./lab.ts";
import { addressesServedBy, deploymentFile, keeperOf, kill, openThread } from "./thread.ts";

test("a change of the file comes back as shared memory", async () => {
  const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
  const { start, events } = await openThread(path);
  const keeper = keeperOf(start);
  expect(addressesServedBy(keeper)).toEqual(["10.0.0.1"]);
  expect(keeper.inForce).toMatchObject({ firstPublished: "alpha.test", sipDomains: 1 });
  writeFileSync(path, labText("10.0.0.2", "alpha.test"));
  const [replaced] = await once(events, "replaced");
  expect(replaced.report.zones).toEqual({ added: 0, changed: 1, removed: 0 });
  expect(addressesServedBy(keeper)).toEqual(["10.0.0.2"]);
});

test("a broken version is told, and leaves what is in force", async () => {
  const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
  const { start, events } = await openThread(path);
  writeFileSync(path, "edgePools: [");
  await once(events, "problems");
  const keeper = keeperOf(start);
  expect([keeper.isCurrent, addressesServedBy(keeper)]).toEqual([false, ["10.0.0.1"]]);
  expect(await keeper.reload()).not.toEqual([]);
});

test("a deployment that is broken from the start is no version at all", async () => {
  const { start } = await openThread(deploymentFile("edgePools: ["));
  expect(start).toMatchObject({ kind: "problems", problems: [expect.anything()] });
});

test("another source is served when it is asked for", async () => {
  const { start } = await openThread(deploymentFile(labText("10.0.0.1", "alpha.test")));
  const value = {
    edgePools: [{ fqdn: "edge.alpha.test", servers: ["10.0.0.9"] }],
    sipDomains: ["alpha.test"],
  };
  expect(await keeperOf(start).reload({ kind: "value", value })).toEqual([]);
  expect(addressesServedBy(keeperOf(start))).toEqual(["10.0.0.9"]);
});

test("a thread that dies has a successor, and is served on meanwhile", async () => {
  const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
  const { start, events } = await openThread(path);
  const replaced = once(events, "replaced");
  const { sentence } = await kill(path, events);
  expect(sentence).toMatch(/^The builder thread died and is started again; .*a bug/);
  expect(addressesServedBy(keeperOf(start))).toEqual(["10.0.0.1"]);
  await replaced;
  writeFileSync(path, labText("10.0.0.2", "alpha.test"));
  await once(events, "replaced");
  expect(addressesServedBy(keeperOf(start))).toEqual(["10.0.0.2"]);
});

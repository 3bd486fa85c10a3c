import { EventEmitter, once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openBuilderThread } from "../../src/reload/builder-thread.ts";
import type { Keeper, KeeperStart } from "../../src/reload/keeper.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { ask } from "../conformance/harness.ts";
import { labText, temporaryDirectory } from "./lab.ts";

const PROGRAM = new URL("./mortal-builder.ts", import.meta.url);

/** A keeper on its thread; what it says comes as events named `replaced`, `problems` and `fault`. */
async function openThread(path: string): Promise<{ start: KeeperStart; events: EventEmitter }> {
  const events = new EventEmitter();
  const start = await openBuilderThread(
    PROGRAM,
    { source: { kind: "file", path }, maximumFileSize: 1_000_000, interval: 10, stateDirectory: undefined },
    {
      onReplaced: (replaced) => events.emit("replaced", replaced),
      onProblems: (problems) => events.emit("problems", problems),
      onFault: (sentence) => events.emit("fault", sentence),
    },
  );
  if (start.kind === "opened") onTestFinished(() => start.keeper.close());
  return { start, events };
}

function deploymentFile(text: string): string {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, text);
  return path;
}

const addressesServedBy = ({ inForce }: Keeper) =>
  ask(new Snapshot(inForce.snapshot), { ask: "xmpp.alpha.test. A" })?.answer.map((record) =>
    record.split(" ").at(-1),
  );

function keeperOf(start: KeeperStart): Keeper {
  if (start.kind === "problems") throw new Error("the deployment of the test is broken");
  return start.keeper;
}

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
  writeFileSync(join(dirname(path), "die"), "");
  const [sentence] = await once(events, "fault");
  expect(sentence).toMatch(/^The builder thread died and is started again; .*a bug/);
  expect(addressesServedBy(keeperOf(start))).toEqual(["10.0.0.1"]);
  await replaced;
  writeFileSync(path, labText("10.0.0.2", "alpha.test"));
  await once(events, "replaced");
  expect(addressesServedBy(keeperOf(start))).toEqual(["10.0.0.2"]);
});

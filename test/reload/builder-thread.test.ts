import { EventEmitter, once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openBuilderThread } from "../../src/reload/builder-thread.ts";
import { type Keeper, type KeeperStart, openKeeper } from "../../src/reload/keeper.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { ask } from "../conformance/harness.ts";
import { labText, temporaryDirectory } from "./lab.ts";

const PROGRAM = new URL("./mortal-builder.ts", import.meta.url);

/** A keeper on its thread; what it says comes as events named `replaced`, `problems` and `fault`. */
async function openThread(
  path: string,
  stateDirectory?: string,
): Promise<{ start: KeeperStart; events: EventEmitter }> {
  const events = new EventEmitter();
  const start = await openBuilderThread(
    PROGRAM,
    {
      source: { kind: "file", path },
      maximumFileSize: 1_000_000,
      interval: 10,
      stateDirectory,
      describable: true,
    },
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

describe("describe()", () => {
  const published = async (keeper: Keeper) => {
    const description = await keeper.describe({ kind: "sip-domains", offset: 0, limit: 9, search: "" });
    return description.kind === "sip-domains"
      ? description.page.items.map(({ rows }) => rows.at(-1)?.mapsTo)
      : description;
  };

  test("speaks of the version in force, before a change and after, and while the file is broken", async () => {
    const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
    const { start, events } = await openThread(path);
    const keeper = keeperOf(start);
    expect(await published(keeper)).toEqual(["10.0.0.1"]);
    writeFileSync(path, labText("10.0.0.2", "alpha.test"));
    await once(events, "replaced");
    expect(await published(keeper)).toEqual(["10.0.0.2"]);
    writeFileSync(path, "edgePools: [");
    await once(events, "problems");
    expect(await published(keeper)).toEqual(["10.0.0.2"]);
  });

  test("speaks of the last good version after a start with a broken file", async () => {
    const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
    const stateDirectory = join(temporaryDirectory(), "state");
    await keeperOf((await openThread(path, stateDirectory)).start).close();
    writeFileSync(path, "edgePools: [");
    const keeper = keeperOf((await openThread(path, stateDirectory)).start);
    expect([keeper.isCurrent, await published(keeper)]).toEqual([false, ["10.0.0.1"]]);
  });

  test("says so where the thread is being closed", async () => {
    const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
    const keeper = keeperOf((await openThread(path)).start);
    await keeper.close();
    expect(await keeper.describe({ kind: "deployment" })).toMatchObject({ kind: "unavailable" });
  });

  test("says so where nobody was to ask", async () => {
    const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
    const options = { source: { kind: "file", path }, maximumFileSize: 1_000_000, interval: 0 } as const;
    const events = { onReplaced: () => {}, onProblems: () => {}, onFault: () => {} };
    const start = openKeeper({ ...options, stateDirectory: undefined }, events, () => 0);
    expect(await keeperOf(start).describe({ kind: "deployment" })).toMatchObject({ kind: "unavailable" });
  });
});

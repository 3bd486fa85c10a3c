/** What the builder thread says of the version in force. */

import { EventEmitter, once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, onTestFinished, test } from "vitest";
import { type BuilderStart, openBuilderThread } from "../../src/reload/builder-thread.ts";
import { type Keeper, openKeeper } from "../../src/reload/keeper.ts";
import { labText, temporaryDirectory } from "./lab.ts";
import { deploymentFile, keeperOf, kill, PROGRAM } from "./thread.ts";

/** A keeper that may be asked. */
async function openDescribable(
  path: string,
  stateDirectory?: string,
): Promise<{ start: BuilderStart; events: EventEmitter }> {
  const events = new EventEmitter();
  const source = { kind: "file", path } as const;
  const start = await openBuilderThread(
    { begin: () => new Worker(PROGRAM) },
    { source, maximumFileSize: 1_000_000, interval: 10, stateDirectory, describable: true },
    {
      onReplaced: (replaced) => events.emit("replaced", replaced),
      onProblems: (problems) => events.emit("problems", problems),
      onFault: (fault) => events.emit("fault", fault),
      onObserved: (changes) => events.emit("observed", changes),
    },
    1,
  );
  if (start.kind === "opened") onTestFinished(() => start.keeper.close());
  return { start, events };
}

describe("describe()", () => {
  const published = async (keeper: Keeper) => {
    const description = await keeper.describe({ kind: "sip-domains", offset: 0, limit: 9, search: "" });
    return description.kind === "sip-domains"
      ? description.page.items.map(({ rows }) => rows.at(-1)?.mapsTo)
      : description;
  };

  test("speaks of the version in force, before a change and after, and while the file is broken", async () => {
    const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
    const { start, events } = await openDescribable(path);
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
    await keeperOf((await openDescribable(path, stateDirectory)).start).close();
    writeFileSync(path, "edgePools: [");
    const keeper = keeperOf((await openDescribable(path, stateDirectory)).start);
    expect([keeper.isCurrent, await published(keeper)]).toEqual([false, ["10.0.0.1"]]);
  });

  test("goes on after the thread has died", async () => {
    const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
    const { start, events } = await openDescribable(path);
    const keeper = keeperOf(start);
    await kill(path, events);
    expect(await published(keeper)).toMatchObject({ kind: "unavailable" });
    await once(events, "replaced");
    expect(await published(keeper)).toEqual(["10.0.0.1"]);
  });

  test("says so where the thread is being closed", async () => {
    const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
    const keeper = keeperOf((await openDescribable(path)).start);
    await keeper.close();
    expect(await keeper.describe({ kind: "deployment" })).toMatchObject({ kind: "unavailable" });
  });

  test("says so where nobody was to ask", async () => {
    const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
    const options = { source: { kind: "file", path }, maximumFileSize: 1_000_000, interval: 0 } as const;
    const events = { onReplaced: () => {}, onProblems: () => {}, onFault: () => {}, onObserved: () => {} };
    const start = await openKeeper({ ...options, stateDirectory: undefined }, events, () => 0);
    expect(await keeperOf(start).describe({ kind: "deployment" })).toMatchObject({ kind: "unavailable" });
  });
});

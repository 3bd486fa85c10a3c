/** A keeper on a thread that dies on demand (mortal-builder.ts), and what it says. */

import { EventEmitter, once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { onTestFinished } from "vitest";
import { type BuilderStart, openBuilderThread } from "../../src/reload/builder-thread.ts";
import type { Keeper } from "../../src/reload/keeper.ts";
import { servedZone } from "../../src/zone/served.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { ask, nameOf } from "../conformance/harness.ts";
import { temporaryDirectory } from "./lab.ts";

/** The program of that thread. */
export const PROGRAM = new URL("./mortal-builder.ts", import.meta.url);

/** A keeper on its thread; what it says comes as events named `replaced`, `problems` and `fault`. */
export async function openThread(
  path: string,
  pause = 1,
  begin = () => new Worker(PROGRAM),
): Promise<{ start: BuilderStart; events: EventEmitter }> {
  const events = new EventEmitter();
  const start = await openBuilderThread(
    { begin },
    { source: { kind: "file", path }, maximumFileSize: 1_000_000, interval: 10, stateDirectory: undefined },
    {
      onReplaced: (replaced) => events.emit("replaced", replaced),
      onProblems: (problems) => events.emit("problems", problems),
      onFault: (fault) => events.emit("fault", fault),
      onObserved: (changes) => events.emit("observed", changes),
    },
    pause,
  );
  if (start.kind === "opened") onTestFinished(() => start.keeper.close());
  return { start, events };
}

export function deploymentFile(text: string): string {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, text);
  return path;
}

export const addressesServedBy = ({ inForce }: Keeper) =>
  ask(new Snapshot(inForce.snapshot), { ask: "xmpp.alpha.test. A" })?.answer.map((record) =>
    record.split(" ").at(-1),
  );

export const serialServedBy = ({ inForce }: Keeper, zone: string) =>
  servedZone(new Snapshot(inForce.snapshot), nameOf(zone))?.serial;

export function keeperOf(start: BuilderStart): Keeper {
  if (start.kind !== "opened") throw new Error("the deployment of the test is broken");
  return start.keeper;
}

/** Lets the thread die of a bug; resolves to what is said of it, before there is a successor. */
export async function kill(path: string, events: EventEmitter) {
  const fault = once(events, "fault");
  writeFileSync(join(dirname(path), "die"), "");
  return (await fault)[0];
}

/** The builder thread from inside: loads, derives and compiles, and says what becomes of it. */

import { parentPort, workerData } from "node:worker_threads";
import type { BuilderMessage, BuilderOrder } from "./builder-thread.ts";
import { type KeeperOptions, openKeeper } from "./keeper.ts";

/** Keeps the version in force and says what becomes of it. Returns at once. */
export function runBuilder(now: () => number): void {
  const port = parentPort;
  if (port === null) throw new Error("the builder runs on a thread of its own");
  const say = (message: BuilderMessage): void => port.postMessage(message);
  const options: KeeperOptions = workerData; // proof: #spawn passes KeeperOptions, and nobody else starts us
  const start = openKeeper(
    options,
    {
      onReplaced: (replaced) => say({ kind: "replaced", replaced }),
      onProblems: (problems) => say({ kind: "problems", problems }),
      onFault: (sentence) => say({ kind: "fault", sentence }),
    },
    now,
  );
  if (start.kind === "problems") {
    say({ kind: "unusable", problems: start.problems });
    return;
  }
  const { keeper, remarks, paths } = start;
  say({ kind: "opened", inForce: keeper.inForce, isCurrent: keeper.isCurrent, remarks, paths });
  port.on("message", async (order: BuilderOrder) => {
    if (order.kind === "reload") {
      say({ kind: "done", number: order.number, problems: await keeper.reload(order.source) });
    } else if (order.kind === "describe") {
      say({ kind: "described", number: order.number, description: await keeper.describe(order.query) });
    } else {
      await keeper.close();
      port.close();
    }
  });
}

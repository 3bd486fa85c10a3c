/** The builder thread from inside: loads, derives and compiles, and says what becomes of it. */

import { parentPort } from "node:worker_threads";
import type { Problem } from "../result.ts";
import type { DeploymentSource } from "./build.ts";
import type { BuilderMessage, BuilderOrder } from "./builder-thread.ts";
import { faultOf } from "./fault.ts";
import type { Legacy } from "./in-force.ts";
import {
  type Keeper,
  type KeeperEvents,
  type KeeperOptions,
  type KeeperStart,
  openKeeper,
} from "./keeper.ts";

export interface BuilderSurroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told after each load how many octets are served now; the load has left a multiple of that behind. */
  readonly onLoaded: (octets: number) => void;
}

/** Waits to be told what to keep in force, and says what becomes of it. Returns at once. */
export function runBuilder(surroundings: BuilderSurroundings): void {
  const port = parentPort;
  if (port === null) throw new Error("the builder runs on a thread of its own");
  port.once("message", (order: BuilderOrder) => {
    if (order.kind === "open") void open(order.options, port, surroundings);
  });
}

async function open(
  options: KeeperOptions,
  port: Port,
  { now, onLoaded }: BuilderSurroundings,
): Promise<void> {
  const say = (message: BuilderMessage): void => port.postMessage(message);
  let keeper: Keeper | undefined;
  const loaded = ({ inForce }: Legacy): void =>
    void setImmediate(onLoaded, inForce.snapshot.byteLength).unref();
  const events: KeeperEvents = {
    onReplaced: (replaced) => {
      if (keeper === undefined) return; // proof: who opens it is told what is in force then
      const { legacy, health, isCurrent } = keeper;
      say({ kind: "replaced", replaced, legacy, health, isCurrent });
      loaded(legacy);
    },
    onObserved: (changes) => {
      if (keeper === undefined) return;
      const { observed, health } = keeper;
      say({ kind: "observed", changes, observed, health });
    },
    onProblems: (problems) => say({ kind: "problems", problems, isCurrent: keeper?.isCurrent ?? false }),
    onFault: (fault) => say({ kind: "fault", fault }),
  };
  const opening = openKeeper(options, events, now);
  obey(opening, port, say, events);
  const start = await opening;
  if (start.kind === "problems") {
    say({ kind: "unusable", problems: start.problems });
    port.close();
    return;
  }
  keeper = start.keeper;
  const { legacy, health, isCurrent } = keeper;
  say({ kind: "opened", legacy, health, isCurrent, remarks: start.remarks, paths: start.paths });
  loaded(legacy);
  if (options.legacy !== undefined) void reload(start.keeper, undefined, events);
}

type Port = NonNullable<typeof parentPort>;

/** Orders may come while the keeper still opens: they wait for it. */
function obey(
  opening: Promise<KeeperStart>,
  port: Port,
  say: (message: BuilderMessage) => void,
  events: KeeperEvents,
): void {
  port.on("message", async (order: BuilderOrder) => {
    const start = await opening;
    if (start.kind === "problems") return;
    const { keeper } = start;
    switch (order.kind) {
      case "reload":
        say({ kind: "done", number: order.number, problems: await reload(keeper, order.source, events) });
        break;
      case "describe":
        say({ kind: "described", number: order.number, description: await keeper.describe(order.query) });
        break;
      case "close":
        await keeper.close();
        port.close();
        break;
      case "open":
        break; // it is
      default:
        order satisfies never;
    }
  });
}

/** Never rejects: nobody would hear of it but the thread, which would end. */
async function reload(
  keeper: Keeper,
  source: DeploymentSource | undefined,
  { onFault }: KeeperEvents,
): Promise<readonly Problem[]> {
  try {
    return await keeper.reload(source);
  } catch (error) {
    const fault = faultOf("Cannot reload, which is a bug", error);
    onFault(fault);
    return [{ severity: "error", message: fault.sentence }];
  }
}

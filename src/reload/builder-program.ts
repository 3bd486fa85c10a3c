/** The builder thread from inside: loads, derives and compiles, and says what becomes of it. */

import { parentPort, workerData } from "node:worker_threads";
import type { Problem } from "../result.ts";
import type { BuilderMessage, BuilderOrder } from "./builder-thread.ts";
import { faultOf } from "./fault.ts";
import type { Legacy } from "./in-force.ts";
import { type Keeper, type KeeperEvents, type KeeperOptions, openKeeper } from "./keeper.ts";

export interface BuilderSurroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told after each load how many octets are served now; the load has left a multiple of that behind. */
  readonly onLoaded: (octets: number) => void;
}

/** Keeps the version in force and says what becomes of it. Returns at once. */
export function runBuilder({ now, onLoaded }: BuilderSurroundings): void {
  const port = parentPort;
  if (port === null) throw new Error("the builder runs on a thread of its own");
  const say = (message: BuilderMessage): void => port.postMessage(message);
  const options: KeeperOptions = workerData; // proof: #spawn passes KeeperOptions, and nobody else starts us
  let keeper: Keeper | undefined;
  const loaded = ({ inForce }: Legacy): void =>
    void setImmediate(onLoaded, inForce.snapshot.byteLength).unref();
  const events: KeeperEvents = {
    onReplaced: (replaced) => {
      if (keeper === undefined) return; // proof: nothing is replaced before there is something
      const { legacy } = keeper;
      say({ kind: "replaced", replaced, legacy });
      loaded(legacy);
    },
    onProblems: (problems) => say({ kind: "problems", problems, isCurrent: keeper?.isCurrent ?? false }),
    onFault: (fault) => say({ kind: "fault", fault }),
  };
  const start = openKeeper(options, events, now);
  if (start.kind === "problems") {
    say({ kind: "unusable", problems: start.problems });
    return;
  }
  keeper = start.keeper;
  const { legacy, isCurrent } = keeper;
  say({ kind: "opened", legacy, isCurrent, remarks: start.remarks, paths: start.paths });
  loaded(legacy);
  obey(start.keeper, port, say, events);
  if (options.legacy !== undefined) void reload(start.keeper, undefined, events);
}

type Port = NonNullable<typeof parentPort>;

function obey(
  keeper: Keeper,
  port: Port,
  say: (message: BuilderMessage) => void,
  events: KeeperEvents,
): void {
  port.on("message", async (order: BuilderOrder) => {
    if (order.kind === "reload") {
      say({ kind: "done", number: order.number, problems: await reload(keeper, order, events) });
    } else if (order.kind === "describe") {
      say({ kind: "described", number: order.number, description: await keeper.describe(order.query) });
    } else {
      await keeper.close();
      port.close();
    }
  });
}

/** Never rejects: nobody would hear of it but the thread, which would end. */
async function reload(
  keeper: Keeper,
  order: Pick<BuilderOrder & { kind: "reload" }, "source"> | undefined,
  { onFault }: KeeperEvents,
): Promise<readonly Problem[]> {
  try {
    return await keeper.reload(order?.source);
  } catch (error) {
    const fault = faultOf("Cannot reload, which is a bug", error);
    onFault(fault);
    return [{ severity: "error", message: fault.sentence }];
  }
}

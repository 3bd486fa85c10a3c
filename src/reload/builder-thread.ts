/** A keeper on a thread of its own. What it does there is keeper.ts; here is what passes between the two. */

import { Worker } from "node:worker_threads";
import type { Problem } from "../result.ts";
import type { DeploymentSource } from "./build.ts";
import type { Description, DescriptionQuery } from "./description.ts";
import type { InForce } from "./in-force.ts";
import type { Keeper, KeeperEvents, KeeperOptions, KeeperStart } from "./keeper.ts";
import type { Reloaded } from "./reloader.ts";
import type { ReloadReport } from "./report.ts";

/** What the thread is asked for. */
export type BuilderOrder =
  | { readonly kind: "reload"; readonly number: number; readonly source: DeploymentSource | undefined }
  | { readonly kind: "describe"; readonly number: number; readonly query: DescriptionQuery }
  | { readonly kind: "close" };

/** What the thread says. */
export type BuilderMessage =
  | {
      readonly kind: "opened";
      readonly inForce: InForce;
      readonly isCurrent: boolean;
      readonly remarks: readonly Problem[];
      readonly paths: readonly string[];
    }
  | { readonly kind: "unusable"; readonly problems: readonly Problem[] }
  | { readonly kind: "replaced"; readonly replaced: Reloaded }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] }
  | { readonly kind: "fault"; readonly sentence: string }
  | { readonly kind: "done"; readonly number: number; readonly problems: readonly Problem[] }
  | { readonly kind: "described"; readonly number: number; readonly description: Description };

/** Milliseconds before a thread that died of a fault is started again. */
const PAUSE = 1000;

/** Starts the thread that runs `program` (a file that calls `runBuilder`) and waits for its first load. */
export async function openBuilderThread(
  program: URL,
  options: KeeperOptions,
  events: KeeperEvents,
): Promise<KeeperStart> {
  const keeper = new BuilderThread(program, options, events);
  return keeper.start();
}

class BuilderThread implements Keeper {
  readonly #program: URL;
  readonly #options: KeeperOptions;
  readonly #events: KeeperEvents;
  #worker: Worker | undefined;
  #inForce: InForce | undefined;
  #isCurrent = true;
  #isClosing = false;
  #numbers = 0;
  readonly #waiting = new Map<number, (problems: readonly Problem[]) => void>();
  readonly #asking = new Map<number, (description: Description) => void>();

  constructor(program: URL, options: KeeperOptions, events: KeeperEvents) {
    this.#program = program;
    this.#options = options;
    this.#events = events;
  }

  get inForce(): InForce {
    if (this.#inForce === undefined) throw new Error("the builder thread was asked before its first load");
    return this.#inForce;
  }

  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** Resolves at the first load. A thread that dies before that is a bug, and throws. */
  start(): Promise<KeeperStart> {
    const worker = this.#spawn();
    return new Promise((resolve, reject) => {
      worker.once("error", reject);
      const hear = (message: BuilderMessage): void => {
        this.#take(message);
        if (message.kind !== "opened" && message.kind !== "unusable") return; // events before the first load is done
        worker.off("message", hear).off("error", reject);
        if (message.kind === "unusable") resolve({ kind: "problems", problems: message.problems });
        else resolve({ kind: "opened", keeper: this, remarks: message.remarks, paths: message.paths });
        this.#watchOver(worker);
      };
      worker.on("message", hear);
    });
  }

  reload(source?: DeploymentSource): Promise<readonly Problem[]> {
    if (this.#worker === undefined) return Promise.resolve([{ severity: "error", message: NO_THREAD }]);
    const number = this.#numbers++;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#order({ kind: "reload", number, source });
    });
  }

  describe(query: DescriptionQuery): Promise<Description> {
    if (this.#isClosing) return Promise.resolve({ kind: "unavailable", reason: CLOSING });
    if (this.#worker === undefined) return Promise.resolve({ kind: "unavailable", reason: STARTING_AGAIN });
    const number = this.#numbers++;
    return new Promise((resolve) => {
      this.#asking.set(number, resolve);
      this.#order({ kind: "describe", number, query });
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref(); // its end is waited for, though it alone would not keep the process
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    this.#order({ kind: "close" });
    await ended;
    this.#letDown(CLOSING);
  }

  /** Whoever still waits for a description gets none. */
  #letDown(reason: string): void {
    for (const resolve of this.#asking.values()) resolve({ kind: "unavailable", reason });
    this.#asking.clear();
  }

  #spawn(): Worker {
    const worker = new Worker(this.#program, { workerData: this.#options });
    this.#worker = worker;
    const forget = () => {
      if (this.#worker === worker) this.#worker = undefined; // orders to it would never be answered
    };
    worker.once("error", forget);
    worker.once("exit", forget);
    return worker;
  }

  #order(order: BuilderOrder): void {
    this.#worker?.postMessage(order);
  }

  /** From now on messages are events, and a death is followed by a new thread with the files as they are then. */
  #watchOver(worker: Worker): void {
    worker.on("message", (message: BuilderMessage) => this.#take(message));
    worker.on("error", (error: Error) => {
      this.#events.onFault(
        `The builder thread died and is started again; the last good version goes on being served: ${error.stack}`,
      );
      for (const resolve of this.#waiting.values())
        resolve([{ severity: "error", message: "The builder thread died" }]);
      this.#waiting.clear();
      this.#letDown("the builder thread died");
      setTimeout(() => this.#restart(), PAUSE).unref();
    });
    worker.unref();
  }

  /** The successor knows nothing of what was served, so what it opens with is served as it is. */
  #restart(): void {
    if (this.#isClosing) return;
    const worker = this.#spawn();
    this.#watchOver(worker);
    worker.on("message", (message: BuilderMessage) => {
      if (message.kind !== "opened") return;
      const { inForce, remarks } = message;
      this.#events.onReplaced({ inForce, report: NOTHING_COMPARED, milliseconds: 0, remarks });
    });
  }

  #take(message: BuilderMessage): void {
    const { onReplaced, onProblems, onFault } = this.#events;
    switch (message.kind) {
      case "opened":
        this.#inForce = message.inForce;
        this.#isCurrent = message.isCurrent;
        break;
      case "replaced":
        this.#inForce = message.replaced.inForce;
        this.#isCurrent = true;
        onReplaced(message.replaced);
        break;
      case "problems":
        this.#isCurrent = false;
        onProblems(message.problems);
        break;
      case "unusable":
        break; // told by `start`; a successor that finds no good version changes nothing
      case "fault":
        onFault(message.sentence);
        break;
      case "done":
        this.#waiting.get(message.number)?.(message.problems);
        this.#waiting.delete(message.number);
        break;
      case "described":
        this.#asking.get(message.number)?.(message.description);
        this.#asking.delete(message.number);
        break;
      default:
        message satisfies never;
    }
  }
}

const CLOSING = "the server is being closed";
const STARTING_AGAIN = "the builder thread is being started again";
const NO_THREAD = `Cannot reload: ${STARTING_AGAIN}; ask again in some seconds`;

const NOTHING_COMPARED: ReloadReport = {
  zones: { added: 0, changed: 0, removed: 0 },
  rrsets: { added: 0, changed: 0, removed: 0 },
  examples: [],
};

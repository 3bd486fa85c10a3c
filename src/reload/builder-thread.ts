/** A keeper on a thread of its own. What it does there is keeper.ts; here is what passes between the two. */

import type { Worker } from "node:worker_threads";
import type { ObservedChange } from "../observe/change.ts";
import type { ServerHealth } from "../observe/health-checks.ts";
import type { Problem } from "../result.ts";
import type { DeploymentSource } from "./build.ts";
import type { Description, DescriptionQuery } from "./description.ts";
import { type Fault, faultOf } from "./fault.ts";
import type { InForce, Legacy } from "./in-force.ts";
import type { Keeper, KeeperEvents, KeeperOptions, KeeperStart } from "./keeper.ts";
import type { Reloaded } from "./reloader.ts";

/** What the thread is asked for: to open first of all, which is not said again. */
export type BuilderOrder =
  | { readonly kind: "open"; readonly options: KeeperOptions }
  | { readonly kind: "reload"; readonly number: number; readonly source: DeploymentSource | undefined }
  | { readonly kind: "describe"; readonly number: number; readonly query: DescriptionQuery }
  | { readonly kind: "close" };

/** What the thread says. */
export type BuilderMessage =
  | {
      readonly kind: "opened";
      readonly legacy: Legacy;
      readonly health: readonly ServerHealth[];
      readonly isCurrent: boolean;
      readonly remarks: readonly Problem[];
      readonly paths: readonly string[];
    }
  | { readonly kind: "unusable"; readonly problems: readonly Problem[] }
  | {
      readonly kind: "replaced";
      readonly replaced: Reloaded;
      readonly legacy: Legacy;
      readonly health: readonly ServerHealth[];
      readonly isCurrent: boolean;
    }
  | {
      readonly kind: "observed";
      readonly changes: readonly ObservedChange[];
      readonly observed: Legacy["observed"];
      readonly health: readonly ServerHealth[];
    }
  | { readonly kind: "problems"; readonly problems: readonly Problem[]; readonly isCurrent: boolean }
  | { readonly kind: "fault"; readonly fault: Fault }
  | { readonly kind: "done"; readonly number: number; readonly problems: readonly Problem[] }
  | { readonly kind: "described"; readonly number: number; readonly description: Description };

/** Milliseconds before a thread that died is started again; twice as long each time that it dies young. */
const PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** Milliseconds after which a thread has not died young. */
const ADULT_AGE = 120_000;

export interface BuilderProgram {
  /** Begins a thread that calls `runBuilder`. */
  readonly begin: () => Worker;
  /** One that has begun already, and was not told anything. */
  readonly begun?: Worker | undefined;
}

/** What comes of the first load; a thread may die of it, of a deployment that its memory does not hold perhaps. */
export type BuilderStart = KeeperStart | { readonly kind: "died"; readonly problems: readonly Problem[] };

/** Opens a keeper on its thread and waits for the first load. `pause`: milliseconds that a dead thread stays so. */
export async function openBuilderThread(
  { begin, begun }: BuilderProgram,
  options: KeeperOptions,
  events: KeeperEvents,
  pause = PAUSE,
): Promise<BuilderStart> {
  const keeper = new BuilderThread(begin, { options, events, pause });
  return keeper.start(begun ?? begin());
}

interface BuilderThreadParts {
  readonly options: KeeperOptions;
  readonly events: KeeperEvents;
  readonly pause: number;
}

type TakeProblems = (problems: readonly Problem[]) => void;

class BuilderThread implements Keeper {
  readonly #begin: () => Worker;
  readonly #options: KeeperOptions;
  readonly #events: KeeperEvents;
  readonly #shortestPause: number;
  #pause: number;
  #worker: Worker | undefined;
  #rebirth: NodeJS.Timeout | undefined;
  #source: DeploymentSource;
  #legacy: Legacy | undefined;
  #health: readonly ServerHealth[] = [];
  #isCurrent = true;
  #isClosing = false;
  #numbers = 0;
  readonly #waiting = new Map<
    number,
    { readonly resolve: TakeProblems; readonly source?: DeploymentSource }
  >();
  readonly #asking = new Map<number, (description: Description) => void>();

  constructor(begin: () => Worker, { options, events, pause }: BuilderThreadParts) {
    this.#begin = begin;
    this.#options = options;
    this.#source = options.source;
    this.#events = events;
    this.#shortestPause = pause;
    this.#pause = pause;
  }

  get inForce(): InForce {
    return this.legacy.inForce;
  }

  get legacy(): Legacy {
    if (this.#legacy === undefined) throw new Error("the builder thread was asked before its first load");
    return this.#legacy;
  }

  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  get health(): readonly ServerHealth[] {
    return this.#health;
  }

  get observed(): Legacy["observed"] {
    return this.#legacy?.observed;
  }

  /** Resolves at the first load, or at the death of the thread before that. */
  start(worker: Worker): Promise<BuilderStart> {
    worker.ref();
    order(worker, { kind: "open", options: this.#options });
    return new Promise((resolve) => {
      worker.once("error", (error: unknown) => resolve(diedOf(error)));
      worker.once("exit", (code) => resolve(diedOf(`it ended with ${code}`)));
      const hear = (message: BuilderMessage): void => {
        this.#take(message);
        if (message.kind === "unusable") resolve({ kind: "problems", problems: message.problems });
        if (message.kind !== "opened") return; // events before the first load is done
        for (const name of ["error", "exit", "message"]) worker.removeAllListeners(name);
        this.#watchOver(worker);
        resolve({ kind: "opened", keeper: this, remarks: message.remarks, paths: message.paths });
      };
      worker.on("message", hear);
    });
  }

  reload(source?: DeploymentSource): Promise<readonly Problem[]> {
    const worker = this.#worker;
    if (worker === undefined) {
      const fault = { sentence: this.#isClosing ? CLOSED : DEAD };
      this.#events.onFault(fault);
      return Promise.resolve([problemOf(fault)]);
    }
    const number = this.#numbers++;
    return new Promise((resolve) => {
      this.#waiting.set(number, { resolve, ...(source && { source }) });
      order(worker, { kind: "reload", number, source });
    });
  }

  describe(query: DescriptionQuery): Promise<Description> {
    const worker = this.#worker;
    if (worker === undefined || this.#isClosing)
      return Promise.resolve({ kind: "unavailable", reason: NOBODY_TO_ASK });
    const number = this.#numbers++;
    return new Promise((resolve) => {
      this.#asking.set(number, resolve);
      order(worker, { kind: "describe", number, query });
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#rebirth);
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref(); // its end is waited for, though it alone would not keep the process
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    order(worker, { kind: "close" });
    await ended;
  }

  /** From now on messages are events, and a death is followed by a new thread that goes on from here. */
  #watchOver(worker: Worker): void {
    this.#worker = worker;
    let death: Fault | undefined;
    const adulthood = setTimeout(() => (this.#pause = this.#shortestPause), ADULT_AGE).unref();
    worker.on("message", (message: BuilderMessage) => this.#take(message));
    worker.on("error", (error: unknown) => (death = faultOf(DEATH, error)));
    worker.on("exit", (code) => {
      clearTimeout(adulthood);
      this.#mourn(death ?? { sentence: `${DEATH}: it ended with ${code}` });
    });
    worker.unref();
  }

  #mourn(fault: Fault): void {
    this.#worker = undefined;
    for (const { resolve } of this.#waiting.values()) resolve([problemOf(fault)]);
    this.#waiting.clear();
    for (const resolve of this.#asking.values()) resolve({ kind: "unavailable", reason: NOBODY_TO_ASK });
    this.#asking.clear();
    if (this.#isClosing) return;
    this.#events.onFault(fault);
    this.#rebirth = setTimeout(() => this.#restart(), this.#pause).unref();
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  /** The successor begins with what is served, and then looks at the files as they are by now. */
  #restart(): void {
    const heir: KeeperOptions = { ...this.#options, source: this.#source, legacy: this.#legacy };
    const worker = this.#begin();
    this.#watchOver(worker);
    order(worker, { kind: "open", options: heir });
  }

  #take(message: BuilderMessage): void {
    const { onReplaced, onProblems, onFault, onObserved } = this.#events;
    switch (message.kind) {
      case "opened":
        this.#legacy = message.legacy;
        this.#health = message.health;
        this.#isCurrent = message.isCurrent;
        break;
      case "replaced":
        this.#legacy = message.legacy;
        this.#health = message.health;
        this.#isCurrent = message.isCurrent;
        onReplaced(message.replaced);
        break;
      case "observed":
        this.#legacy = this.#legacy && { ...this.#legacy, observed: message.observed };
        this.#health = message.health;
        onObserved(message.changes);
        break;
      case "problems":
        this.#isCurrent = message.isCurrent;
        onProblems(message.problems);
        break;
      case "unusable":
        break; // told by `start`
      case "fault":
        onFault(message.fault);
        break;
      case "done":
        this.#settle(message.number, message.problems);
        break;
      case "described":
        this.#asking.get(message.number)?.(message.description);
        this.#asking.delete(message.number);
        break;
      default:
        message satisfies never;
    }
  }

  #settle(number: number, problems: readonly Problem[]): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (problems.length === 0) this.#source = waiting?.source ?? this.#source;
    waiting?.resolve(problems);
  }
}

const DEATH = "The builder thread died and is started again; the last good version goes on being served";

/** The cure depends on whether the thread had too little memory. */
function diedOf(error: unknown): Extract<BuilderStart, { kind: "died" }> {
  const isMemory = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  const { sentence } = faultOf("Cannot load the deployment: the thread that builds it died", error);
  const problem = problemOf({ sentence: `${sentence}; ${isMemory ? MORE_MEMORY : START_ANEW}` });
  return { kind: "died", problems: [problem] };
}

const MORE_MEMORY =
  "allow it more, such as NODE_OPTIONS=--max-old-space-size=4096 (MiB), or give fewer SIP domains values of their own";

const START_ANEW =
  "start the server anew; where it dies again, leave out parts of the deployment to find the one it dies of";

const DEAD =
  "Cannot reload: the builder thread died and is about to be started again, which will look at the files; the last good version goes on being served";

const NOBODY_TO_ASK = "the builder thread has ended; where it died it is about to be started again";

const CLOSED = "Cannot reload: the server is closing";

function order(worker: Worker, order: BuilderOrder): void {
  worker.postMessage(order);
}

function problemOf({ sentence }: Fault): Problem {
  return { severity: "error", message: sentence };
}

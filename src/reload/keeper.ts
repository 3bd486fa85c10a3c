/**
 * Whoever keeps the version in force up to date, for those who serve it: the reloader on this thread, or one
 * on a thread of its own (builder-thread.ts), where a load of a million SIP domains disturbs nobody.
 */

import type { Problem } from "../result.ts";
import type { DeploymentSource } from "./build.ts";
import type { Environment } from "./files.ts";
import type { InForce } from "./in-force.ts";
import { type Reloaded, Reloader } from "./reloader.ts";
import { NO_MEMORY, openMemory } from "./state.ts";

/** What a keeper works with. It can be sent from thread to thread. */
export interface KeeperOptions {
  readonly source: DeploymentSource;
  /** Octets that a file may have. */
  readonly maximumFileSize: number;
  /** Milliseconds between looks at the files; 0 for no looks. */
  readonly interval: number;
  readonly stateDirectory: string | undefined;
  /** Where secrets may stand. */
  readonly environment?: Environment;
}

/** Who is told. */
export interface KeeperEvents {
  readonly onReplaced: (replaced: Reloaded) => void;
  /** Told of each broken version once; the last good one goes on being served. */
  readonly onProblems: (problems: readonly Problem[]) => void;
  /** Told of what goes wrong beside the deployment: the state directory, a thread. */
  readonly onFault: (sentence: string) => void;
}

export interface Keeper {
  /** The version in force. */
  readonly inForce: InForce;
  /** Whether it is that of the last load. */
  readonly isCurrent: boolean;
  /** Loads now, from another source if one is given; the problems that keep it from being in force. */
  reload(source?: DeploymentSource): Promise<readonly Problem[]>;
  close(): Promise<void>;
}

export type KeeperStart =
  | {
      readonly kind: "opened";
      readonly keeper: Keeper;
      readonly remarks: readonly Problem[];
      /** The files that took part. */
      readonly paths: readonly string[];
    }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/** A keeper on this thread. */
export function openKeeper(options: KeeperOptions, events: KeeperEvents, now: () => number): KeeperStart {
  const { source, maximumFileSize, interval, stateDirectory, environment = {} } = options;
  const opened = Reloader.open({
    source,
    maximumFileSize,
    environment,
    interval,
    now,
    memory: stateDirectory === undefined ? NO_MEMORY : openMemory(stateDirectory, events.onFault),
    onReload: events.onReplaced,
    onProblems: events.onProblems,
  });
  if (opened.kind === "problems") return opened;
  const { reloader, remarks } = opened;
  return { kind: "opened", keeper: keeperOf(reloader), remarks, paths: reloader.paths };
}

function keeperOf(reloader: Reloader): Keeper {
  return {
    get inForce() {
      return reloader.inForce;
    },
    get isCurrent() {
      return reloader.isCurrent;
    },
    reload: (source) => reloader.reload(source),
    close: () => reloader.close(),
  };
}

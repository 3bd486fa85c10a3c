/**
 * Whoever keeps the version in force up to date, for those who serve it: the reloader on this thread, or one
 * on a thread of its own (builder-thread.ts), where a load of a million SIP domains disturbs nobody.
 */

import type { ObservedChange } from "../observe/change.ts";
import type { ServerHealth } from "../observe/health-checks.ts";
import { SYSTEM_NETWORK } from "../observe/observer.ts";
import type { Problem } from "../result.ts";
import type { DeploymentSource } from "./build.ts";
import { Describer, type VersionInForce } from "./describer.ts";
import type { Description, DescriptionQuery } from "./description.ts";
import type { Fault } from "./fault.ts";
import type { Environment } from "./files.ts";
import type { InForce, Legacy } from "./in-force.ts";
import { type Reloaded, Reloader, type ReloaderOptions } from "./reloader.ts";
import { NO_MEMORY, openMemory } from "./state.ts";

/** What a keeper works with. It can be sent from thread to thread. */
export interface KeeperOptions {
  readonly source: DeploymentSource;
  /** Octets that a file may have. */
  readonly maximumFileSize: number;
  /** Milliseconds between looks at the files; 0 for no looks. */
  readonly interval: number;
  readonly stateDirectory: string | undefined;
  /** Whether the version in force may be asked about; then the octets of its files are kept. */
  readonly describable?: boolean | undefined;
  /** What a predecessor left: that is in force at once, and the files are for the first reload to look at. */
  readonly legacy?: Legacy | undefined;
  /** Where secrets may stand. */
  readonly environment?: Environment;
}

/** Who is told. */
export interface KeeperEvents {
  readonly onReplaced: (replaced: Reloaded) => void;
  /** Told of each broken version once; the last good one goes on being served. */
  readonly onProblems: (problems: readonly Problem[]) => void;
  /** Told of what goes wrong beside the deployment: the state directory, a thread. */
  readonly onFault: (fault: Fault) => void;
  /** Told of what was seen of Edge Servers and host names, after the answers have followed. */
  readonly onObserved: (changes: readonly ObservedChange[]) => void;
}

export interface Keeper {
  /** The version in force. */
  readonly inForce: InForce;
  /** What a successor would have to know. */
  readonly legacy: Legacy;
  /** Whether it is that of the last load. */
  readonly isCurrent: boolean;
  /** What checks say of each Edge Server's address; empty where none is checked. */
  readonly health: readonly ServerHealth[];
  /** The part of the legacy that changes with the network; the rest may be that of a million zones. */
  readonly observed: Legacy["observed"];
  /** Loads now, from another source if one is given; the problems that keep it from being in force. */
  reload(source?: DeploymentSource): Promise<readonly Problem[]>;
  /** Describes the version in force. At a million SIP domains the first answer takes as long as a load. */
  describe(query: DescriptionQuery): Promise<Description>;
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

/** A keeper on this thread. It waits for the addresses of host names, if the deployment has any. */
export async function openKeeper(
  options: KeeperOptions,
  events: KeeperEvents,
  now: () => number,
): Promise<KeeperStart> {
  const { stateDirectory, legacy, describable, ...rest } = options;
  const memory = stateDirectory === undefined ? NO_MEMORY : openMemory(stateDirectory, events.onFault);
  const describer = describable === true ? new Describer(options.environment) : undefined;
  const reloaderOptions: ReloaderOptions = {
    ...rest,
    now,
    memory: describer?.listenTo(memory) ?? memory,
    onReload: events.onReplaced,
    onProblems: events.onProblems,
    onFault: events.onFault,
    network: SYSTEM_NETWORK,
    onObserved: events.onObserved,
  };
  if (legacy !== undefined) {
    const keeper = keeperOf(Reloader.resume(reloaderOptions, legacy), describer);
    return { kind: "opened", keeper, remarks: [], paths: [] };
  }
  const opened = await Reloader.openInNetwork(reloaderOptions);
  if (opened.kind === "problems") return opened;
  const { reloader, remarks } = opened;
  return { kind: "opened", keeper: keeperOf(reloader, describer), remarks, paths: reloader.paths };
}

function keeperOf(reloader: Reloader, describer: Describer | undefined): Keeper {
  return {
    get inForce() {
      return reloader.inForce;
    },
    get legacy() {
      return reloader.legacy;
    },
    get isCurrent() {
      return reloader.isCurrent;
    },
    get health() {
      return reloader.health;
    },
    get observed() {
      return reloader.observed;
    },
    reload: (source) => reloader.reload(source),
    describe: async (query) => describer?.describe(query, versionOf(reloader)) ?? NOT_KEPT,
    close: async () => {
      await reloader.close();
      describer?.close();
    },
  };
}

const NOT_KEPT: Description = { kind: "unavailable", reason: "nobody was to ask" };

function versionOf({ source, inForce, observations }: Reloader): VersionInForce {
  return { source, snapshot: inForce.snapshot, observations };
}

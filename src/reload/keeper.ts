/**
 * Whoever keeps the version in force up to date, for those who serve it: the reloader on this thread, or one
 * on a thread of its own (builder-thread.ts), where a load of a million SIP domains disturbs nobody.
 */

import type { Problem } from "../result.ts";
import type { Build, DeploymentSource } from "./build.ts";
import { Reloader } from "./reloader.ts";
import type { ReloadReport } from "./report.ts";
import { NO_MEMORY, openMemory } from "./state.ts";

/** What those who serve must know of a build. It can be sent from thread to thread. */
export interface InForce {
  /** The compiled zones, shared and immutable. */
  readonly snapshot: SharedArrayBuffer;
  /** The first SIP domain that is published, without a final dot: for examples. */
  readonly firstPublished: string | undefined;
  readonly sipDomains: number;
  /** Why every listed SIP domain is published, where none of Lync's gates is given. */
  readonly everyListed: string | undefined;
}

/** A good reload. */
export interface Replaced {
  readonly inForce: InForce;
  readonly report: ReloadReport;
  /** Milliseconds from the first read to the build in force. */
  readonly milliseconds: number;
  readonly remarks: readonly Problem[];
}

/** What a keeper works with. It can be sent from thread to thread. */
export interface KeeperOptions {
  readonly source: DeploymentSource;
  /** Octets that a file may have. */
  readonly maximumFileSize: number;
  /** Milliseconds between looks at the files; 0 for no looks. */
  readonly interval: number;
  readonly stateDirectory: string | undefined;
}

/** Who is told. */
export interface KeeperEvents {
  readonly onReplaced: (replaced: Replaced) => void;
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
  const { source, maximumFileSize, interval, stateDirectory } = options;
  const opened = Reloader.open({
    source,
    maximumFileSize,
    interval,
    now,
    memory: stateDirectory === undefined ? NO_MEMORY : openMemory(stateDirectory, events.onFault),
    onReload: ({ build, ...rest }) => events.onReplaced({ inForce: inForceOf(build), ...rest }),
    onProblems: events.onProblems,
  });
  if (opened.kind === "problems") return opened;
  const { reloader, remarks } = opened;
  return { kind: "opened", keeper: keeperOf(reloader), remarks, paths: reloader.paths };
}

function keeperOf(reloader: Reloader): Keeper {
  return {
    get inForce() {
      return inForceOf(reloader.build);
    },
    get isCurrent() {
      return reloader.isCurrent;
    },
    reload: (source) => reloader.reload(source),
    close: () => reloader.close(),
  };
}

function inForceOf({ snapshot, derivation: { publications } }: Build): InForce {
  const published = publications.find((publication) => publication.published);
  const [first] = publications;
  return {
    snapshot: snapshot.buffer,
    firstPublished: published?.sipDomain.toString().slice(0, -1),
    sipDomains: publications.length,
    everyListed: first?.mode === "every-listed" ? first.reason : undefined,
  };
}

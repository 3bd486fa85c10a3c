/** Keeps the build in force up to date: all or nothing, one load at a time, each broken version told once. */

import { failed, type Problem, type Result } from "../result.ts";
import { Snapshot } from "../zone/snapshot.ts";
import {
  type Build,
  type BuildOptions,
  build,
  type DeploymentSource,
  type KeptBuild,
  keep,
} from "./build.ts";
import { type Fault, faultOf } from "./fault.ts";
import { DiskFiles, type Environment } from "./files.ts";
import { type InForce, inForceOf, type Legacy } from "./in-force.ts";
import { type ReloadReport, reportReload, reportRemarks } from "./report.ts";
import type { Memory } from "./state.ts";
import { Versions } from "./versions.ts";
import { type DigestsByPath, FileWatch } from "./watch.ts";

export interface ReloaderOptions {
  readonly source: DeploymentSource;
  /** Octets that a file may have. */
  readonly maximumFileSize: number;
  readonly environment?: Environment;
  /** Milliseconds between looks at the files; 0 for no looks. */
  readonly interval: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly memory: Memory;
  /** Told of each good reload after the build is in force. */
  readonly onReload: (outcome: Reloaded) => void;
  /** Told of each broken version once; the last good one goes on being served. */
  readonly onProblems: (problems: readonly Problem[]) => void;
  /** Told of what goes wrong beside the deployment: a bug of ours. */
  readonly onFault: (fault: Fault) => void;
}

/** A good reload. It can be sent from thread to thread. */
export interface Reloaded {
  readonly inForce: InForce;
  readonly report: ReloadReport;
  /** Milliseconds from the first read to the build in force. */
  readonly milliseconds: number;
  readonly remarks: readonly Problem[];
  /** The files that took part. */
  readonly paths: readonly string[];
}

export type Opened =
  | { readonly kind: "opened"; readonly reloader: Reloader; readonly remarks: readonly Problem[] }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/** What a reloader begins with. */
interface Beginning {
  readonly kept: KeptBuild;
  readonly inForce: InForce;
  readonly versions: Versions;
  readonly files: DiskFiles;
  readonly isCurrent: boolean;
}

export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #watch: FileWatch | undefined;
  readonly #versions: Versions;
  #source: DeploymentSource;
  /** What the next load is compared with. The rest of a build, a million SIP domains perhaps, is let go. */
  #kept: KeptBuild;
  #inForce: InForce;
  #turn: Promise<unknown> = Promise.resolve();
  #files: DiskFiles;
  #isCurrent: boolean;

  private constructor(options: ReloaderOptions, beginning: Beginning) {
    this.#options = options;
    this.#source = options.source;
    this.#kept = beginning.kept;
    this.#inForce = beginning.inForce;
    this.#versions = beginning.versions;
    this.#files = beginning.files;
    this.#isCurrent = beginning.isCurrent;
    const { interval, maximumFileSize, now } = options;
    if (interval === 0) return;
    this.#watch = new FileWatch({
      interval,
      maximumFileSize,
      now,
      onChange: (settled) => this.#takeChange(settled),
      onFault: (error) => options.onFault(faultOf("Cannot look at the deployment's files", error)),
    });
    this.#watch.follow(beginning.files.digests);
  }

  /**
   * The first load. A broken deployment ends it, unless the memory holds the last good one: that is served
   * then, and what is wrong is told as after any reload.
   */
  static open(options: ReloaderOptions): Opened {
    const files = new DiskFiles(options.maximumFileSize, options.environment);
    const { source, memory, now, onProblems } = options;
    const versions = memory.versions();
    const buildOptions = { unixTime: secondsOf(now()), remembered: versions };
    const first = buildOrFault(() => build(source, files, buildOptions), options);
    if (first.ok) {
      const reloader = Reloader.#from(first.value, { options, versions, files, isCurrent: true });
      void reloader.#inTurn(() => reloader.#remember(first.value, files)); // once those who answer have been told
      return { kind: "opened", reloader, remarks: first.remarks };
    }
    const lastGood = source.kind === "file" ? memory.lastGood() : undefined;
    const fallback =
      lastGood &&
      buildOrFault(() => build(source, { ...lastGood, variable: files.variable }, buildOptions), options);
    if (!fallback?.ok) return { kind: "problems", problems: first.problems };
    onProblems(first.problems);
    const reloader = Reloader.#from(fallback.value, { options, versions, files, isCurrent: false });
    return { kind: "opened", reloader, remarks: fallback.remarks };
  }

  /** Goes on from what a predecessor left. It looks at no file before it is asked to reload. */
  static resume(options: ReloaderOptions, { inForce, digests, former }: Legacy): Reloader {
    return new Reloader(options, {
      kept: {
        compiled: { snapshot: new Snapshot(inForce.snapshot), digests: digests.split("\n") },
        models: undefined,
      },
      inForce,
      versions: Versions.read(former),
      files: new DiskFiles(options.maximumFileSize, options.environment),
      isCurrent: false,
    });
  }

  static #from(first: Build, { options, versions, files, isCurrent }: FirstLoad): Reloader {
    versions.replaced(undefined, first.snapshot);
    return new Reloader(options, {
      kept: keep(first),
      inForce: inForceOf(first),
      versions,
      files,
      isCurrent,
    });
  }

  /** Whether the build in force is that of the last load: false while a broken version is there. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** The version in force. */
  get inForce(): InForce {
    return this.#inForce;
  }

  /** Where it came from. */
  get source(): DeploymentSource {
    return this.#source;
  }

  /** What a successor would have to know. */
  get legacy(): Legacy {
    const digests = this.#kept.compiled.digests.join("\n");
    return { inForce: this.#inForce, digests, former: this.#versions.text };
  }

  /** The files that took part in the last load. */
  get paths(): readonly string[] {
    return [...this.#files.digests.keys()];
  }

  /**
   * Loads now, after the loads that were asked for before, from another source if one is given. Resolves to
   * the problems that keep the new version from being in force: none where it is.
   */
  reload(source?: DeploymentSource): Promise<readonly Problem[]> {
    return this.#inTurn(() => this.#load(source ?? this.#source) ?? []);
  }

  /** Stops looking at files; a load under way is waited for. */
  async close(): Promise<void> {
    this.#watch?.close();
    await this.#turn;
  }

  /** False where a file was read that was not as it had come to rest: somebody writes on. */
  #takeChange(settled: DigestsByPath): Promise<boolean> {
    return this.#inTurn(() => this.#load(this.#source, settled) !== undefined);
  }

  #inTurn<T>(load: () => T): Promise<T> {
    const mine = this.#turn.then(load);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** The problems of the load. Undefined, and nothing has happened, where files are not as they had come to rest. */
  #load(source: DeploymentSource, settled?: DigestsByPath): readonly Problem[] | undefined {
    const start = this.#options.now();
    const files = new DiskFiles(this.#options.maximumFileSize, this.#options.environment);
    const next = this.#build(source, files, secondsOf(start));
    if (settled !== undefined && areOther(files.digests, settled)) return undefined;
    if (!next.ok) return this.#goOn(source, files, next.problems);
    this.#replace(next.value, { source, files, start, remarks: next.remarks });
    return [];
  }

  #build(source: DeploymentSource, files: DiskFiles, unixTime: number): Result<Build> {
    const options: BuildOptions = { previous: this.#kept, unixTime, remembered: this.#versions };
    return buildOrFault(() => build(source, files, options), this.#options);
  }

  /** Another source that is no good changes nothing: the files of the version in force are followed as before. */
  #goOn(source: DeploymentSource, files: DiskFiles, problems: readonly Problem[]): readonly Problem[] {
    files.forgetContents();
    if (isSame(source, this.#source)) {
      this.#isCurrent = false;
      this.#follow(files);
    }
    this.#options.onProblems(problems);
    return problems;
  }

  /** Those who answer come first, what is for the next process comes last. */
  #replace(next: Build, { source, files, start, remarks }: GoodLoad): void {
    const { now, onReload } = this.#options;
    const before = this.#kept;
    this.#isCurrent = true;
    this.#source = source;
    this.#kept = keep(next);
    this.#inForce = inForceOf(next);
    this.#versions.replaced(before.compiled, next.snapshot);
    this.#follow(files);
    const report = reportReload(before, this.#kept);
    onReload({
      inForce: this.#inForce,
      report,
      milliseconds: now() - start,
      remarks: [...reportRemarks(report), ...remarks],
      paths: this.paths,
    });
    this.#remember(next, files);
  }

  #remember(build: Build, files: DiskFiles): void {
    this.#options.memory.keep(build, files.contents, this.#versions);
    files.forgetContents();
  }

  #follow(files: DiskFiles): void {
    this.#files = files;
    this.#watch?.follow(files.digests);
  }
}

interface FirstLoad {
  readonly options: ReloaderOptions;
  readonly versions: Versions;
  readonly files: DiskFiles;
  readonly isCurrent: boolean;
}

interface GoodLoad {
  readonly source: DeploymentSource;
  readonly files: DiskFiles;
  /** Milliseconds since 1970 at the first read. */
  readonly start: number;
  readonly remarks: readonly Problem[];
}

/** A bug that a deployment wakes is a problem of that deployment: it must not end those who watch for the next. */
function buildOrFault(
  load: () => Result<Build>,
  { onFault }: Pick<ReloaderOptions, "onFault">,
): Result<Build> {
  try {
    return load();
  } catch (error) {
    const fault = faultOf("Cannot load the deployment, which is a bug", error);
    onFault(fault);
    return failed(fault.sentence);
  }
}

/** Whether a file was read that had not come to rest in that state. Files that are new were not waited for. */
function areOther(read: DigestsByPath, settled: DigestsByPath): boolean {
  for (const [path, digest] of read) if ((settled.get(path) ?? digest) !== digest) return true;
  return false;
}

function isSame(a: DeploymentSource, b: DeploymentSource): boolean {
  return a === b || (a.kind === "file" && b.kind === "file" && a.path === b.path);
}

function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

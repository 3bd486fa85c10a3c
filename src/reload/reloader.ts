/** Keeps the build in force up to date: all or nothing, one load at a time, each broken version told once. */

import type { Problem } from "../result.ts";
import { type Build, build, type DeploymentSource, type KeptBuild, keep } from "./build.ts";
import { DiskFiles, type Environment } from "./files.ts";
import { type InForce, inForceOf } from "./in-force.ts";
import { type ReloadReport, reportReload } from "./report.ts";
import type { Memory } from "./state.ts";
import { FileWatch } from "./watch.ts";

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
}

/** A good reload. It can be sent from thread to thread. */
export interface Reloaded {
  readonly inForce: InForce;
  readonly report: ReloadReport;
  /** Milliseconds from the first read to the build in force. */
  readonly milliseconds: number;
  readonly remarks: readonly Problem[];
}

export type Opened =
  | { readonly kind: "opened"; readonly reloader: Reloader; readonly remarks: readonly Problem[] }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #watch: FileWatch | undefined;
  #source: DeploymentSource;
  /** What the next load is compared with. The rest of a build, a million SIP domains perhaps, is let go. */
  #kept: KeptBuild;
  #inForce: InForce;
  #turn: Promise<unknown> = Promise.resolve();
  #files: DiskFiles;
  #isCurrent = true;

  private constructor(options: ReloaderOptions, first: Build, files: DiskFiles) {
    this.#options = options;
    this.#source = options.source;
    this.#kept = keep(first);
    this.#inForce = inForceOf(first);
    this.#files = files;
    if (options.interval > 0) {
      this.#watch = new FileWatch({
        interval: options.interval,
        onChange: () => this.reload().then(() => {}),
      });
      this.#watch.follow(files.digests);
    }
  }

  /**
   * The first load. A broken deployment ends it, unless the memory holds the last good one: that is served
   * then, and what is wrong is told as after any reload.
   */
  static open(options: ReloaderOptions): Opened {
    const files = new DiskFiles(options.maximumFileSize, options.environment);
    const { source, memory, now, onProblems } = options;
    const buildOptions = { unixTime: secondsOf(now()), remembered: memory.versionOf };
    const first = build(source, files, buildOptions);
    if (first.ok) {
      memory.keep(first.value, files.contents);
      files.forgetContents();
      return { kind: "opened", reloader: new Reloader(options, first.value, files), remarks: first.remarks };
    }
    const lastGood = source.kind === "file" ? memory.lastGood() : undefined;
    const fallback = lastGood && build(source, { ...lastGood, variable: files.variable }, buildOptions);
    if (!fallback?.ok) return { kind: "problems", problems: first.problems };
    onProblems(first.problems);
    const reloader = new Reloader(options, fallback.value, files);
    reloader.#isCurrent = false;
    return { kind: "opened", reloader, remarks: fallback.remarks };
  }

  /** Whether the build in force is that of the last load: false while a broken version is there. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** The version in force. */
  get inForce(): InForce {
    return this.#inForce;
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
    const mine = this.#turn.then(() => this.#load(source ?? this.#source));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Stops looking at files; a load under way is waited for. */
  async close(): Promise<void> {
    this.#watch?.close();
    await this.#turn;
  }

  #load(source: DeploymentSource): readonly Problem[] {
    const { memory, now, onReload, onProblems } = this.#options;
    const start = now();
    const before = this.#kept;
    this.#files = new DiskFiles(this.#options.maximumFileSize, this.#options.environment);
    const next = build(source, this.#files, {
      previous: before,
      unixTime: secondsOf(start),
      remembered: memory.versionOf,
    });
    this.#watch?.follow(this.#files.digests);
    this.#isCurrent = next.ok;
    if (!next.ok) {
      this.#files.forgetContents();
      onProblems(next.problems);
      return next.problems;
    }
    this.#source = source;
    this.#kept = keep(next.value);
    this.#inForce = inForceOf(next.value);
    memory.keep(next.value, this.#files.contents);
    this.#files.forgetContents();
    const report = reportReload(before, this.#kept);
    onReload({ inForce: this.#inForce, report, milliseconds: now() - start, remarks: next.remarks });
    return [];
  }
}

function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** Keeps the build in force up to date: all or nothing, one load at a time, each broken version told once. */

import type { FileSource } from "../deployment/files.ts";
import type { Observations } from "../deployment/observations.ts";
import type { ObservedChange } from "../observe/change.ts";
import type { ServerHealth } from "../observe/health-checks.ts";
import { type Network, Observer, type ObserverMemory, type Watched } from "../observe/observer.ts";
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
import { DiskFiles, type Environment, heldFiles } from "./files.ts";
import { type InForce, inForceOf, type Legacy } from "./in-force.ts";
import { type ReloadReport, reportReload, reportRemarks } from "./report.ts";
import type { Memory } from "./state.ts";
import { Versions } from "./versions.ts";
import { type DigestsByPath, FileWatch } from "./watch.ts";
import { hostsOf, isWatched, watchedOf } from "./watched.ts";

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
  /** The network that host names and servers are looked at in; nothing is looked at where it is left out. */
  readonly network?: Network | undefined;
  /** Told of what was seen there, after the answers have followed. */
  readonly onObserved?: (changes: readonly ObservedChange[]) => void;
}

/** A good reload. It can be sent from thread to thread. */
export interface Reloaded {
  /** What made it: a look at the files, or one at the network. */
  readonly cause: "files" | "network";
  /** The sentences of what was seen there that changed the answers; none where files made it. */
  readonly observed: readonly string[];
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
  /** The first build, if it was made here, and what was said of it. */
  readonly first?: { readonly build: Build; readonly held: Held };
  /** What is known of the network already. */
  readonly seen?: ObserverMemory | undefined;
}

/** What is held of the last good load, to build it again when something else is seen of the network. */
interface Held {
  readonly files: FileSource;
  /** What was said of it last. */
  readonly remarks: readonly Problem[];
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
  readonly #observer: Observer | undefined;
  /** Undefined where the deployment wants nothing looked at: then it costs nothing. */
  #held: Held | undefined;
  #changes: ObservedChange[] = [];
  #isClosed = false;

  private constructor(options: ReloaderOptions, beginning: Beginning) {
    this.#options = options;
    this.#source = options.source;
    this.#kept = beginning.kept;
    this.#inForce = beginning.inForce;
    this.#versions = beginning.versions;
    this.#files = beginning.files;
    this.#isCurrent = beginning.isCurrent;
    const { network } = options;
    this.#observer = network && new Observer(network, options.now, (change) => this.#note(change));
    if (beginning.seen !== undefined) this.#observer?.remember(beginning.seen);
    if (beginning.first !== undefined)
      this.#observe(watchedOf(beginning.first.build.deployment), beginning.first.held);
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
  static open(options: ReloaderOptions, start: Start = Reloader.#firstBuild(options)): Opened {
    const { source, memory, onProblems } = options;
    const { first, files, buildOptions, seen } = start;
    const common = { options, versions: buildOptions.remembered, files, seen };
    if (first.ok) {
      const { remarks, value } = first;
      const reloader = Reloader.#from(value, { ...common, isCurrent: true, remarks });
      void reloader.#inTurn(() => reloader.#remember(value, files)); // once those who answer have been told
      return { kind: "opened", reloader, remarks };
    }
    const remembered = source.kind === "file" ? memory.lastGood() : undefined;
    const lastGood = remembered && { ...remembered, variable: files.variable };
    const fallback = lastGood && buildOrFault(() => build(source, lastGood, buildOptions), options);
    if (!fallback?.ok) return { kind: "problems", problems: first.problems };
    onProblems(first.problems);
    const { remarks } = fallback;
    const reloader = Reloader.#from(fallback.value, { ...common, isCurrent: false, remarks, lastGood });
    return { kind: "opened", reloader, remarks };
  }

  /** As `open`; where the deployment has host names, it waits for their addresses, so that nobody hears that there are none. */
  static async openInNetwork(options: ReloaderOptions): Promise<Opened> {
    const start = Reloader.#firstBuild(options);
    const hosts = start.first.ok ? [...hostsOf(start.first.value.deployment).keys()] : [];
    if (options.network === undefined || hosts.length === 0) return Reloader.open(options, start);
    const observer = new Observer(options.network, options.now, () => {});
    await observer.lookAt(hosts);
    const buildOptions = { ...start.buildOptions, observations: observer };
    const first = buildOrFault(() => build(options.source, start.files, buildOptions), options);
    return Reloader.open(options, { ...start, buildOptions, first, seen: observer.memory });
  }

  static #firstBuild(options: ReloaderOptions): Start {
    const { maximumFileSize, environment, source, memory, now } = options;
    const files = new DiskFiles(maximumFileSize, environment);
    const buildOptions = { unixTime: secondsOf(now()), remembered: memory.versions() };
    return { files, buildOptions, first: buildOrFault(() => build(source, files, buildOptions), options) };
  }

  /** Goes on from what a predecessor left. It looks at no file before it is asked to reload. */
  static resume(options: ReloaderOptions, { inForce, digests, former, observed }: Legacy): Reloader {
    return new Reloader(options, {
      kept: {
        compiled: { snapshot: new Snapshot(inForce.snapshot), digests: digests.split("\n") },
        models: undefined,
      },
      inForce,
      versions: Versions.read(former),
      files: new DiskFiles(options.maximumFileSize, options.environment),
      isCurrent: false,
      seen: observed,
    });
  }

  static #from(first: Build, load: FirstLoad): Reloader {
    const { options, versions, files, isCurrent, remarks, lastGood, seen } = load;
    versions.replaced(undefined, first.snapshot);
    return new Reloader(options, {
      kept: keep(first),
      inForce: inForceOf(first),
      versions,
      files,
      isCurrent,
      first: {
        build: first,
        held: { files: lastGood ?? heldFiles(files.contents, files.variable), remarks },
      },
      seen,
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
    return { inForce: this.#inForce, digests, former: this.#versions.text, observed: this.observed };
  }

  /** What was seen of the network; undefined where nothing is looked at. */
  get observed(): Legacy["observed"] {
    return this.#held && this.#observer?.memory;
  }

  /** What checks say of each Edge Server's address. */
  get health(): readonly ServerHealth[] {
    return this.#observer?.health ?? [];
  }

  /** What was seen of the network, as the version in force was made with it. */
  get observations(): Observations | undefined {
    return this.#observer;
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
    return this.#inTurn(async () => (await this.#load(source ?? this.#source)) ?? []);
  }

  /** Stops looking at files; a load under way is waited for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch?.close();
    this.#observer?.close();
    await this.#turn;
  }

  /** False where a file was read that was not as it had come to rest: somebody writes on. */
  #takeChange(settled: DigestsByPath): Promise<boolean> {
    return this.#inTurn(async () => (await this.#load(this.#source, settled)) !== undefined);
  }

  #inTurn<T>(load: () => T | Promise<T>): Promise<T> {
    const mine = this.#turn.then(load);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** The problems of the load. Undefined, and nothing has happened, where files are not as they had come to rest. */
  async #load(source: DeploymentSource, settled?: DigestsByPath): Promise<readonly Problem[] | undefined> {
    const start = this.#options.now();
    const files = new DiskFiles(this.#options.maximumFileSize, this.#options.environment);
    const first = this.#build(source, files, secondsOf(start));
    if (settled !== undefined && areOther(files.digests, settled)) return undefined;
    const hosts = first.ok ? [...hostsOf(first.value.deployment).keys()] : [];
    const isOther = hosts.length > 0 && (await this.#observer?.lookAt(hosts));
    const next = isOther ? this.#build(source, files, secondsOf(start)) : first;
    if (!next.ok) return this.#goOn(source, files, next.problems);
    this.#replace(next.value, { source, files, start, remarks: next.remarks });
    return [];
  }

  #build(source: DeploymentSource, files: FileSource, unixTime: number): Result<Build> {
    const options: BuildOptions = {
      previous: this.#kept,
      unixTime,
      remembered: this.#versions,
      observations: this.#observer,
    };
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
    this.#observe(watchedOf(next.deployment), { files: heldFiles(files.contents, files.variable), remarks });
    const report = reportReload(before, this.#kept);
    onReload({
      cause: "files",
      observed: [],
      inForce: this.#inForce,
      report,
      milliseconds: now() - start,
      remarks: [...reportRemarks(report), ...remarks],
      paths: this.paths,
    });
    this.#remember(next, files);
  }

  /** Looks at this from now on. The files are held only where something is looked at. */
  #observe(watched: Watched, held: Held): void {
    this.#held = isWatched(watched) ? held : undefined;
    this.#observer?.follow(watched);
  }

  /** Changes that come while others wait for their turn are taken together. */
  #note(change: ObservedChange): void {
    if (this.#isClosed) return;
    this.#changes.push(change);
    if (this.#changes.length > 1) return;
    const { onFault } = this.#options;
    this.#inTurn(() => this.#takeObservations()).catch((error) =>
      onFault(faultOf("Cannot follow what was seen of the network, which is a bug", error)),
    );
  }

  #takeObservations(): void {
    const changes = this.#changes;
    this.#changes = [];
    const causes = changes.filter(({ mattersToAnswers }) => mattersToAnswers);
    if (causes.length > 0) this.#buildAgain(causes);
    this.#options.onObserved?.(changes);
  }

  /** The last good files with what is seen now; files that are broken meanwhile have no say in it. */
  #buildAgain(causes: readonly ObservedChange[]): void {
    const held = this.#held;
    if (held === undefined) return; // nobody has loaded yet, as after the death of a thread: the load looks itself
    const start = this.#options.now();
    const next = this.#build(this.#source, held.files, secondsOf(start));
    if (next.ok) this.#renew(next.value, held, { remarks: next.remarks, start, causes });
    else this.#options.onProblems(next.problems);
  }

  #renew(next: Build, held: Held, { remarks, start, causes }: Renewal): void {
    const { now, onReload, memory } = this.#options;
    this.#observe(watchedOf(next.deployment), { ...held, remarks });
    const before = this.#kept;
    const kept = keep(next);
    const report = reportReload(before, kept);
    const fresh = withoutThose(remarks, held.remarks);
    const { added, changed, removed } = report.zones;
    if (added + changed + removed + fresh.length === 0) return; // nobody needs another snapshot
    this.#kept = kept;
    this.#inForce = inForceOf(next);
    this.#versions.replaced(before.compiled, next.snapshot);
    const milliseconds = now() - start;
    onReload({
      cause: "network",
      observed: causes.map(({ sentence }) => sentence),
      inForce: this.#inForce,
      report,
      milliseconds,
      remarks: fresh,
      paths: this.paths,
    });
    memory.keep(next, undefined, this.#versions);
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

/** A first build, and what it was made with. */
interface Start {
  readonly first: Result<Build>;
  readonly files: DiskFiles;
  readonly buildOptions: BuildOptions & { readonly remembered: Versions };
  readonly seen?: ObserverMemory | undefined;
}

interface FirstLoad {
  readonly seen: ObserverMemory | undefined;
  /** The files of the last good load, where those of now are broken. */
  readonly lastGood?: FileSource | undefined;
  readonly remarks: readonly Problem[];
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

/** A build of files that were loaded before. */
interface Renewal extends Pick<GoodLoad, "remarks" | "start"> {
  /** What was seen meanwhile. */
  readonly causes: readonly ObservedChange[];
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

/** What was not said before. */
function withoutThose(problems: readonly Problem[], said: readonly Problem[]): readonly Problem[] {
  const known = new Set(said.map(({ message }) => message));
  return problems.filter(({ message }) => !known.has(message));
}

function isSame(a: DeploymentSource, b: DeploymentSource): boolean {
  return a === b || (a.kind === "file" && b.kind === "file" && a.path === b.path);
}

function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/**
 * Notices that files changed, by their content: every poll hashes them, and file events only make a poll come
 * sooner. So it does not matter how a file was replaced (rename, symbolic link, in place), nor whether the
 * file system sends events at all.
 */

import { createHash } from "node:crypto";
import { type FSWatcher, realpathSync, watch } from "node:fs";
import { dirname } from "node:path";
import { Digests, type DigestsOptions } from "./digests.ts";
import { ABSENT, type Look } from "./files.ts";

/** Files by their paths, each with a digest. */
export type DigestsByPath = ReadonlyMap<string, string>;

export interface WatchOptions extends DigestsOptions {
  /** Milliseconds between polls. */
  readonly interval: number;
  /**
   * Called with what has come to rest when that differs from what was last loaded; not called again before it
   * is done. False where something else was read: then the files are let come to rest again.
   */
  readonly onChange: (settled: DigestsByPath) => Promise<boolean>;
  /** Told of what goes wrong in a poll, once for polls that fail alike; they go on. */
  readonly onFault: (error: unknown) => void;
  /** Resolves after so many milliseconds; a timer unless said otherwise. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** Milliseconds after which a file that changed must still be the same: an editor in the middle of writing is let finish. */
const SETTLE_TIME = 25;

/** As much at most: the time doubles each time that a file is seen to change again, for writers that are slow. */
const LONGEST_SETTLE_TIME = 400;

/** A file that never rests is taken as it is after this many looks. */
const MAXIMUM_LOOKS = 40;

/** Milliseconds between looks at a file whose last line has no end: the writer may be in the middle of it. */
const OPEN_END_TIME = 100;

/** Looks that must be alike before a file is believed. */
const LOOKS = { whole: 1, openEnd: 3, absent: 4 } as const;

/** How often files may be read as something else than what had come to rest before they are taken as read. */
const MAXIMUM_TRIES = 5;

/** Watches the files of the last load until it is closed. */
export class FileWatch {
  readonly #options: WatchOptions;
  readonly #pause: (milliseconds: number) => Promise<void>;
  readonly #digests: Digests;
  readonly #timer: NodeJS.Timeout;
  readonly #watchers = new Map<string, FSWatcher>();
  #loaded: DigestsByPath = new Map();
  #hint: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isClosed = false;
  #fault: string | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#pause = options.pause ?? pause;
    this.#digests = new Digests(options);
    this.#timer = setInterval(() => void this.poll(), options.interval).unref();
  }

  /** Says what was loaded last: each file with the digest of what was read. */
  follow(digests: DigestsByPath): void {
    this.#loaded = digests;
    this.#digests.keepOnly(digests);
    if (!this.#isClosed) this.#listenTo(new Set([...digests.keys()].flatMap(directoriesOf)));
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#hint);
    this.#listenTo(new Set());
  }

  /** Looks at the files now. Never rejects: nobody would hear of it but the thread, which would end. */
  async poll(): Promise<void> {
    if (this.#isBusy || this.#isClosed) return;
    this.#isBusy = true;
    try {
      if (this.#hasChanged()) await this.#takeChange();
      this.#fault = undefined;
    } catch (error) {
      this.#tell(error);
    } finally {
      this.#isBusy = false;
    }
  }

  #tell(error: unknown): void {
    if (this.#fault === String(error)) return;
    this.#fault = String(error);
    this.#options.onFault(error);
  }

  async #takeChange(): Promise<void> {
    for (let tries = 1; tries <= MAXIMUM_TRIES; tries++) {
      const settled = await this.#settle();
      if (settled === undefined || (await this.#options.onChange(settled))) return;
      this.#digests.doubt(); // what was read is true
    }
    if (!this.#isClosed) await this.#options.onChange(NOTHING_SETTLED);
  }

  #hasChanged(): boolean {
    for (const [path, digest] of this.#loaded) if (this.#digests.lookAt(path).digest !== digest) return true;
    return false;
  }

  /** Waits until looks at the files are alike. Undefined where the change took itself back meanwhile. */
  async #settle(): Promise<DigestsByPath | undefined> {
    let last = this.#see();
    let settleTime = SETTLE_TIME;
    let alike = 0;
    for (let look = 0; look < MAXIMUM_LOOKS && alike < LOOKS[last.state] && !this.#isClosed; look++) {
      await this.#pause(Math.max(settleTime, this.#pauseFor(last.state)));
      const now = this.#see();
      const isAlike = now.fingerprint === last.fingerprint;
      alike = isAlike ? alike + 1 : 0;
      if (!isAlike) settleTime = Math.min(2 * settleTime, LONGEST_SETTLE_TIME);
      last = now;
    }
    return !this.#isClosed && this.#hasChanged() ? last.digests : undefined;
  }

  #pauseFor(state: FileState): number {
    switch (state) {
      case "whole":
        return 0;
      case "openEnd":
        return OPEN_END_TIME;
      case "absent":
        return this.#options.interval / 4;
      default:
        return state satisfies never;
    }
  }

  /** Looks at all files. Those that are as they were loaded need no patience, whatever they look like. */
  #see(): { readonly digests: DigestsByPath; readonly fingerprint: string; readonly state: FileState } {
    const digests = new Map<string, string>();
    const states = new Set<FileState>();
    for (const [path, loaded] of this.#loaded) {
      const look = this.#digests.lookAt(path);
      digests.set(path, look.digest);
      if (look.digest !== loaded) states.add(stateOf(look));
    }
    const state = states.has("absent") ? "absent" : states.has("openEnd") ? "openEnd" : "whole";
    return { digests, fingerprint: [...digests.values()].join(" "), state };
  }

  #listenTo(directories: ReadonlySet<string>): void {
    for (const [directory, watcher] of this.#watchers) {
      if (directories.has(directory)) continue;
      watcher.close();
      this.#watchers.delete(directory);
    }
    for (const directory of directories) if (!this.#watchers.has(directory)) this.#listenToOne(directory);
  }

  #listenToOne(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.#hurry());
      watcher.on("error", () => this.#forget(directory)); // the polls go on
      this.#watchers.set(directory, watcher);
    } catch {
      // No events from here; the polls see the change a little later.
    }
  }

  #forget(directory: string): void {
    this.#watchers.get(directory)?.close();
    this.#watchers.delete(directory);
  }

  /** Polls soon: a change comes as several events, and while a load is under way they must not be lost. */
  #hurry(): void {
    clearTimeout(this.#hint);
    this.#hint = setTimeout(() => (this.#isBusy ? this.#hurry() : void this.poll()), 5).unref();
  }
}

/** What a file looks like to somebody who waits for its writer: gone or empty between two steps of an editor. */
type FileState = "absent" | "openEnd" | "whole";

const EMPTY = createHash("sha256").digest("base64");

function stateOf({ digest, endsInLine }: Look): FileState {
  if (digest === ABSENT || digest === EMPTY) return "absent";
  return endsInLine ? "whole" : "openEnd";
}

/** No file has come to rest: whatever is read will do. */
const NOTHING_SETTLED: DigestsByPath = new Map();

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Where a file's name stands, and where the file lies that a symbolic link leads to. */
function directoriesOf(path: string): string[] {
  try {
    return [dirname(path), dirname(realpathSync(path))];
  } catch {
    return [dirname(path)];
  }
}

/**
 * Notices that files changed, by their content: every poll hashes them, and file events only make a poll come
 * sooner. So it does not matter how a file was replaced (rename, symbolic link, in place), nor whether the
 * file system sends events at all.
 */

import { createHash } from "node:crypto";
import { type FSWatcher, realpathSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { ABSENT, digestOfFile } from "./files.ts";

export interface WatchOptions {
  /** Milliseconds between polls. */
  readonly interval: number;
  /** Called when the files differ from what was last loaded; not called again before it is done. */
  readonly onChange: () => Promise<void>;
}

/** Milliseconds after which a file that changed must still be the same: an editor in the middle of writing is let finish. */
const SETTLE_TIME = 25;

/** A file that never rests is taken as it is after this many looks. */
const MAXIMUM_LOOKS = 40;

/** Octets up to which a file is hashed at every poll. Above, only while its status differs from the last polls. */
const ALWAYS_HASHED = 1 << 20;

/** Polls with an unchanged status after which a large file is taken as unchanged. */
const TRUSTED_POLLS = 3;

/** Watches the files of the last load until it is closed. */
export class FileWatch {
  readonly #options: WatchOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #large = new Map<string, { readonly status: string; readonly digest: string; polls: number }>();
  #loaded: ReadonlyMap<string, string> = new Map();
  #hint: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isClosed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#poll(), options.interval).unref();
  }

  /** Says what was loaded last: each file with the digest of what was read. */
  follow(digests: ReadonlyMap<string, string>): void {
    this.#loaded = digests;
    if (!this.#isClosed) this.#listenTo(new Set([...digests.keys()].flatMap(directoriesOf)));
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#hint);
    this.#listenTo(new Set());
  }

  async #poll(): Promise<void> {
    if (this.#isBusy || this.#isClosed) return;
    this.#isBusy = true;
    try {
      if (this.#hasChanged() && (await this.#settles())) await this.#options.onChange();
    } finally {
      this.#isBusy = false;
    }
  }

  #hasChanged(): boolean {
    for (const [path, digest] of this.#loaded) if (this.#digest(path) !== digest) return true;
    return false;
  }

  /** Waits until two looks at the files are alike. False where the change took itself back meanwhile. */
  async #settles(): Promise<boolean> {
    let last = this.#fingerprint();
    for (let look = 0; look < MAXIMUM_LOOKS && !this.#isClosed; look++) {
      await pause(last.isWhole ? SETTLE_TIME : Math.max(SETTLE_TIME, this.#options.interval / 4));
      const now = this.#fingerprint();
      if (now.text === last.text && (now.isWhole || look >= 4)) break;
      last = now;
    }
    return !this.#isClosed && this.#hasChanged();
  }

  /** All digests as one; not whole while a file is absent or empty, as between two steps of an editor. */
  #fingerprint(): { readonly text: string; readonly isWhole: boolean } {
    const digests = [...this.#loaded.keys()].map((path) => this.#digest(path));
    return {
      text: digests.join(" "),
      isWhole: !digests.some((digest) => digest === ABSENT || digest === EMPTY),
    };
  }

  #digest(path: string): string {
    const status = statusOf(path);
    if (status === undefined || status.size <= ALWAYS_HASHED) return digestOfFile(path);
    const known = this.#large.get(path);
    if (known?.status === status.text && ++known.polls > TRUSTED_POLLS) return known.digest;
    const digest = digestOfFile(path);
    if (known?.status !== status.text) this.#large.set(path, { status: status.text, digest, polls: 0 });
    return digest;
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
    this.#hint = setTimeout(() => (this.#isBusy ? this.#hurry() : void this.#poll()), 5).unref();
  }
}

const EMPTY = createHash("sha256").digest("base64");

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function statusOf(path: string): { readonly size: number; readonly text: string } | undefined {
  try {
    const { size, mtimeNs, ctimeNs, ino, dev } = statSync(path, { bigint: true });
    return { size: Number(size), text: [size, mtimeNs, ctimeNs, ino, dev].join(" ") };
  } catch {
    return undefined; // absent, a circle of links, a directory that may not be searched
  }
}

/** Where a file's name stands, and where the file lies that a symbolic link leads to. */
function directoriesOf(path: string): string[] {
  try {
    return [dirname(path), dirname(realpathSync(path))];
  } catch {
    return [dirname(path)];
  }
}

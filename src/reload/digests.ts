/**
 * Digests of files that are looked at again and again. A large file is not read each time: its status is
 * trusted for a while, under the rule by which git trusts its index.
 */

import { type BigIntStats, statSync } from "node:fs";
import { ABSENT, digestOfTooLarge, type Look, lookAt } from "./files.ts";

export interface DigestsOptions {
  /** Octets that a file may have; above, it is not read. */
  readonly maximumFileSize: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The status of a regular file; the system's unless said otherwise. */
  readonly statusOf?: (path: string) => BigIntStats | undefined;
}

/** Octets up to which a file is hashed at every look. */
const ALWAYS_HASHED = 1 << 20;

/**
 * Milliseconds that a file must have been left alone when it was hashed. Of a younger one the status proves
 * nothing: a change within the same tick of the file system's clock leaves it as it is.
 */
const RACY = 3_000;

/** Milliseconds after which a large file is hashed whatever its status says: clocks and network mounts err. */
const TRUSTED = 60_000;

interface Known {
  readonly status: string;
  readonly look: Look;
  /** When it was hashed. */
  readonly time: number;
  readonly isRacy: boolean;
}

export class Digests {
  readonly #options: DigestsOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: DigestsOptions) {
    this.#options = options;
  }

  /** The file as it is now, or as it was when its status was the same. */
  lookAt(path: string): Look {
    const { maximumFileSize, now, statusOf = statusOnDisk } = this.#options;
    const status = statusOf(path);
    if (status === undefined) return { digest: ABSENT, endsInLine: true };
    if (status.size <= ALWAYS_HASHED) return lookAt(path, maximumFileSize);
    if (status.size > maximumFileSize) return { digest: digestOfTooLarge(status), endsInLine: true };
    const time = now();
    const text = textOf(status);
    const known = this.#known.get(path);
    if (known?.status === text && !known.isRacy && Math.abs(time - known.time) < TRUSTED) return known.look;
    const look = lookAt(path, maximumFileSize);
    this.#known.set(path, { status: text, look, time, isRacy: time - changeTime(status) <= RACY });
    return look;
  }

  /** Trusts no status that was seen before now. */
  doubt(): void {
    this.#known.clear();
  }

  /** Forgets all other files. */
  keepOnly(paths: { has(path: string): boolean }): void {
    for (const path of this.#known.keys()) if (!paths.has(path)) this.#known.delete(path);
  }
}

function statusOnDisk(path: string): BigIntStats | undefined {
  try {
    const status = statSync(path, { bigint: true });
    return status.isFile() ? status : undefined;
  } catch {
    return undefined; // absent, a circle of links, a directory that may not be searched
  }
}

function textOf({ size, mtimeNs, ctimeNs, ino, dev }: BigIntStats): string {
  return [size, mtimeNs, ctimeNs, ino, dev].join(" ");
}

/** Milliseconds since 1970. A program can set the time of modification, the time of change it cannot. */
function changeTime({ mtimeNs, ctimeNs }: BigIntStats): number {
  return Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
}

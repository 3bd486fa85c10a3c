/**
 * How many TCP connections the process has descriptors for. Where they run out, libuv takes a connection with
 * its last spare one and closes it at once, without a word to anybody: so we stay below.
 */

import { readdirSync, readFileSync } from "node:fs";

/** Descriptors that a thread has for itself: its event loop, and what loads its program. */
const OF_THREAD = 10;

/** For the files of a reload, the log, and a thread that is replaced. */
const SPARE = 32;

/** What will be open besides connections. */
export interface OtherDescriptors {
  /** UDP threads. */
  readonly threads: number;
  /** Addresses that are listened on. */
  readonly addresses: number;
}

/** The limit of the process, and the connections that it leaves place for. */
export interface ConnectionRoom {
  readonly files: number;
  readonly connections: number;
}

/** Undefined where the system does not tell, or sets no limit. */
export function connectionRoom({ threads, addresses }: OtherDescriptors): ConnectionRoom | undefined {
  try {
    const files = fileLimit(readFileSync("/proc/self/limits", "latin1"));
    const open = readdirSync("/proc/self/fd").length;
    const others = addresses + threads * (addresses + OF_THREAD) + SPARE;
    return files === undefined ? undefined : { files, connections: Math.max(1, files - open - others) };
  } catch {
    return undefined; // not Linux, or no /proc
  }
}

/** The soft limit in the text of /proc/self/limits; undefined where it is "unlimited". */
export function fileLimit(limits: string): number | undefined {
  const [, soft] = /^Max open files\s+(\d+)\s/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}

/**
 * How many TCP connections the process has descriptors for. Where they run out, libuv takes a connection with
 * its last spare one and closes it at once, without a word to anybody: so we stay below.
 */

import { readdirSync, readFileSync } from "node:fs";

/** Descriptors that a thread has for itself: its event loop, and what loads its program. */
const OF_THREAD = 10;

/** For the files of a reload, the log, and a thread that is replaced. */
const SPARE = 32;

/** The admin interface: its listener, and for each address what it asks the server itself through, over UDP and TCP. */
const ADMIN_LISTENER = 1;
const ADMIN_PROBES = 2;

/** Connections of the admin interface: as many at the most, a part of what is free, so many at the least. */
export const MOST_ADMIN_CONNECTIONS = 128;
const ADMIN_PART = 1 / 4;
const LEAST_ADMIN_CONNECTIONS = 8;

/** What will be open besides connections. */
export interface OtherDescriptors {
  /** UDP threads. */
  readonly threads: number;
  /** Addresses that are listened on. */
  readonly addresses: number;
  /** Whether there is an admin interface: its connections take descriptors from those of DNS. */
  readonly isAdminEnabled: boolean;
}

/** How many connections there is place for. */
export interface ConnectionShares {
  /** Of DNS over TCP and TLS. */
  readonly connections: number;
  /** Of the admin interface. */
  readonly adminConnections: number;
}

/** The limit of the process, and the connections that it leaves place for. */
export interface ConnectionRoom extends ConnectionShares {
  readonly files: number;
}

/** Undefined where the system does not tell, or sets no limit. */
export function connectionRoom(others: OtherDescriptors): ConnectionRoom | undefined {
  try {
    const files = fileLimit(readFileSync("/proc/self/limits", "latin1"));
    const open = readdirSync("/proc/self/fd").length;
    return files === undefined ? undefined : { files, ...sharesOf(files - open, others) };
  } catch {
    return undefined; // not Linux, or no /proc
  }
}

/** Shares out the descriptors that are not open yet. */
export function sharesOf(
  free: number,
  { threads, addresses, isAdminEnabled }: OtherDescriptors,
): ConnectionShares {
  const left = free - addresses - threads * (addresses + OF_THREAD) - SPARE;
  if (!isAdminEnabled) return { connections: Math.max(1, left), adminConnections: 0 };
  const shared = left - ADMIN_LISTENER - ADMIN_PROBES * addresses;
  const part = Math.max(LEAST_ADMIN_CONNECTIONS, Math.floor(shared * ADMIN_PART));
  const adminConnections = Math.min(MOST_ADMIN_CONNECTIONS, part);
  return { connections: Math.max(1, shared - adminConnections), adminConnections };
}

/** The soft limit in the text of /proc/self/limits; undefined where it is "unlimited". */
export function fileLimit(limits: string): number | undefined {
  const [, soft] = /^Max open files\s+(\d+)\s/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}

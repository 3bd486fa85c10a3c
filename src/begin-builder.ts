/**
 * Begins the builder thread. A server does so before anything else: the thread loads its libraries, the larger
 * half of a start, while settings are read.
 */

import { Worker } from "node:worker_threads";

/** This very file's neighbour, as source or as built. */
export const BUILDER = new URL(
  `./builder${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`,
  import.meta.url,
);

/** A thread that waits for its orders, and keeps no process from ending. */
export function beginBuilder(): Worker {
  const worker = new Worker(BUILDER);
  worker.unref();
  return worker;
}

/**
 * Begins the builder thread. A server does so before anything else: the thread loads its libraries, the larger
 * half of a start, while settings are read.
 */

import { Worker } from "node:worker_threads";

/** This very file's neighbour, as source or as built. */
const BUILDER = new URL(`./builder${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/**
 * Mebibytes for what was made last. With Node's own choice a load of 200,000 SIP domains needs 45 more at its
 * peak and 68 more afterwards, in the same CPU time.
 */
const YOUNG_GENERATION = 6;

/** A thread that waits for its orders, and keeps no process from ending. */
export function beginBuilder(): Worker {
  const worker = new Worker(BUILDER, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION } });
  worker.unref();
  return worker;
}

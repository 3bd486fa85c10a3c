/** Memory that V8 does not know to be garbage, collected when there is much of it. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Octets of snapshots let go after which memory is collected. */
const COLLECT_AFTER = 16 * 2 ** 20;

/**
 * Lets go of snapshots that nobody refers to. V8 does not count shared memory, so a thread with little else
 * to collect would keep hundreds of megabytes of old snapshots for good. Every thread that holds snapshots
 * needs a collector of its own.
 */
export class SnapshotCollector {
  #waiting = 0;
  #collect: (() => void) | undefined;

  /** Told of a snapshot let go, by its length only: a reference would keep it. */
  released(octets: number): void {
    this.#waiting += octets;
    if (this.#waiting < COLLECT_AFTER) return;
    this.#waiting = 0;
    this.#collect ??= collector();
    this.#collect();
  }
}

/** The function that `node --expose-gc` gives to programs; a context made afterwards has it. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("gc");
  return typeof found === "function" ? () => found() : () => {};
}

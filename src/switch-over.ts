/** What is said of a switch to another version is said when all threads answer from it, or when one is long overdue. */

import type { Log } from "./ops/log.ts";

/** Milliseconds that a thread may take. It takes a version between two batches, so this is an eternity. */
export const PATIENCE = 5_000;

/** Threads that are to take a version. */
export interface Takers {
  /** The numbers of those that have not. */
  readonly behind: readonly number[];
}

/** Resolves with `taken`; or after `PATIENCE`, and then the log says who is behind. */
export function takenInTime(taken: Promise<void>, takers: Takers, log: Log): Promise<void> {
  const overdue = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    const { behind } = takers;
    const who = behind.length === 1 ? `UDP thread ${behind[0]} has` : `UDP threads ${behind.join(", ")} have`;
    log.error(
      { threads: behind },
      `${who} not taken the new version within ${PATIENCE / 1000} s, and may answer from the one before: a thread that is not only slow is stuck, and goes with a restart`,
    );
    overdue.resolve();
  }, PATIENCE).unref();
  return Promise.race([taken, overdue.promise]).finally(() => clearTimeout(timer));
}

/** Says things in the order in which they happened, each when it holds everywhere. */
export class Announcer {
  #said: Promise<void> = Promise.resolve();

  /** Resolves when all is said that has happened so far. */
  get said(): Promise<void> {
    return this.#said;
  }

  /** Calls `say` when this has come to pass and all before it has been said. */
  when(happened: Promise<void>, say: () => void): void {
    this.#said = this.#said.then(() => happened).then(say);
  }

  /** Calls `say` when all before it has been said. */
  next(say: () => void): void {
    this.when(Promise.resolve(), say);
  }
}

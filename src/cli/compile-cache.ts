/**
 * Code that V8 has compiled once is kept on the disk: a third of a start is compiling. It lies in our own
 * directory, where nobody can put it who could not change the program itself; in the system's directory for
 * temporary files, Node's choice, anybody could. Where it cannot be written all goes on without.
 */

import { constants, enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

/** Beside dist/. */
const DIRECTORY = fileURLToPath(new URL("../../.cache/compiled", import.meta.url));

/** For this thread, and for those that begin from now on. */
export function useCompileCache(): void {
  if (!import.meta.url.endsWith(".js")) return; // sources change under one's hands
  const { status } = enableCompileCache(DIRECTORY);
  if (status === constants.compileCacheStatus.ENABLED) process.env.NODE_COMPILE_CACHE = DIRECTORY; // read by each thread
}

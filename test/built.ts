/** The built program: tests of the real process run what is shipped, and start it in half the time of its source. */

import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Relative to the project, where tests run. */
export const MAIN = join("dist", "main.js");

/** Builds once before all tests, if a source is newer than what was built. */
export function setup(): void {
  const built = statSync(MAIN, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (newestIn("src") <= built) return;
  const { status, stderr, stdout } = spawnSync("npm", ["run", "--silent", "build"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
}

function newestIn(directory: string): number {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(directory, name)).mtimeMs)
    .reduce((newest, time) => Math.max(newest, time), 0);
}

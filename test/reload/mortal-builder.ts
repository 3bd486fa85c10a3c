/**
 * A builder thread that dies of a bug as soon as a file named `die` lies beside the deployment of its test, and
 * ends when one named `exit` does; it takes the file along.
 */

import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parentPort } from "node:worker_threads";
import { runBuilder } from "../../src/reload/builder-program.ts";

let directory = "/nowhere";
parentPort?.once("message", ({ options: { source } }) => {
  if (source.kind === "file") directory = dirname(source.path);
});

function take(name: string): boolean {
  const path = join(directory, name);
  if (!existsSync(path)) return false;
  rmSync(path);
  return true;
}

setInterval(() => {
  if (take("exit")) process.exit(3);
  if (take("die")) throw new Error("a bug");
}, 5).unref();

runBuilder({ now: Date.now, onLoaded: () => {} });

/** A builder thread that dies of a bug as soon as a file named `die` lies beside the deployment, and takes it along. */

import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { workerData } from "node:worker_threads";
import { runBuilder } from "../../src/reload/builder-program.ts";

const poison = join(dirname(workerData.source.path), "die");

setInterval(() => {
  if (!existsSync(poison)) return;
  rmSync(poison);
  throw new Error("a bug");
}, 5).unref();

runBuilder(Date.now);

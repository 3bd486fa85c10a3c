#!/usr/bin/env node
/** Where the process begins: here, or under the Node that npm brought along where this one is too old. */

import { handOver } from "./cli/hand-over.ts";
import { isTooOld } from "./node-version.ts";

if (isTooOld(process.versions.node)) {
  handOver();
} else {
  // What these need may not even load on an old Node.
  const { useCompileCache } = await import("./cli/compile-cache.ts");
  useCompileCache();
  const builder =
    process.argv[2] === "serve" ? (await import("./begin-builder.ts")).beginBuilder() : undefined;
  const { runProcess } = await import("./cli/process.ts");
  await runProcess(builder);
}

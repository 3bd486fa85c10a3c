#!/usr/bin/env node
/** Where the process begins: here, or under the Node that npm brought along where this one is too old. */

import { handOver, OLDEST_NODE } from "./cli/hand-over.ts";

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  handOver();
} else {
  const { runProcess } = await import("./cli/process.ts"); // what it needs may not even load on an old Node
  await runProcess();
}

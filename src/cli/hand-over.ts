/**
 * On a machine whose own Node is too old: the same command under the Node that came with `npm ci`.
 * This file must load on every Node since 20.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { isTooOld, OLDEST_NODE } from "../node-version.ts";
import { EXIT_CODE } from "./exit-code.ts";

/** Runs this very call again under the Node that npm brought along, and ends as it ends. */
export function handOver(): void {
  const node = bundledNode(createRequire(import.meta.url));
  if (node === undefined) {
    process.stderr.write(
      `error: Cannot run on Node ${process.versions.node}: version ${OLDEST_NODE} or later is wanted\n`,
    );
    process.exit(EXIT_CODE.USAGE);
  }
  follow(spawn(node, process.argv.slice(1), { stdio: "inherit" }), process.exit);
}

/** The executable of the npm package "node", if there is one and it is new enough. */
export function bundledNode(
  require: Pick<NodeJS.Require, "resolve"> & ((path: string) => unknown),
): string | undefined {
  try {
    const path = require.resolve("node/package.json");
    const described = require(path);
    if (typeof described !== "object" || described === null || !("version" in described)) return undefined;
    return isTooOld(String(described.version)) ? undefined : join(dirname(path), "bin", "node");
  } catch {
    return undefined; // require.resolve throws where there is no such package
  }
}

/** Passes signals on to a child and its end to `exit`. A Ctrl-C may reach it twice: see stop.ts. */
export function follow(child: ChildProcess, exit: (code: number) => void): void {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  child.on("error", (fault) => {
    process.stderr.write(`error: Cannot start the Node that npm brought along: ${fault.message}\n`);
    exit(EXIT_CODE.USAGE);
  });
}

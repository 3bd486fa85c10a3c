/** A copy of what our package is made from, to build and pack without touching the project's own dist/. */

import { execFile } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "./readme.ts";
import { temporaryDirectory } from "./reload/lab.ts";

/** The project's node_modules. */
export const NODE_MODULES = fileURLToPath(new URL("node_modules/", ROOT));

/** Neither dist/ nor what git leaves out is among them. */
const SOURCES = [
  "src",
  "config",
  "lync",
  "docs",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  ".gitignore",
];

/** A copy of the project that is not built yet, with our packages as its own. */
export function copyProject(): string {
  const directory = temporaryDirectory();
  for (const name of SOURCES)
    cpSync(fileURLToPath(new URL(name, ROOT)), join(directory, name), { recursive: true });
  symlinkSync(NODE_MODULES, join(directory, "node_modules"));
  return directory;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, as a user of the directory would; rejects where it fails or does not end. */
export async function runIn(
  directory: string,
  [program = "", ...words]: readonly string[],
  timeout = 60_000,
): Promise<Output> {
  try {
    return await promisify(execFile)(program, words, {
      cwd: directory,
      env: environmentOf(directory),
      timeout,
    });
  } catch (fault) {
    // What compilers and the server itself have to say is on standard output.
    throw fault instanceof Error && "stdout" in fault
      ? new Error(`${fault.message}\n${fault.stdout}`)
      : fault;
  }
}

/** Our Node first; npm with a cache of its own and no registry. */
export function environmentOf(directory: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    NO_COLOR: "1",
    npm_config_cache: join(directory, ".npm"),
    npm_config_foreground_scripts: "true", // else nobody hears why "prepare" failed
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
  };
}

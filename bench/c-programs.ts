/** The C programs beside this file, compiled when there is a compiler. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Compiles `<name>.c` into a directory; the path of the program, or undefined where there is no compiler. */
export function compileProgram(name: "echo" | "connections", directory: string): string | undefined {
  const program = join(directory, name);
  const source = join(import.meta.dirname, `${name}.c`);
  const { error, status, stderr } = spawnSync("cc", ["-O2", "-pthread", "-o", program, source], {
    encoding: "utf8",
  });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`Cannot compile ${source}: ${stderr}`);
  return program;
}

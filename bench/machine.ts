/** What was measured on, and with which programs: no figure without them. */

import { spawnSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import process from "node:process";

/** One line on the machine and the time. */
export function machineLine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const time = new Date().toISOString().slice(0, 16).replace("T", " ");
  return `${cpus().length} × ${first?.model ?? "unknown processor"}, ${memory} GiB, ${process.platform} ${release()}, Node.js ${process.versions.node}, ${time} UTC`;
}

/** What a program says of its version: the first line that matches; undefined where there is no such program. */
export function versionOf(program: string, words: readonly string[], pattern: RegExp): string | undefined {
  const { stdout, stderr, error } = spawnSync(program, words, { encoding: "utf8", timeout: 10_000 });
  if (error !== undefined) return undefined;
  return pattern.exec(`${stdout}\n${stderr}`)?.[1];
}

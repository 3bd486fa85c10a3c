/** `records > /dev/full` printed nothing, said nothing and exited 0; half a master file looked like a whole one. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MAIN } from "../built.ts";
import { temporaryDirectory } from "../reload/lab.ts";

const COMMAND = `"${process.execPath}" ${MAIN}`;

/** Runs a line of a shell. */
function run(line: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const { NO_COLOR: _, ...env } = process.env;
  return spawnSync("sh", ["-c", line], { encoding: "utf8", env, timeout: 20_000 });
}

test
  .skipIf(!existsSync("/dev/full"))
  .each([
    "records",
    "records --format zone",
    "records --format json",
    "records --delegation",
    "check",
    "check --json --set deployment=no-such-file.yaml",
    "--version",
    "--help",
    "serve --help",
  ])("%s says that its output is lost", (words) => {
  const { status, stderr } = run(`${COMMAND} ${words} >/dev/full`);
  expect(stderr).toBe("error: Cannot write to standard output: the disk is full\n");
  expect(status).toBe(words.includes("no-such-file") ? 1 : 5);
});

test("records says that a file has no room for all of it", () => {
  const file = join(temporaryDirectory(), "records.txt");
  const { status, stderr } = run(`ulimit -f 1; ${COMMAND} records --format json >"${file}"`);
  expect(readFileSync(file).length).toBeGreaterThan(0); // what had room came first, and was no error to the system
  expect(stderr).toBe("error: Cannot write to standard output: a file may not be larger here\n");
  expect(status).toBe(5);
});

test("records whose reader has gone away has nothing to say", () => {
  const { status, stdout, stderr } = run(`{ ${COMMAND} records; echo "exit code $?" >&2; } | true`);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "exit code 0\n" });
});

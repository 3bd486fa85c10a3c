import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { bundledNode, follow } from "../../src/cli/hand-over.ts";

/** A require that knows one package. */
function requiring(described: unknown): Parameters<typeof bundledNode>[0] {
  const resolve = Object.assign(() => "/modules/node/package.json", { paths: () => null });
  return Object.assign(() => described, { resolve });
}

const packages: { why: string; described: unknown; node: string | undefined }[] = [
  { why: "new enough", described: { version: "26.10.0" }, node: "/modules/node/bin/node" },
  { why: "the oldest one", described: { version: "24.0.0" }, node: "/modules/node/bin/node" },
  { why: "too old: it would hand over for ever", described: { version: "22.1.0" }, node: undefined },
  { why: "no version", described: {}, node: undefined },
];

test.each(packages)("bundledNode() $why", ({ described, node }) => {
  expect(bundledNode(requiring(described))).toBe(node);
});

test("bundledNode() is none where the package is not installed", () => {
  const resolve = (): never => {
    throw new Error("Cannot find module");
  };
  expect(
    bundledNode(Object.assign(() => ({}), { resolve: Object.assign(resolve, { paths: () => null }) })),
  ).toBeUndefined();
});

const ends: { why: string; script: string; code: number }[] = [
  { why: "its exit code", script: "process.exit(3)", code: 3 },
  { why: "the shell's code for its signal", script: "process.kill(process.pid, 'SIGKILL')", code: 137 },
];

test.each(ends)("follow() ends with $why", async ({ script, code }) => {
  const ended = new Promise((resolve) => follow(spawn(process.execPath, ["-e", script]), resolve));
  expect(await ended).toBe(code);
});

test("follow() passes signals on", async () => {
  const child = spawn(process.execPath, [
    "-e",
    "process.on('SIGHUP', () => process.exit(7)); console.log(1); setInterval(() => {}, 9)",
  ]);
  const ended = new Promise((resolve) => follow(child, resolve));
  child.stdout.once("data", () => process.emit("SIGHUP"));
  expect(await ended).toBe(7);
});

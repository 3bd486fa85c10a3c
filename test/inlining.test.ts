import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

test("allowInlining() sets a flag that this V8 knows: of an unknown one it would complain", () => {
  const source = `(await import(${JSON.stringify(new URL("../src/inlining.ts", import.meta.url))})).allowInlining()`;
  const ended = spawnSync(process.execPath, ["--input-type=module", "--eval", source], { encoding: "utf8" });
  expect(ended).toMatchObject({ status: 0, stdout: "", stderr: "" });
});

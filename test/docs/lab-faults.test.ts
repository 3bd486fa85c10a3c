/** docs/lab-faults.md keeps its word: its deployment is one, its code runs, its table has every fault. */

import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { loadDeployment } from "../../src/deployment/load.ts";
import { MISDEEDS } from "../../src/faults/lab-fault.ts";
import { codeBlocks, ROOT } from "../readme.ts";
import { temporaryDirectory } from "../reload/lab.ts";

const PAGE = readFileSync(new URL("docs/lab-faults.md", ROOT), "utf8");

test("its table has every fault once", () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, fault]) => fault);
  expect(rows.filter((row) => row !== "fault").sort()).toEqual([...MISDEEDS].sort());
});

test("its deployment is one", () => {
  const [yaml = ""] = codeBlocks("yaml", PAGE);
  const files = { read: () => ({ ok: true, value: Buffer.from(yaml), remarks: [] }) as const };
  const read = loadDeployment("deployment.yaml", files);
  expect(read.ok && read.value.faults.map(({ id }) => id)).toEqual(["slow", "fault-2", "fault-3"]);
});

test("its code runs", async () => {
  const [code = ""] = codeBlocks("ts", PAGE);
  const path = join(temporaryDirectory(), "snippet.ts");
  const api = new URL("src/api.ts", ROOT).href;
  writeFileSync(path, code.replace('"xmpp-edge-dns"', JSON.stringify(api)).replace("10_000", "1"));
  const { stdout } = await promisify(execFile)(process.execPath, [path]);
  expect(stdout).toMatch(/in vain: nobody has asked anything/);
  expect(stdout).toMatch(/\nstruck 0 of 0 queries\n$/);
});

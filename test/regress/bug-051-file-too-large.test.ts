/** A deployment file over the limit was refused without the setting that allows more; a directory was "no regular file". */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DiskFiles } from "../../src/reload/files.ts";
import { temporaryDirectory } from "../reload/lab.ts";

test("read() names the setting for larger files", () => {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, "sipDomains: []\n");
  const message = `Cannot read "${path}": it has 15 octets, 14 are allowed (setting "limits.deploymentFileSize")`;
  expect(new DiskFiles(14).read(path)).toMatchObject({ ok: false, problems: [{ message }] });
  expect(new DiskFiles(15).read(path).ok).toBe(true);
});

test("read() calls a directory a directory", () => {
  const path = temporaryDirectory();
  const message = `Cannot read "${path}": it is a directory`;
  expect(new DiskFiles(14).read(path)).toMatchObject({ ok: false, problems: [{ message }] });
});

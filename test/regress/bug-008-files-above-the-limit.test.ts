/** A file that is refused for its size was read and hashed whole, at every poll. */

import { statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Digests } from "../../src/reload/digests.ts";
import { DiskFiles, lookAt } from "../../src/reload/files.ts";
import { labText, nextReport, openLab, temporaryDirectory } from "../reload/lab.ts";

/** More than can be read into memory, and nothing on the disk. */
function hugeFile(): string {
  const path = join(temporaryDirectory(), "huge");
  writeFileSync(path, "");
  truncateSync(path, 2 ** 42);
  return path;
}

test("the digest of a file above the limit is made of its status", () => {
  const path = hugeFile();
  const { size, mtimeNs, ino } = statSync(path, { bigint: true });
  const digest = `too-large:${size}:${mtimeNs}:${ino}`;
  const files = new DiskFiles(1000);
  expect(files.read(path)).toMatchObject({
    ok: false,
    problems: [
      {
        message: `Cannot read "${path}": it has 4398046511104 octets, 1000 are allowed (setting "limits.deploymentFileSize")`,
      },
    ],
  });
  expect([...files.digests]).toEqual([[path, digest]]);
  expect(lookAt(path, 1000).digest).toBe(digest);
  expect(new Digests({ maximumFileSize: 1000, now: () => 0 }).lookAt(path).digest).toBe(digest);
  expect(new Digests({ maximumFileSize: 2_000_000, now: () => 0 }).lookAt(path).digest).toBe(digest);
});

test("a file that shrinks below the limit is loaded", async () => {
  const lab = openLab({ text: labText("192.0.2.1", "alpha.test"), maximumFileSize: 1000 });
  lab.write(`${labText("192.0.2.1", "alpha.test", "beta.test")}${"#".repeat(1000)}\n`);
  expect(await lab.next()).toMatchObject({ kind: "problems" });
  lab.write(labText("192.0.2.1", "alpha.test", "beta.test"));
  expect(await nextReport(lab)).toMatchObject({ zones: { added: 1 } });
});

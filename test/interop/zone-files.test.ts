/** What `records --format zone` writes, under the eyes of three checkers: no error and no warning. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { builds, zoneFilesOf } from "./deployments.ts";

/** Arguments of each checker, and what it may say of a zone that is right. */
const CHECKERS: readonly (readonly [
  command: string,
  args: (zone: string, path: string) => string[],
  silence: RegExp,
])[] = [
  ["nsd-checkzone", (zone, path) => [zone, path], /^zone \S+ is ok\n$/],
  ["kzonecheck", (zone, path) => ["-v", "-o", zone, path], /^No semantic error found\n$/],
  [
    "named-checkzone",
    (zone, path) => ["-i", "local", zone, path],
    // RFC 4592 has a name below a wildcard in its own example
    /^(?:\S+ warning: ownername 'sub\.\*\.example' contains an non-terminal wildcard\n)?zone \S+: loaded serial \d+\nOK\n$/,
  ],
];

for (const [title, built] of builds()) {
  describe(title, () => {
    const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-zones-"));
    for (const [zone, text] of zoneFilesOf(built)) {
      const path = join(directory, zone);
      for (const [command, args, silence] of CHECKERS) {
        test(`${command} finds nothing to say of ${zone}`, () => {
          onTestFinished(() => rmSync(path, { force: true }));
          writeFileSync(path, text);
          const { status, stdout, stderr, error } = spawnSync(command, args(zone, path), {
            encoding: "utf8",
          });
          expect(error).toBeUndefined();
          expect(stdout + stderr).toMatch(silence);
          expect(status).toBe(0);
        });
      }
    }
  });
}

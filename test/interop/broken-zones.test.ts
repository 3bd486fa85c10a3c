/** What kzonecheck and named-checkzone say of the broken zones that test/zone/check.test.ts shows to us. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { BROKEN_ZONES, masterFile } from "../zone/broken-zones.ts";

const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-broken-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function said(command: string, args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (error !== undefined) throw error;
  return stdout + stderr;
}

/** What the checkers say of a zone that they have nothing to say of. */
const SILENCE = { kzonecheck: /^$/, named: /^zone a\.test\/IN: loaded serial 1\nOK\n$/ };

describe.each(BROKEN_ZONES.map((row, index) => ({ ...row, path: join(directory, String(index)) })))(
  "$why",
  (row) => {
    test("kzonecheck", () => {
      writeFileSync(row.path, masterFile(row));
      const text = said("kzonecheck", ["-o", "a.test", row.path]);
      if (row.kzonecheck === "fine") expect(text).toMatch(SILENCE.kzonecheck);
      else expect(text).toContain(row.kzonecheck);
    });

    test("named-checkzone", () => {
      writeFileSync(row.path, masterFile(row));
      const text = said("named-checkzone", ["-i", "local", "a.test", row.path]);
      if (row.named === "fine") expect(text).toMatch(SILENCE.named);
      else expect(text).toContain(row.named);
    });

    test("whatever kzonecheck refuses, we refuse", () => {
      expect(row.kzonecheck === "fine" || row.said.length > 0).toBe(true);
    });
  },
);

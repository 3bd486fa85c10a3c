/** Files as the disk gives them, and those that it does not. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readFileFromDisk } from "../src/disk.ts";

const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-"));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, "settings.yaml");
writeFileSync(file, "port: 53\n");

test("readFileFromDisk() reads a file whole, and no more than one octet above the limit", () => {
  expect(readFileFromDisk(file, 100)).toEqual({
    kind: "content",
    bytes: new Uint8Array(Buffer.from("port: 53\n")),
  });
  expect(readFileFromDisk(file, 3)).toEqual({ kind: "content", bytes: new Uint8Array(Buffer.from("port")) });
  expect(readFileFromDisk("/dev/zero", 3)).toEqual({ kind: "content", bytes: new Uint8Array(4) });
});

const faults: { why: string; path: string; content: object }[] = [
  { why: "no file", path: join(directory, "none.yaml"), content: { kind: "absent" } },
  { why: "a directory", path: directory, content: { kind: "unreadable", reason: "it is a directory" } },
  {
    why: "a file as a directory",
    path: join(file, "below.yaml"),
    content: { kind: "unreadable", reason: "part of its path is no directory" },
  },
];

test.each(faults)("readFileFromDisk() tells $why", ({ path, content }) => {
  expect(readFileFromDisk(path, 100)).toEqual(content);
});

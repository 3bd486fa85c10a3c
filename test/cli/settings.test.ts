import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readFileFromDisk, settingsOf } from "../../src/cli/settings.ts";
import { Stage } from "./stage.ts";

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

test("settingsOf() says all that is wrong on standard error, as text or as JSON", () => {
  const text = new Stage();
  expect(settingsOf({ port: "x", set: ["y"] }, text.surroundings)).toBeUndefined();
  expect(text.stdout).toBe("");
  expect(text.stderr).toBe(
    "error: Cannot read --set y: write it as --set key=value\n" +
      'error: Cannot set "port" to "x" (--port): it wants a whole number from 0 to 65535\n',
  );
  const json = new Stage();
  settingsOf({ set: ["y"], json: true }, json.surroundings);
  expect(json.stderr).toBe(
    '{"severity":"error","message":"Cannot read --set y: write it as --set key=value"}\n',
  );
});

test("settingsOf() colours for a terminal, and not where NO_COLOR is set", () => {
  const colourful = new Stage({ isTerminal: true });
  settingsOf({ set: ["y"] }, colourful.surroundings);
  expect(colourful.stderr).toContain("\u001b[31merror: \u001b[0m");
  const plain = new Stage({ isTerminal: true, environment: { NO_COLOR: "1" } });
  settingsOf({ set: ["y"] }, plain.surroundings);
  expect(plain.stderr).not.toContain("\u001b");
});

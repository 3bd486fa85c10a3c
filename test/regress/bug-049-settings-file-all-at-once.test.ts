/** One value where a group belongs hid every other mistake in a settings file; the parser's full stack was shown as it was. */

import { expect, test } from "vitest";
import { loadSettings } from "../../src/settings/settings.ts";

function complaintsAbout(content: string | Uint8Array): string[] {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const result = loadSettings({ settingsFile: "s.yaml", readFile: () => ({ kind: "content", bytes }) });
  if (result.ok) return [];
  return result.problems.map(({ message, place }) => `${place?.line ?? "-"}: ${message}`);
}

test("loadSettings() tells every mistake of a file, whatever its kind", () => {
  expect(complaintsAbout("port: many\nreload: 5\nlog: { level: loud }\nnope: 1\n")).toEqual([
    '2: Cannot set "reload": it is a group of settings; set reload.interval',
    '1: Cannot set "port" to "many": it wants a whole number from 0 to 65535',
    '3: Cannot set "log.level" to "loud": it wants one of error, warn, info, debug, silent',
    expect.stringMatching(/^4: Cannot set "nope": no such setting/),
  ]);
});

test.each<[why: string, content: string | Uint8Array, complaints: string[]]>([
  ["nested without end", "[".repeat(100_000), ["1: Cannot read settings as YAML: it is nested too deeply"]],
  [
    "UTF-16 without a byte order mark",
    new Uint8Array(Buffer.from("port: 1\n", "utf16le")),
    ['-: Cannot read settings file "s.yaml": it is neither UTF-8 nor UTF-16 with a byte order mark'],
  ],
  [
    "a text",
    "port 5300\n",
    ['1: Cannot read the settings: write each as "name: value", such as "port: 5300"'],
  ],
])("loadSettings() says what is wrong with a file: %s", (_, content, complaints) => {
  expect(complaintsAbout(content)).toEqual(complaints);
});

/** A bug of ours filled a line of the log with its whole stack. */

import { expect, test } from "vitest";
import { type LogOptions, openLog } from "../../src/ops/log.ts";
import { faultOf } from "../../src/reload/fault.ts";
import { Versions } from "../../src/reload/versions.ts";

function errorOfOurs(): unknown {
  try {
    return Reflect.apply(Versions.read, undefined, [null]);
  } catch (error) {
    return error;
  }
}

test("faultOf() is one line: name, message and the last place of our own", () => {
  const { sentence, stack } = faultOf("Cannot read", errorOfOurs());
  expect(sentence).toMatch(/^Cannot read: TypeError: .+ \(reload\/versions\.ts:\d+:\d+\)$/);
  expect(stack).toContain("\n");
});

test.each([
  ["a message of several lines", new Error("first\nsecond"), "It failed: Error: first"],
  ["what is no error", "just text", "It failed: just text"],
])("faultOf() shortens %s", (_, error, sentence) => {
  expect(faultOf("It failed", error).sentence).toBe(sentence);
});

test.each<[options: Partial<LogOptions>, shown: boolean]>([
  [{ format: "json" }, true],
  [{ format: "text" }, false],
  [{ format: "text", level: "debug" }, true],
])("a stack in the log: %j %s", (options, shown) => {
  let text = "";
  const write = (line: string): void => {
    text += line;
  };
  openLog({ level: "info", format: "json", isTerminal: false, write, ...options }).warn(
    { stack: "Error\n at somewhere" },
    "It failed",
  );
  expect(text.includes("somewhere")).toBe(shown);
});

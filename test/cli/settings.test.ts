import { expect, test } from "vitest";
import { settingsOf } from "../../src/cli/settings.ts";
import { Stage } from "./stage.ts";

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

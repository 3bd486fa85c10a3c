/** `xmpp-edge-dns check d.yaml` was refused without a word on how the file is given. */

import { expect, test } from "vitest";
import { runProgram } from "../../src/cli/program.ts";
import { builder, LAB } from "../cli/engine.ts";
import { Stage } from "../cli/stage.ts";

const engine = {
  build: builder(LAB),
  openServer: (): never => {
    throw new Error("not to be called");
  },
};

async function said(...words: string[]): Promise<string> {
  const stage = new Stage();
  const code = await runProgram({ words, version: "1.2.3", surroundings: stage.surroundings, engine });
  expect({ code, stdout: stage.stdout }).toEqual({ code: 2, stdout: "" });
  return stage.stderr;
}

test.each(["check", "serve", "records", "healthcheck"])("%s names the flag for a file", async (command) => {
  const message =
    'error: Cannot use "d.yaml" as it stands: the deployment file is given as --deployment d.yaml\n';
  expect(await said(command, "d.yaml")).toBe(message);
  expect(await said(command, "--json", "d.yaml")).toMatch(/^\{"severity":"error","message":"Cannot use /);
});

test.each([
  ["my file.yaml", "--deployment 'my file.yaml'\n"],
  ["it's.yaml", "--deployment 'it'\\''s.yaml'\n"],
  ["tcp.idleTimeout=30s", "a setting is given as --set tcp.idleTimeout=30s\n"],
])("check %s gets a flag to copy", async (word, end) => {
  expect((await said("check", word)).endsWith(end)).toBe(true);
});

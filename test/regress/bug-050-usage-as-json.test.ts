/** With --json, what is wrong with the call itself came as text: programs read one JSON object a line. */

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

test.each([
  [["check", "--json", "--deploymnt", "x"], "unknown option '--deploymnt' (Did you mean --deployment?)"],
  [["serve", "--json", "--port"], "option '--port <number>' argument missing"],
  [["serv", "--json"], "unknown command 'serv' (Did you mean serve?)"],
])("runProgram(%j) complains in JSON", async (words, message) => {
  const stage = new Stage();
  const code = await runProgram({ words, version: "1.2.3", surroundings: stage.surroundings, engine });
  expect({ code, stdout: stage.stdout, stderr: stage.stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: `${JSON.stringify({ severity: "error", message })}\n`,
  });
});

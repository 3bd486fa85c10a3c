/** Only `serve` said what to do where there is no deployment file yet; `check` and `records` come first for many. */

import { resolve } from "node:path";
import { expect, test } from "vitest";
import { check } from "../../src/cli/check.ts";
import { records } from "../../src/cli/records.ts";
import { builder } from "../cli/engine.ts";
import { Stage } from "../cli/stage.ts";

const HINT = `note: Write "${resolve("lab.yaml")}", or name another file with --deployment; in a container, `;

test.each([
  { name: "check", run: check, ends: "\n\nlab.yaml: 1 error\n" },
  { name: "records", run: records, ends: "" },
])("$name says where the deployment file is wanted", async ({ run, ends }) => {
  const stage = new Stage();
  const code = await run({ deployment: "lab.yaml" }, stage.surroundings, { build: builder(undefined) });
  const said = stage.stdout + stage.stderr;
  expect(code).toBe(1);
  expect(said).toContain(`lab.yaml  Cannot read "lab.yaml": there is no such file\n${HINT}`);
  expect(said.endsWith(ends)).toBe(true);
});

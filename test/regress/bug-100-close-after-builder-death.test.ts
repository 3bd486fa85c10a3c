import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openBuilderThread } from "../../src/reload/builder-thread.ts";
import { labText, temporaryDirectory } from "../reload/lab.ts";

/** The thread that is waited for had ended before, and a second call waited for a second end. */
test("a builder thread that has died keeps nobody waiting: neither close() nor reload()", async () => {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, labText("10.0.0.1", "alpha.test"));
  const died = Promise.withResolvers<void>();
  const start = await openBuilderThread(
    new URL("../reload/mortal-builder.ts", import.meta.url),
    { source: { kind: "file", path }, maximumFileSize: 1_000_000, interval: 10, stateDirectory: undefined },
    { onReplaced: () => {}, onProblems: () => {}, onFault: () => died.resolve() },
  );
  if (start.kind === "problems") throw new Error("the deployment of the test is broken");
  writeFileSync(join(dirname(path), "die"), "");
  await died.promise;
  const reload = start.keeper.reload();
  await start.keeper.close();
  await start.keeper.close();
  expect(await reload).not.toEqual([]);
});

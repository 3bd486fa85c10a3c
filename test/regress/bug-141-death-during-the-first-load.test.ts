/** A builder thread that died during the first load was a stack trace, and exit code 1 as of a bad deployment. */

import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { labText } from "../reload/lab.ts";
import { deploymentFile, openThread } from "../reload/thread.ts";

test.each([
  ["a bug", 'throw new Error("a bug")', /died: Error: a bug; start the server anew/],
  ["its end", "process.exit(3)", /died: it ended with 3; start the server anew/],
  [
    "too little memory",
    'throw Object.assign(new Error("no room"), { code: "ERR_WORKER_OUT_OF_MEMORY" })', // as Node says it
    /died: Error: no room; allow it more, such as NODE_OPTIONS=/,
  ],
])("%s is said in one sentence", async (_, deed, sentence) => {
  const program = `require("node:worker_threads").parentPort.once("message", () => { ${deed} })`;
  const begin = () => new Worker(program, { eval: true });
  const { start } = await openThread(deploymentFile(labText("10.0.0.1", "alpha.test")), 1, begin);
  expect(start).toEqual({
    kind: "died",
    problems: [{ severity: "error", message: expect.stringMatching(sentence) }],
  });
  expect(start).toMatchObject({
    problems: [
      { message: expect.stringMatching(/^Cannot load the deployment: the thread that builds it [^\n]+$/) },
    ],
  });
});

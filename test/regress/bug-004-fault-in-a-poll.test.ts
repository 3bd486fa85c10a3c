/** What was thrown in a poll ended the thread that polled. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FileWatch } from "../../src/reload/watch.ts";
import { labText, openLab, temporaryDirectory } from "../reload/lab.ts";

test("a poll that fails is told once, and the next ones go on", async () => {
  const path = join(temporaryDirectory(), "file");
  writeFileSync(path, "1\n");
  const faults: unknown[] = [];
  const done = Promise.withResolvers<void>();
  let calls = 0;
  const watch = new FileWatch({
    interval: 2,
    maximumFileSize: 100,
    now: () => 0,
    onChange: () => {
      if (++calls < 4) return Promise.reject(new Error("a bug"));
      done.resolve();
      return Promise.resolve(true);
    },
    onFault: (error) => faults.push(error),
    pause: () => Promise.resolve(),
  });
  onTestFinished(() => watch.close());
  watch.follow(new Map([[path, "something else"]]));
  await done.promise;
  expect(faults).toEqual([new Error("a bug")]);
});

test("a deployment that wakes a bug is a broken version, and the last good one stays", async () => {
  const sentences: string[] = [];
  const lab = openLab({
    text: labText("192.0.2.1", "alpha.test"),
    onFault: ({ sentence }) => sentences.push(sentence),
  });
  const value = {
    get edgePools(): never {
      throw new TypeError("no such thing");
    },
  };
  const before = lab.reloader.inForce;
  const problems = await lab.reloader.reload({ kind: "value", value });
  expect(problems).toEqual([{ severity: "error", message: sentences[0], place: undefined }]);
  expect(sentences[0]).toMatch(/^Cannot load the deployment, which is a bug: TypeError: no such thing/);
  expect(lab.reloader.inForce).toBe(before);
});

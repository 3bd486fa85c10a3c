/** A state directory that could not be written once was never written again. */

import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMemory } from "../../src/reload/state.ts";
import { labText, openLab, temporaryDirectory } from "../reload/lab.ts";

test("openMemory() writes as soon as it can, and tells each time of trouble once", async () => {
  const parent = join(temporaryDirectory(), "parent");
  writeFileSync(parent, "in the way of a directory");
  const sentences: string[] = [];
  const lab = openLab({
    text: labText("192.0.2.1", "alpha.test"),
    interval: 0,
    memory: openMemory(parent, ({ sentence }) => sentences.push(sentence)),
  });
  await lab.reloader.reload();
  expect(sentences).toEqual([expect.stringContaining(`Cannot write to state directory "${parent}"`)]);
  rmSync(parent);
  await lab.reloader.reload();
  expect(existsSync(join(parent, "serials.txt"))).toBe(true);
  rmSync(parent, { recursive: true });
  writeFileSync(parent, "again");
  lab.write(labText("192.0.2.2", "alpha.test"));
  await lab.reloader.reload();
  expect(sentences).toHaveLength(2);
});

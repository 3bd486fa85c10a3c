/** The corpus, and whatever `npm run fuzz` found since, once more: it holds what took a branch of its own. */

import { describe, expect, test } from "vitest";
import { keptInputs } from "./corpus.ts";
import { loadTarget, TARGET_NAMES } from "./target.ts";

describe.each(TARGET_NAMES)("%s", (name) => {
  test("no input of the corpus breaks anything", async () => {
    const { execute } = await loadTarget(name);
    const kept = keptInputs(name);
    expect(kept.length).toBeGreaterThan(50);
    for (const { file, input } of kept) {
      const broken = async () => execute(input);
      await expect(broken(), file).resolves.toBeUndefined();
    }
  });
});

/** After an update() that failed, the files that were served from were not followed any more. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { labText, nextReport, openLab, temporaryDirectory } from "../reload/lab.ts";

test("the files in force are followed as before", async () => {
  const lab = openLab({ text: labText("192.0.2.1", "alpha.test") });
  const other = join(temporaryDirectory(), "other.yaml");
  writeFileSync(other, "edgePools: [\n");
  expect(await lab.reloader.reload({ kind: "file", path: other })).not.toEqual([]);
  expect(await lab.next()).toMatchObject({ kind: "problems" });
  expect([lab.reloader.isCurrent, lab.reloader.paths]).toEqual([true, [lab.path]]);
  lab.write(labText("192.0.2.1", "alpha.test", "beta.test"));
  expect(await nextReport(lab)).toMatchObject({ zones: { added: 1, changed: 0, removed: 0 } });
});

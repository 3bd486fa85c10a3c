/** A file that changed between its last look and the load was loaded without having come to rest. */

import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { labText, nextReport, openLab } from "../reload/lab.ts";

test("what is read in the middle of writing is let come to rest first", async () => {
  let write: ((path: string) => void) | undefined;
  const lab = openLab({
    text: labText("192.0.2.1", "alpha.test"),
    now: () => {
      write?.(lab.path); // the load asks for the time before it reads
      write = undefined;
      return 1_000_000;
    },
  });
  write = (path) => {
    writeFileSync(path, "edgePools: [\n");
    setImmediate(() => writeFileSync(path, labText("192.0.2.1", "alpha.test", "beta.test")));
  };
  lab.write(labText("192.0.2.2", "alpha.test"));
  expect(await nextReport(lab)).toMatchObject({ zones: { added: 1, changed: 0, removed: 0 } });
  expect(lab.waiting).toEqual([]);
});

/** The successor of a builder thread gave every zone a new serial, and loaded the source of the start. */

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { reportSentence } from "../../src/reload/report.ts";
import { labText } from "../reload/lab.ts";
import {
  addressesServedBy,
  deploymentFile,
  keeperOf,
  kill,
  openThread,
  serialServedBy,
} from "../reload/thread.ts";

test("serials go on where they were, and the report compares with what was in force", async () => {
  const path = deploymentFile(labText("10.0.0.1", "alpha.test", "beta.test"));
  const { start, events } = await openThread(path);
  const keeper = keeperOf(start);
  writeFileSync(path, labText("10.0.0.1", "alpha.test"));
  await once(events, "replaced");
  for (const address of ["10.0.0.2", "10.0.0.3", "10.0.0.1"]) {
    writeFileSync(path, labText(address, "alpha.test"));
    await once(events, "replaced"); // several changes in a second: serials are ahead of the clock
  }
  const serial = serialServedBy(keeper, "alpha.test.");
  const replaced = once(events, "replaced");
  await kill(path, events);
  expect(reportSentence((await replaced)[0].report)).toBe("no record that is served has changed");
  expect(serialServedBy(keeper, "alpha.test.")).toBe(serial);
});

test("versions of zones that had left before are known to a successor", async () => {
  const path = deploymentFile(labText("10.0.0.1", "alpha.test", "beta.test"));
  const { start, events } = await openThread(path);
  const keeper = keeperOf(start);
  for (const address of ["10.0.0.2", "10.0.0.3"]) {
    writeFileSync(path, labText(address, "alpha.test", "beta.test"));
    await once(events, "replaced");
  }
  const serial = serialServedBy(keeper, "beta.test.");
  writeFileSync(path, labText("10.0.0.3", "alpha.test"));
  await once(events, "replaced");
  await kill(path, events);
  writeFileSync(path, labText("10.0.0.3", "alpha.test", "beta.test"));
  const [{ report }] = await once(events, "replaced");
  expect(reportSentence(report)).toBe(
    `zones +1 ~0 -0; RRsets not compared: beta.test. added with serial ${serial}`,
  );
});

test("the source that was given last is the one that a successor loads", async () => {
  const path = deploymentFile(labText("10.0.0.1", "alpha.test"));
  const { start, events } = await openThread(path);
  const keeper = keeperOf(start);
  const value = {
    edgePools: [{ fqdn: "edge.alpha.test", servers: ["10.0.0.9"] }],
    sipDomains: ["alpha.test"],
  };
  expect(await keeper.reload({ kind: "value", value })).toEqual([]);
  expect(await keeper.reload({ kind: "file", path: `${dirname(path)}/none.yaml` })).not.toEqual([]);
  const replaced = once(events, "replaced");
  await kill(path, events);
  await replaced;
  expect(addressesServedBy(keeper)).toEqual(["10.0.0.9"]);
});

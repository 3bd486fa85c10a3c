/** What was imported from a topology alone counted as a lab, whose private addresses are published. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readLyncDocuments } from "../../src/deployment/lync-documents.ts";
import { deploymentYaml } from "../../src/deployment/lync-yaml.ts";
import { filesOf, goodValue, load } from "../deployment/given.ts";

const TOPOLOGY = readFileSync(new URL("../lync/cases/nat-unsaid/topology.xml", import.meta.url));

test("deploymentYaml() lets no private address out", () => {
  const lync = goodValue(readLyncDocuments(["topology.xml"], filesOf({ "topology.xml": TOPOLOGY })));
  expect(load(deploymentYaml(lync)).ok).toBe(false);
});

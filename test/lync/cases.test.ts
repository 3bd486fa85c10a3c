/**
 * Synthetic documents of whole deployments → records → explain. Each folder of cases/ has a deployment.yaml that points at
 * documents of Lync's, and outcome.txt, which says what comes of them (UPDATE_GENERATED=1 writes it).
 */

import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { expectGenerated } from "../generated.ts";
import { filesIn, outcomeOf } from "./given.ts";

const CASES = new URL("cases/", import.meta.url);

test.each(readdirSync(CASES))("%s", (name) => {
  const outcome = outcomeOf("deployment.yaml", filesIn(new URL(`${name}/`, CASES)));
  expectGenerated(`test/lync/cases/${name}/outcome.txt`, outcome);
  expect(outcome).not.toMatch(/not to be "kept"|kim@/);
});

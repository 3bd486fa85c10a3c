/** What regression tests have in common: a deployment all the way from its file to the snapshot. */

import { type Build, build } from "../../src/reload/build.ts";
import type { Result } from "../../src/result.ts";
import { filesOf, saidOf } from "../deployment/given.ts";

/** Builds a deployment file d.yaml, with other files beside it. */
export function buildFrom(yaml: string, others: Readonly<Record<string, string>> = {}): Result<Build> {
  const files = filesOf({ ...others, "d.yaml": yaml });
  return build({ kind: "file", path: "d.yaml" }, files, { unixTime: 1_000_000_000 });
}

/** What is said of a deployment besides that a lab's zones name localhost. */
export function saidWhileBuilding(yaml: string, others: Readonly<Record<string, string>> = {}): string[] {
  return saidOf(buildFrom(yaml, others)).filter((line) => !/names? "localhost"/.test(line));
}

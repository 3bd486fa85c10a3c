/** What to do where there is no deployment file yet: the first thing that many people see of us. */

import { dirname, resolve } from "node:path";
import type { Problem } from "../result.ts";
import type { Settings } from "../settings/settings.ts";
import type { Surroundings } from "./surroundings.ts";

/** The cure for a deployment file that is not there, after the problems of a load; none where that is not it. */
export function firstSteps(
  problems: readonly Problem[],
  { deployment }: Pick<Settings, "deployment">,
  { readFile }: Pick<Surroundings, "readFile">,
): readonly Problem[] {
  const isUnread = problems.some(({ place }) => place?.file === deployment && place.line === undefined);
  if (!isUnread || readFile(deployment, 1).kind !== "absent") return [];
  const path = resolve(deployment);
  const message = `Write "${path}", or name another file with --deployment; in a container, mount the directory that holds it: --volume "$PWD/config:${dirname(path)}:ro"`;
  return [{ severity: "note", message }];
}

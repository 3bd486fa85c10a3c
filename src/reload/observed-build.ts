/** A build that waits for the names of hosts, for commands that build once. */

import type { FileSource } from "../deployment/files.ts";
import { Observer, SYSTEM_NETWORK } from "../observe/observer.ts";
import type { Result } from "../result.ts";
import { type Build, type BuildOptions, build, type DeploymentSource } from "./build.ts";
import { hostsOf } from "./watched.ts";

/** As `build`, with the addresses that host names have now; servers are not checked. */
export async function buildWithHosts(
  source: DeploymentSource,
  files: FileSource,
  options: BuildOptions,
  network = SYSTEM_NETWORK,
): Promise<Result<Build>> {
  const first = build(source, files, options);
  const hosts = first.ok ? [...hostsOf(first.value.deployment).keys()] : [];
  if (hosts.length === 0) return first;
  const observer = new Observer(
    network,
    () => 1_000 * options.unixTime,
    () => {},
  );
  await observer.lookAt(hosts);
  const built = build(source, files, { ...options, observations: observer });
  observer.close();
  return built;
}

/** The one way from files to answers: load → derive → compile. Every command and every reload goes through it. */

import type { FileSource } from "../deployment/files.ts";
import { deploymentFromValue, loadDeployment } from "../deployment/load.ts";
import type { Deployment } from "../deployment/model.ts";
import type { DomainName } from "../dns/name.ts";
import type { Zone } from "../dns/rrset.ts";
import { policyText } from "../dns/transfer-policy.ts";
import { type Derivation, derive } from "../records/derive.ts";
import { failure, type Result, success } from "../result.ts";
import { type Compiled, compile } from "../zone/compile.ts";
import { type ServedVersion, serialFor } from "../zone/serial.ts";
import { servedVersion } from "../zone/served.ts";
import type { Snapshot } from "../zone/snapshot.ts";

/** Everything that one load came to. */
export interface Build {
  readonly deployment: Deployment;
  readonly derivation: Derivation;
  readonly compiled: Compiled;
  readonly snapshot: Snapshot;
}

/** What the next load needs of this one: serials, digests, and the models to compare RRsets by. */
export interface KeptBuild {
  readonly compiled: Compiled;
  /** By group. */
  readonly models: readonly Zone[];
}

export function keep({ compiled, derivation }: Build): KeptBuild {
  return { compiled, models: derivation.groups.map((group) => group.model) };
}

export interface BuildOptions {
  /** What is served now: zones whose content is the same keep their serial. */
  readonly previous?: KeptBuild | undefined;
  /** Versions served before this process, by apex, where a state directory remembers them. */
  readonly remembered?: ((apex: DomainName) => ServedVersion | undefined) | undefined;
  /** Seconds since 1970: the serial of zones that are new or changed. */
  readonly unixTime: number;
}

/** Where a deployment comes from: a file, or a value in memory. */
export type DeploymentSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "value"; readonly value: unknown };

/** Loads, derives and compiles; all problems of the first step that fails, or the build with its remarks. */
export function build(source: DeploymentSource, files: FileSource, options: BuildOptions): Result<Build> {
  const deployment =
    source.kind === "file" ? loadDeployment(source.path, files) : deploymentFromValue(source.value, files);
  if (!deployment.ok) return deployment;
  const derivation = derive(deployment.value);
  if (!derivation.ok) return failure([...derivation.problems, ...deployment.remarks]);
  const remarks = [...deployment.remarks, ...derivation.remarks];
  const compiled = compile(derivation.value.groups, {
    serialOf: serialOf(options),
    policyText: deployment.value.transfers ? policyText(deployment.value.transfers) : "",
  });
  if (!compiled.ok) return failure([...compiled.problems, ...remarks]);
  return success(
    {
      deployment: deployment.value,
      derivation: derivation.value,
      compiled: compiled.value,
      snapshot: compiled.value.snapshot,
    },
    [...remarks, ...compiled.remarks],
  );
}

function serialOf({
  previous,
  remembered,
  unixTime,
}: BuildOptions): (apex: DomainName, digest: string) => number {
  return (apex, digest) => {
    const served = (previous && servedVersion(previous.compiled, apex)) ?? remembered?.(apex);
    return serialFor(served, digest, unixTime);
  };
}

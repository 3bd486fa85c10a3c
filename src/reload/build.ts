/** The one way from files to answers: load → derive → compile. Every command and every reload goes through it. */

import type { FileSource } from "../deployment/files.ts";
import { deploymentFromValue, type LoadedDeployment, loadDeployment } from "../deployment/load.ts";
import type { Deployment } from "../deployment/model.ts";
import type { Observations } from "../deployment/observations.ts";
import { withPathsInMessages } from "../deployment/places.ts";
import { TYPE } from "../dns/codes.ts";
import type { ResourceRecord } from "../dns/master-file.ts";
import type { DomainName } from "../dns/name.ts";
import type { Zone } from "../dns/rrset.ts";
import { groupIntoRRsets } from "../dns/rrset-grouping.ts";
import { policyText } from "../dns/transfer-policy.ts";
import { type Attempt, type Derivation, deriveAsFarAsPossible } from "../records/derive.ts";
import { failure, type Problem, type Result, settle, success } from "../result.ts";
import { checkPartOfZone, checkZone } from "../zone/check.ts";
import { type Compiled, type CompileOptions, compile } from "../zone/compile.ts";
import { doubtfulSerial, type ServedVersion, serialFor } from "../zone/serial.ts";
import { servedVersion } from "../zone/served.ts";
import type { Snapshot } from "../zone/snapshot.ts";
import type { Versions } from "./versions.ts";

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
  /** By group; unknown to a successor, which has what was served but not what it was made from. */
  readonly models: readonly Zone[] | undefined;
}

export function keep({ compiled, derivation }: Build): KeptBuild {
  return { compiled, models: derivation.groups.map((group) => withoutPlaces(group.model)) };
}

/** Nobody asks any more where the records of a zone that is served were written. */
function withoutPlaces(zone: Zone): Zone {
  if (zone.rrsets.every(({ places }) => places === undefined)) return zone;
  const rrsets = zone.rrsets.map(({ owner, type, ttl, rdatas }) => ({ owner, type, ttl, rdatas }));
  return { apex: zone.apex, rrsets };
}

export interface BuildOptions {
  /** What is served now: zones whose content is the same keep their serial. */
  readonly previous?: KeptBuild | undefined;
  /** What was served of zones that are not served now. */
  readonly remembered?: Pick<Versions, "versionOf"> | undefined;
  /** What was seen of the network; nothing unless said otherwise. */
  readonly observations?: Observations | undefined;
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
    source.kind === "file"
      ? loadDeployment(source.path, files, options.observations)
      : deploymentFromValue(source.value, files, options.observations);
  if (!deployment.ok) return failure([...deployment.problems, ...recordProblems(deployment)]);
  const attempt = deriveAsFarAsPossible(deployment.value);
  const derivation = attempt.derivation && settle(attempt.derivation, attempt.problems);
  if (!derivation?.ok) return failure([...attempt.problems, ...zoneProblems(attempt), ...deployment.remarks]);
  const remarks = [...deployment.remarks, ...derivation.remarks];
  const compiled = compile(derivation.value.groups, {
    ...serialsFrom(options),
    policyText: deployment.value.transfers ? policyText(deployment.value.transfers) : "",
  });
  if (!compiled.ok) return failure([...withPathsInMessages(compiled.problems), ...remarks]);
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

/** What else is wrong with the records that could be read of a deployment that has errors, whatever is derived. */
function recordProblems({ problems, zones = [] }: Extract<LoadedDeployment, { ok: false }>): Problem[] {
  const parts = zones.map(({ apex, records, onConflict }) => {
    const isDropped = ({ owner, type }: ResourceRecord) =>
      onConflict === "derived" && type === TYPE.CNAME && owner.equals(apex); // the SOA record is derived
    return { apex, grouped: groupIntoRRsets(records.filter((record) => !isDropped(record))) };
  });
  const found = parts.flatMap(({ apex, grouped }) =>
    grouped.ok ? checkPartOfZone({ apex, rrsets: grouped.value }) : [],
  );
  return unsaid(found, problems);
}

/** What else is wrong with the zones of a derivation that has errors: all of it is said at once. */
function zoneProblems({ derivation, problems }: Attempt): Problem[] {
  const found = (derivation?.groups ?? []).flatMap(({ model }) => checkZone(model));
  return unsaid(found, problems);
}

/** What was found besides the problems that are told already. */
function unsaid(found: readonly Problem[], problems: readonly Problem[]): Problem[] {
  const said = new Set(problems.map(whereOf));
  return withPathsInMessages(found).filter((problem) => !said.has(whereOf(problem)));
}

/** A record that is at fault already needs no second sentence. */
function whereOf({ message, place }: Problem): string {
  return JSON.stringify(place === undefined ? message : [place.file, place.line, place.column]);
}

function serialsFrom({ previous, remembered, unixTime }: BuildOptions): Omit<CompileOptions, "policyText"> {
  const served = (apex: DomainName): ServedVersion | undefined =>
    (previous && servedVersion(previous.compiled, apex)) ?? remembered?.versionOf(apex);
  return {
    serialOf: (apex, digest, least) => serialFor({ previous: served(apex), digest, unixTime, least }),
    doubtfulOf: (apex, digest, serial) => doubtfulSerial({ previous: served(apex), digest, serial }),
  };
}

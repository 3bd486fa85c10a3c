/** Reads a deployment, from a file or from a value in memory, and checks that it holds together. */

import { failure, type Problem, type Result, settle } from "../result.ts";
import { decodeText } from "./decode.ts";
import { readEdgePools, readSiteNames, readSites } from "./edge-pools.ts";
import type { FileSource } from "./files.ts";
import { Findings } from "./findings.ts";
import { readLabFaults } from "./lab-faults.ts";
import { withLyncDocuments } from "./lync-merge.ts";
import type { Deployment, StaticZone } from "./model.ts";
import { NOTHING_OBSERVED, type Observations } from "./observations.ts";
import { type Places, ValuePlaces, withPathsInMessages } from "./places.ts";
import { readPartners, readPolicies, readUserGroups } from "./policies.ts";
import { formatPlace, type Reading } from "./reading.ts";
import type { DeploymentShape } from "./schema.ts";
import { checkShape } from "./shape.ts";
import { OptionsReader } from "./sip-domain-options.ts";
import { readSipDomains } from "./sip-domains.ts";
import { readStaticZones } from "./static-zones.ts";
import { TransferReader } from "./transfers.ts";
import { readYaml } from "./yaml-document.ts";

export type { FileSource } from "./files.ts";
export type { DeploymentInput } from "./schema.ts";

/** A deployment; or its problems, and what could be read of its zones for those who look on for more. */
export type LoadedDeployment =
  | Extract<Result<Deployment>, { readonly ok: true }>
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      readonly zones?: readonly StaticZone[] | undefined;
    };

/**
 * Reads a deployment file: YAML 1.2 or JSON, in UTF-8 or UTF-16 with a byte order mark. All problems come at
 * once, each with its line and column; files that it names are read from beside it.
 */
export function loadDeployment(
  path: string,
  files: FileSource,
  observations: Observations = NOTHING_OBSERVED,
): LoadedDeployment {
  const octets = files.read(path);
  if (!octets.ok)
    return failure(
      octets.problems.map((problem) => ({ ...problem, place: problem.place ?? { file: path } })),
    );
  const text = decodeText(octets.value, path);
  if (!text.ok) return text;
  const { read, isWhole, problems } = readYaml(path, text.value);
  if (read === undefined) return failure(problems);
  const source = { places: read.places, files, observations, path };
  const said = [...octets.remarks, ...problems];
  return isWhole ? assemble(read.value, source, said) : failure(shapeProblems(read.value, source, said));
}

/** Of a file that is no YAML from some place on, nothing is known but the shape of what stands before. */
function shapeProblems(value: unknown, { places, path }: Source, said: readonly Problem[]): Problem[] {
  const findings = new Findings();
  findings.addAll(said);
  if (value !== null) checkShape(value, places, findings);
  return inOrder(findings.problems, path);
}

/** Reads a deployment that is a value in memory. Messages say the path, such as `sipDomains[1].name`. */
export function deploymentFromValue(
  value: unknown,
  files: FileSource,
  observations: Observations = NOTHING_OBSERVED,
): LoadedDeployment {
  return assemble(value, { places: new ValuePlaces(), files, observations, path: "" }, []);
}

interface Source {
  readonly places: Places;
  readonly files: FileSource;
  readonly observations: Observations;
  readonly path: string;
}

function assemble(value: unknown, source: Source, remarks: readonly Problem[]): LoadedDeployment {
  const findings = new Findings();
  findings.addAll(remarks);
  const own = checkShape(value, source.places, findings);
  const whole = own && withLyncDocuments(own.shape, { ...source, places: own.places, findings });
  if (own === undefined || whole === undefined)
    return failure(withPathsInMessages(inOrder(findings.problems, source.path)));
  const { shape, places } = whole;
  const { incomplete } = own;
  const { lync, externalAccessPolicies, userGroups, xmppAllowedPartners } = shape;
  const gatesApply = [lync, externalAccessPolicies, userGroups, xmppAllowedPartners].some(
    (part) => part !== undefined,
  );
  const reading: Reading = {
    ...source,
    places,
    incomplete,
    findings,
    gatesApply,
    allowPrivateAddresses:
      shape.allowPrivateAddresses ?? (incomplete.has("allowPrivateAddresses") || undefined),
  };
  const deployment = readParts(reading, shape);
  checkWhole(deployment, reading);
  const settled = settle(deployment, withPathsInMessages(inOrder(findings.problems, source.path)));
  return settled.ok ? settled : { ...settled, zones: deployment.zones };
}

function readParts(reading: Reading, shape: DeploymentShape): Deployment {
  const siteNames = readSiteNames(reading, shape.sites);
  const pools = readEdgePools(reading, siteNames, shape.edgePools);
  const sites = readSites(reading, pools, shape.sites);
  const transfers = new TransferReader(reading, shape.transfers);
  const zoneReading = { ...reading, transfers };
  const options = new OptionsReader(zoneReading, pools, sites, shape.defaults);
  const { byKey: sipDomains, defaultSipDomain } = readSipDomains(reading, options, shape.sipDomains);
  const externalAccessPolicies = readPolicies(reading, siteNames, shape.externalAccessPolicies);
  const references = { sites: siteNames, policies: externalAccessPolicies ?? [], sipDomains };
  const surroundings = { sipDomains, defaults: options.defaults, onConflict: shape.onConflict };
  return {
    allowFederatedUsers: shape.accessEdge?.allowFederatedUsers,
    sites,
    edgePools: [...pools.values()],
    sipDomains: [...sipDomains.values()],
    defaultSipDomain,
    externalAccessPolicies,
    userGroups: readUserGroups(reading, references, shape.userGroups),
    xmppAllowedPartners: readPartners(reading, shape.xmppAllowedPartners),
    zones: readStaticZones(zoneReading, surroundings, shape.zones),
    transfers: transfers.read(options.defaults.access), // behind all zones, which may have rights of their own
    faults: readLabFaults(reading, shape.lab?.faults),
  };
}

function checkWhole({ sipDomains, edgePools, zones }: Deployment, { findings, places }: Reading): void {
  if (findings.hasErrors) return; // what is missing may be what could not be read
  if (sipDomains.length === 0 && zones.length === 0) {
    findings.error(
      'Cannot serve a deployment without "sipDomains" and "zones": give at least one SIP domain',
      places.ofValue([]),
    );
  }
  if (sipDomains.length > 0 && edgePools.length === 0) {
    findings.error(
      'Cannot publish SIP domains without an Edge pool: give "edgePools"',
      places.ofKey(["sipDomains"]),
    );
  }
}

/** What is wrong under "defaults" is met at every SIP domain that uses it, and said once. In the order of the files. */
function inOrder(problems: readonly Problem[], file: string): Problem[] {
  const byText = new Map(
    problems.map((problem) => [problem.message + formatPlace(problem.place ?? { file }), problem]),
  );
  const files = [...new Set([undefined, file, ...problems.map(({ place }) => place?.file)])];
  const ranks = new Map(files.map((name, rank) => [name, rank]));
  return [...byText.values()].sort(
    (one, other) =>
      (ranks.get(one.place?.file) ?? 0) - (ranks.get(other.place?.file) ?? 0) ||
      (one.place?.line ?? 0) - (other.place?.line ?? 0) ||
      (one.place?.column ?? 0) - (other.place?.column ?? 0),
  );
}

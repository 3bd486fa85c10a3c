/** Records that the operator wrote, by zone: in the deployment file, in master files beside it, or both. */

import { TYPE } from "../dns/codes.ts";
import {
  type MasterFileOptions,
  type ReadRecords,
  RecordBudget,
  type ResourceRecord,
  readAsFarAsPossible,
} from "../dns/master-file.ts";
import type { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import { readZoneName } from "./host-name.ts";
import type { SipDomain, StaticZone } from "./model.ts";
import type { Reading } from "./reading.ts";
import { checkRecordAddresses } from "./record-addresses.ts";
import type { DeploymentShape, ZoneShape } from "./schema.ts";
import { ZoneFiles } from "./zone-file.ts";
import {
  combineZoneOptions,
  type OwnZoneOptions,
  readZoneOptions,
  type ZoneReading,
} from "./zone-options.ts";

/** What all zones have in common. */
export interface ZoneSurroundings {
  readonly sipDomains: ReadonlyMap<string, SipDomain>;
  /** What a zone that is no SIP domain's does not say itself. */
  readonly defaults: OwnZoneOptions;
  readonly onConflict: DeploymentShape["onConflict"];
}

/** Reads the zones; records of a SIP domain's zone take its TTL where they have none. */
export function readStaticZones(
  reading: ZoneReading,
  surroundings: ZoneSurroundings,
  shapes: DeploymentShape["zones"] = {},
): StaticZone[] {
  const zones = new Map<string, StaticZone>();
  const budget = new RecordBudget();
  for (const [text, shape] of Object.entries(shapes)) {
    const zone = readStaticZone(reading, surroundings, budget, [text, shape]);
    if (zone === undefined) continue;
    const { key } = zone.apex;
    if (zones.has(key))
      reading.findings.error(`Cannot list zone ${quote(text)} twice`, reading.places.ofKey(["zones", text]));
    zones.set(key, zone);
  }
  return [...zones.values()];
}

function readStaticZone(
  reading: ZoneReading,
  { sipDomains, defaults, onConflict = "error" }: ZoneSurroundings,
  budget: RecordBudget,
  [text, shape]: readonly [text: string, shape: ZoneShape],
): StaticZone | undefined {
  const place = reading.places.ofKey(["zones", text]);
  const read = readZoneName(text);
  if ("fault" in read) {
    reading.findings.error(`Cannot use ${quote(text)} as zone: ${read.fault}`, place);
    return undefined;
  }
  const apex = read.name;
  const sipDomain = sipDomains.get(apex.key);
  const own = readZoneOptions(reading, ["zones", text], shape);
  const options = combineZoneOptions(own, defaults);
  if (sipDomain !== undefined) refuseZoneOptions(reading, text, shape);
  const defaultTtl = shape.ttl ?? sipDomain?.options.ttl ?? options.ttl;
  const records = readRecords(reading, text, shape, { origin: apex, defaultTtl, budget });
  checkRecordAddresses(reading, text, records);
  refuseSecondSoa(reading, text, shape, recordAt(records, apex, TYPE.SOA));
  const bringsNameServers = own.nameServers === undefined && recordAt(records, apex, TYPE.NS) !== undefined;
  return {
    apex,
    options: bringsNameServers ? { ...options, nameServers: [] } : options,
    onConflict: shape.onConflict ?? onConflict,
    records,
    place,
  };
}

/** All records of a zone that can be read: those of its file, then those in the deployment file. */
function readRecords(
  reading: Reading,
  zone: string,
  { zoneFile, records = "" }: ZoneShape,
  common: Pick<MasterFileOptions, "origin" | "defaultTtl" | "budget">,
): readonly ResourceRecord[] {
  const path = ["zones", zone];
  const file =
    zoneFile === undefined ? undefined : ZoneFiles.openNamed(reading, [...path, "zoneFile"], zoneFile);
  const beside = ZoneFiles.besideDeployment(reading);
  const sources = [
    ...(file === undefined ? [] : [{ ...file, inheritsTtl: true }]),
    {
      text: records,
      place: reading.places.inText([...path, "records"]),
      include: (named: string) => beside.include(named, []),
    },
  ];
  return sources.flatMap(({ text, ...source }) => {
    const read = readAsFarAsPossible(text, { ...common, ...source });
    reportSome(reading, zone, read);
    return read.records;
  });
}

/** A file that is no master file at all has a problem in each of its lines. */
function reportSome(reading: Reading, zone: string, { problems, furtherProblems }: ReadRecords): void {
  reading.findings.addAll(problems);
  if (furtherProblems === 0) return;
  const message = `Cannot read ${furtherProblems} further places in the records of zone ${quote(zone)}`;
  reading.findings.error(message, reading.places.ofKey(["zones", zone]));
}

function recordAt(
  records: readonly ResourceRecord[],
  owner: DomainName,
  type: number,
): ResourceRecord | undefined {
  return records.find((record) => record.type === type && record.owner.equals(owner));
}

/** A SIP domain says itself what its zone's name servers and SOA are and who may have it: one truth, in one place. */
function refuseZoneOptions(reading: Reading, text: string, shape: ZoneShape): void {
  for (const key of ["nameServers", "soa", "allowQuery", "denyQuery", "transfers"] as const) {
    if (shape[key] === undefined) continue;
    const message = `Cannot use ${quote(key)} here: ${quote(text)} is a SIP domain, so give it there or under "defaults"`;
    reading.findings.error(message, reading.places.ofKey(["zones", text, key]));
  }
}

/** A SOA record among the zone's own has all values but a fixed serial. */
function refuseSecondSoa(
  reading: Reading,
  text: string,
  { soa = {} }: ZoneShape,
  record?: ResourceRecord,
): void {
  if (record === undefined) return;
  for (const [key, value] of Object.entries(soa)) {
    if (key === "serial" || value === undefined) continue;
    const message = `Cannot use ${quote(key)} here: the records of zone ${quote(text)} have a SOA record, which says it; leave one of the two out`;
    reading.findings.error(message, reading.places.ofKey(["zones", text, "soa", key]));
  }
}

/** Records that the operator wrote, by zone. */

import { readMasterFile } from "../dns/master-file.ts";
import { quote } from "../dns/quotation.ts";
import { readZoneName } from "./host-name.ts";
import type { SipDomain, StaticZone } from "./model.ts";
import type { Reading } from "./reading.ts";
import { checkRecordAddresses } from "./record-addresses.ts";
import type { DeploymentShape, ZoneShape } from "./schema.ts";
import { combineZoneOptions, readZoneOptions } from "./zone-options.ts";

/** Reads the zones; records of a SIP domain's zone take its TTL where they have none. */
export function readStaticZones(
  reading: Reading,
  sipDomains: ReadonlyMap<string, SipDomain>,
  shapes: DeploymentShape["zones"] = {},
): StaticZone[] {
  const zones = new Map<string, StaticZone>();
  for (const [text, shape] of Object.entries(shapes)) {
    const zone = readStaticZone(reading, sipDomains, text, shape);
    if (zone === undefined) continue;
    const { key } = zone.apex;
    if (zones.has(key))
      reading.findings.error(`Cannot list zone ${quote(text)} twice`, reading.places.ofKey(["zones", text]));
    zones.set(key, zone);
  }
  return [...zones.values()];
}

function readStaticZone(
  reading: Reading,
  sipDomains: ReadonlyMap<string, SipDomain>,
  text: string,
  shape: ZoneShape,
): StaticZone | undefined {
  const path = ["zones", text];
  const place = reading.places.ofKey(path);
  const read = readZoneName(text);
  if ("fault" in read) {
    reading.findings.error(`Cannot use ${quote(text)} as zone: ${read.fault}`, place);
    return undefined;
  }
  const sipDomain = sipDomains.get(read.name.key);
  const own = combineZoneOptions(readZoneOptions(reading, path, shape));
  if (sipDomain !== undefined) refuseZoneOptions(reading, text, shape);
  const records = readMasterFile(shape.records ?? "", {
    origin: read.name,
    defaultTtl: shape.ttl ?? sipDomain?.options.ttl ?? own.ttl,
    place: reading.places.inText([...path, "records"]),
  });
  reading.findings.addAll(records.ok ? records.remarks : records.problems);
  if (records.ok) checkRecordAddresses(reading, text, records.value);
  return { apex: read.name, options: own, records: records.ok ? records.value : [], place };
}

/** A SIP domain says itself what its zone's name servers and SOA are: one truth, in one place. */
function refuseZoneOptions(reading: Reading, text: string, shape: ZoneShape): void {
  for (const key of ["nameServers", "soa"] as const) {
    if (shape[key] === undefined) continue;
    const message = `Cannot use ${quote(key)} here: ${quote(text)} is a SIP domain, so give it there or under "defaults"`;
    reading.findings.error(message, reading.places.ofKey(["zones", text, key]));
  }
}

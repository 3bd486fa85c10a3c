/** What a snapshot serves of a zone, for those who compare one load with the next. */

import { DomainName, stringOf } from "../dns/name.ts";
import { wordAt } from "../dns/octets.ts";
import type { Compiled } from "./compile.ts";
import { findZone, Location, SearchName } from "./lookup.ts";
import type { ServedVersion } from "./serial.ts";
import { MODEL, SLOT_LENGTH, type Snapshot, ZONE } from "./snapshot.ts";

export interface ServedZone {
  readonly serial: number;
  /** The index of the group that the zone was compiled from. */
  readonly group: number;
}

const name = new SearchName();
const location = new Location();

/** The zone with this very apex; undefined where the snapshot has none. */
export function servedZone(snapshot: Snapshot, apex: DomainName): ServedZone | undefined {
  const octets = apex.toBytes();
  name.read(octets, 0, octets.length);
  if (!findZone(snapshot, name, 0, location) || location.apexLabel !== 0) return undefined;
  return {
    serial: wordAt(snapshot.words, location.zone + ZONE.SERIAL),
    group: wordAt(snapshot.words, location.model + MODEL.NUMBER), // models are compiled in the order of groups
  };
}

/** The serial and the digest of the zone with this apex. */
export function servedVersion({ snapshot, digests }: Compiled, apex: DomainName): ServedVersion | undefined {
  const zone = servedZone(snapshot, apex);
  return zone && { serial: zone.serial, digest: digests[zone.group] ?? "" };
}

/** The apex of every zone, in the order of compilation. */
export function* servedApexes(snapshot: Snapshot): Generator<DomainName> {
  const { words, octets } = snapshot;
  for (const zone of zoneOffsets(snapshot)) {
    const start = (zone + ZONE.APEX) << 2;
    yield DomainName.fromCheckedWire(stringOf(octets, start, start + wordAt(words, zone + ZONE.APEX_LENGTH)));
  }
}

/** The apex of some zone, found at once; undefined where there is none. */
export function someApex({ words, octets, zoneSlots, zoneMask }: Snapshot): DomainName | undefined {
  for (let slot = 0; slot <= zoneMask; slot++) {
    const zone = wordAt(words, zoneSlots + slot * SLOT_LENGTH + 1);
    if (zone === 0) continue;
    const start = (zone + ZONE.APEX) << 2;
    return DomainName.fromCheckedWire(
      stringOf(octets, start, start + wordAt(words, zone + ZONE.APEX_LENGTH)),
    );
  }
  return undefined;
}

function zoneOffsets({ words, zoneSlots, zoneMask, zoneCount }: Snapshot): Uint32Array {
  const offsets = new Uint32Array(zoneCount);
  let found = 0;
  for (let slot = 0; slot <= zoneMask; slot++) {
    const zone = wordAt(words, zoneSlots + slot * SLOT_LENGTH + 1);
    if (zone !== 0) offsets[found++] = zone;
  }
  return offsets.sort();
}

/** Which zones a new snapshot has in another version than the one before. */

import { DomainName, stringOf } from "../dns/name.ts";
import { wordAt } from "../dns/octets.ts";
import { findZone, Location, SearchName } from "../zone/lookup.ts";
import { SLOT_LENGTH, type Snapshot, ZONE } from "../zone/snapshot.ts";

/** Zones that are compared before others get their turn. */
const ZONES_A_TURN = 1_000;

/** The apex of each zone that is new or has another serial; undefined now and then, for others to have their turn. */
export function* changedZones(
  before: Snapshot | undefined,
  now: Snapshot,
): Generator<DomainName | undefined, void> {
  const { words, octets, zoneSlots, zoneMask } = now;
  const [name, location] = [new SearchName(), new Location()];
  for (let slot = 0, zones = 0; slot <= zoneMask; slot++) {
    const zone = wordAt(words, zoneSlots + slot * SLOT_LENGTH + 1);
    if (zone === 0) continue;
    if (++zones % ZONES_A_TURN === 0) yield undefined;
    const start = (zone + ZONE.APEX) << 2;
    name.read(octets, start, octets.length);
    const serial = wordAt(words, zone + ZONE.SERIAL);
    if (before !== undefined && serialOf(before, name, location) === serial) continue;
    const end = start + wordAt(words, zone + ZONE.APEX_LENGTH);
    yield DomainName.fromCheckedWire(stringOf(octets, start, end));
  }
}

function serialOf(snapshot: Snapshot, name: SearchName, location: Location): number | undefined {
  if (!findZone(snapshot, name, 0, location) || location.apexLabel !== 0) return undefined;
  return wordAt(snapshot.words, location.zone + ZONE.SERIAL);
}

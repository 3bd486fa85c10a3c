/** What a snapshot serves of a zone, for those who compare one load with the next. */

import { DomainName, stringOf } from "../dns/name.ts";
import { wordAt } from "../dns/octets.ts";
import { proven } from "../dns/proven.ts";
import type { Compiled } from "./compile.ts";
import { findZone, Location, SearchName } from "./lookup.ts";
import { isSerialAfter, type ServedVersion } from "./serial.ts";
import { MODEL, SLOT_LENGTH, type Snapshot, ZONE } from "./snapshot.ts";

export interface ServedZone {
  readonly serial: number;
  /** The index of the group that the zone was compiled from. */
  readonly group: number;
  /** As a version has it (serial.ts). */
  readonly doubtful?: number;
}

const name = new SearchName();
const location = new Location();

/** The zone with this very apex; undefined where the snapshot has none. */
export function servedZone(snapshot: Snapshot, apex: DomainName): ServedZone | undefined {
  const octets = apex.toBytes();
  name.read(octets, 0, octets.length);
  if (!findZone(snapshot, name, 0, location) || location.apexLabel !== 0) return undefined;
  const { words } = snapshot;
  const serial = wordAt(words, location.zone + ZONE.SERIAL);
  const doubtful = wordAt(words, location.zone + ZONE.DOUBTFUL);
  const group = wordAt(words, location.model + MODEL.NUMBER); // models are compiled in the order of groups
  return isSerialAfter(serial, doubtful) ? { serial, group } : { serial, group, doubtful };
}

/** The serial and the digest of the zone with this apex. */
export function servedVersion({ snapshot, digests }: Compiled, apex: DomainName): ServedVersion | undefined {
  const zone = servedZone(snapshot, apex);
  if (zone === undefined) return undefined;
  const { group, ...serials } = zone;
  return { ...serials, digest: proven(digests[group], "each group has a digest") };
}

/** A zone of one snapshot and what another has under its apex. The same object for every zone of a walk. */
export class ZonePair {
  readonly #octets: Uint8Array;
  #start = 0;
  #end = 0;
  serial = 0;
  group = 0;
  doubtful = 0;
  /** Whether the other snapshot has a zone with this apex; its serial and group follow. */
  isInOther = false;
  otherSerial = 0;
  otherGroup = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get apex(): DomainName {
    return DomainName.fromCheckedWire(stringOf(this.#octets, this.#start, this.#end));
  }

  moveTo(snapshot: Snapshot, zone: number, other: Snapshot): void {
    const { words } = snapshot;
    this.#start = (zone + ZONE.APEX) << 2;
    this.#end = this.#start + wordAt(words, zone + ZONE.APEX_LENGTH);
    this.serial = wordAt(words, zone + ZONE.SERIAL);
    this.doubtful = wordAt(words, zone + ZONE.DOUBTFUL);
    this.group = wordAt(words, wordAt(words, zone + ZONE.MODEL) + MODEL.NUMBER);
    name.read(this.#octets, this.#start, this.#end);
    this.isInOther = findZone(other, name, 0, location) && location.apexLabel === 0;
    if (!this.isInOther) return;
    this.otherSerial = wordAt(other.words, location.zone + ZONE.SERIAL);
    this.otherGroup = wordAt(other.words, location.model + MODEL.NUMBER);
  }
}

/** Every zone of a snapshot, in the order of compilation, beside the one of the same apex in another. */
export function* pairedZones(snapshot: Snapshot, other: Snapshot): Generator<ZonePair> {
  const pair = new ZonePair(snapshot.octets);
  for (const zone of zoneOffsets(snapshot)) {
    pair.moveTo(snapshot, zone, other);
    yield pair;
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

/** A zone as one snapshot has it, and where its records stand. */

import type { DomainName } from "../dns/name.ts";
import { wordAt } from "../dns/octets.ts";
import { findZone, Location, SearchName } from "../zone/lookup.ts";
import { MODEL, NODE, RRSET, type Snapshot, ZONE } from "../zone/snapshot.ts";

/** Offsets are word offsets in the snapshot. */
export interface ZoneVersion {
  readonly snapshot: Snapshot;
  readonly zone: number;
  readonly model: number;
  readonly serial: number;
  /** The last serial that may have stood for other content of the zone: no base for a difference. */
  readonly doubtful: number;
}

const name = new SearchName();
const location = new Location();

/** The zone with this very apex; undefined where the snapshot has none. */
export function zoneVersion(snapshot: Snapshot, apex: DomainName): ZoneVersion | undefined {
  const octets = apex.toBytes();
  name.read(octets, 0, octets.length);
  return zoneVersionAt(snapshot, name);
}

/** The same for a name that was read from a message. */
export function zoneVersionAt(snapshot: Snapshot, apex: SearchName): ZoneVersion | undefined {
  if (!findZone(snapshot, apex, 0, location) || location.apexLabel !== 0) return undefined;
  return versionOf(snapshot, location.zone);
}

/** The version at a zone's offset. */
export function versionOf(snapshot: Snapshot, zone: number): ZoneVersion {
  const { words } = snapshot;
  return {
    snapshot,
    zone,
    model: wordAt(words, zone + ZONE.MODEL),
    serial: wordAt(words, zone + ZONE.SERIAL),
    doubtful: wordAt(words, zone + ZONE.DOUBTFUL),
  };
}

/** One record: its place in the snapshot of its version. */
export interface RecordPlace {
  readonly version: ZoneVersion;
  readonly node: number;
  readonly rrset: number;
  readonly index: number;
}

/** The zone's SOA record. */
export function soaOf(version: ZoneVersion): RecordPlace {
  const { words } = version.snapshot;
  const node = wordAt(words, version.model + MODEL.APEX_NODE);
  return { version, node, rrset: wordAt(words, version.model + MODEL.SOA), index: 0 };
}

/** The nodes of a zone in canonical order, its apex first. */
export function nodeAt({ snapshot, model }: ZoneVersion, index: number): number {
  return wordAt(snapshot.words, model + MODEL.NODES + index);
}

export function nodeCount({ snapshot, model }: ZoneVersion): number {
  return wordAt(snapshot.words, model + MODEL.NODE_COUNT);
}

export function rrsetCount({ snapshot }: ZoneVersion, node: number): number {
  return wordAt(snapshot.words, node + NODE.RRSET_COUNT);
}

export function rrsetAt({ snapshot }: ZoneVersion, node: number, index: number): number {
  return wordAt(snapshot.words, node + NODE.RRSETS + index);
}

export function recordCount({ snapshot }: ZoneVersion, rrset: number): number {
  return wordAt(snapshot.words, rrset + RRSET.COUNT);
}

export function typeOf({ snapshot }: ZoneVersion, rrset: number): number {
  return wordAt(snapshot.words, rrset + RRSET.TYPE);
}

export function ttlOf({ snapshot }: ZoneVersion, rrset: number): number {
  return wordAt(snapshot.words, rrset + RRSET.TTL);
}

/** Octet offset of a record's stored RDATA. */
export function rdataAt({ snapshot }: ZoneVersion, rrset: number, index: number): number {
  return wordAt(snapshot.words, rrset + RRSET.RDATA + index);
}

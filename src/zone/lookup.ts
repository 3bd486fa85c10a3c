/**
 * Finds names in a Snapshot, without making an object: results are fields of a Location that is used again.
 *
 * Every name that exists has a node, so the closest encloser (RFC 4592 §2.2.1) is the longest suffix with a
 * node, and zone cuts, wildcards and DNAMEs on the way hang on that node already.
 */

import { octetAt, wordAt } from "../dns/octets.ts";
import { finishHash, HASH_START, hashLabel, modelSeed } from "./hash.ts";
import { MODEL, NODE, RRSET, SLOT_LENGTH, type Snapshot, ZONE } from "./snapshot.ts";

/** Labels of the longest name: 127 of one octet, and the root. */
const MAXIMUM_LABELS = 128;

/** A name to be looked up: lower-cased wire form, and where each label begins. */
export class SearchName {
  readonly octets = new Uint8Array(256);
  readonly starts = new Uint16Array(MAXIMUM_LABELS + 1);
  /** Labels, the root label not counted; `starts[labels]` is the place of the root label. */
  labels = 0;

  /**
   * Reads an uncompressed name. Returns the offset behind it, or -1 where it holds a pointer or a reserved
   * label type, is longer than 255 octets or does not end before `end`.
   */
  read(source: Uint8Array, offset: number, end: number): number {
    let from = offset;
    let to = 0;
    let labels = 0;
    for (;;) {
      if (from >= end) return -1;
      const length = octetAt(source, from);
      this.starts[labels] = to;
      if (length === 0) break;
      if (length > 63 || to + length + 2 > 255 || from + length >= end) return -1;
      labels++;
      for (let last = from + length; from <= last; from++, to++) {
        const octet = octetAt(source, from);
        // A length octet is below 64 and so below 'A': it passes unchanged.
        this.octets[to] = octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
      }
    }
    this.octets[to] = 0;
    this.labels = labels;
    return from + 1;
  }

  /** Octets before the root label. */
  get length(): number {
    return this.startOf(this.labels);
  }

  /** Where a label begins; that of the root label for `labels`. */
  startOf(label: number): number {
    return this.starts[label] as number; // proof: label ≤ MAXIMUM_LABELS
  }
}

/** Where a name was found. Offsets are word offsets in the snapshot; 0 means there is none. */
export class Location {
  zone = 0;
  model = 0;
  /** The index of the label at which the apex begins. */
  apexLabel = 0;
  /** The node of the very name. */
  node = 0;
  /** The closest encloser: the node itself where it exists. */
  encloser = 0;
  /** The index of the label at which the closest encloser begins. */
  encloserLabel = 0;
}

/** Hashes of the suffixes of the name in work, by index of their first label. Each thread has its own. */
const suffixHashes = new Int32Array(MAXIMUM_LABELS + 1);

/**
 * Finds the zone whose apex is the longest suffix of the name, at the earliest from label `from` on: 1 finds
 * the zone above an apex. False where none of our zones holds the name.
 */
export function findZone(snapshot: Snapshot, name: SearchName, from: number, location: Location): boolean {
  const first = Math.max(from, name.labels - snapshot.deepestApex);
  hashSuffixes(name, first, name.labels, HASH_START);
  for (let label = first; label <= name.labels; label++) {
    const count = name.labels - label;
    if ((wordAt(snapshot.apexLabels, count >>> 5) & (1 << (count & 31))) === 0) continue;
    const zone = findApex(snapshot, name, label);
    if (zone === 0) continue;
    location.zone = zone;
    location.model = wordAt(snapshot.words, zone + ZONE.MODEL);
    location.apexLabel = label;
    return true;
  }
  return false;
}

/** Finds the name in the zone of `location`: its node, or else its closest encloser. */
export function findNode(snapshot: Snapshot, name: SearchName, location: Location): void {
  const { words } = snapshot;
  const { model, apexLabel } = location;
  const number = wordAt(words, model + MODEL.NUMBER);
  const deepest = Math.max(0, apexLabel - wordAt(words, model + MODEL.DEPTH));
  hashSuffixes(name, deepest, apexLabel, modelSeed(number));
  location.node = 0;
  for (let label = deepest; label < apexLabel; label++) {
    const node = findRelative(snapshot, name, label, apexLabel, number);
    if (node === 0) continue;
    if (label === 0) location.node = node;
    location.encloser = node;
    location.encloserLabel = label;
    return;
  }
  location.encloser = wordAt(words, model + MODEL.APEX_NODE);
  location.encloserLabel = apexLabel;
  if (apexLabel === 0) location.node = location.encloser;
}

/** The RRset of a type at a node, 0 where it has none. */
export function findRRset(snapshot: Snapshot, node: number, type: number): number {
  const { words } = snapshot;
  const count = wordAt(words, node + NODE.RRSET_COUNT);
  for (let index = 0; index < count; index++) {
    const rrset = wordAt(words, node + NODE.RRSETS + index);
    if (wordAt(words, rrset + RRSET.TYPE) === type) return rrset;
  }
  return 0;
}

/** Hashes of the suffixes that begin at the labels from `first` to `end`, growing to the left. */
function hashSuffixes(name: SearchName, first: number, end: number, start: number): void {
  let hash = start;
  suffixHashes[end] = finishHash(hash);
  for (let label = end - 1; label >= first; label--) {
    hash = hashLabel(hash, name.octets, name.startOf(label), name.startOf(label + 1));
    suffixHashes[label] = finishHash(hash);
  }
}

function findApex(snapshot: Snapshot, name: SearchName, label: number): number {
  const { words, octets, zoneSlots, zoneMask } = snapshot;
  const hash = suffixHash(label);
  const start = name.startOf(label);
  const length = name.length - start + 1;
  for (let slot = hash & zoneMask; ; slot = (slot + 1) & zoneMask) {
    const zone = wordAt(words, zoneSlots + slot * SLOT_LENGTH + 1);
    if (zone === 0) return 0;
    if (wordAt(words, zoneSlots + slot * SLOT_LENGTH) !== hash) continue;
    if (wordAt(words, zone + ZONE.APEX_LENGTH) !== length) continue;
    if (sameOctets(octets, (zone + ZONE.APEX) << 2, name.octets, start, length)) return zone;
  }
}

function findRelative(
  snapshot: Snapshot,
  name: SearchName,
  label: number,
  apexLabel: number,
  model: number,
): number {
  const { words, octets, nodeSlots, nodeMask } = snapshot;
  const hash = suffixHash(label);
  const start = name.startOf(label);
  const length = name.startOf(apexLabel) - start;
  for (let slot = hash & nodeMask; ; slot = (slot + 1) & nodeMask) {
    const node = wordAt(words, nodeSlots + slot * SLOT_LENGTH + 1);
    if (node === 0) return 0;
    if (wordAt(words, nodeSlots + slot * SLOT_LENGTH) !== hash) continue;
    if (wordAt(words, node + NODE.MODEL) !== model || wordAt(words, node + NODE.NAME_LENGTH) !== length)
      continue;
    if (sameOctets(octets, nameOffset(words, node), name.octets, start, length)) return node;
  }
}

/** The octet offset of a node's relative name. */
export function nameOffset(words: Uint32Array, node: number): number {
  return (node + NODE.RRSETS + wordAt(words, node + NODE.RRSET_COUNT)) << 2;
}

function sameOctets(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (octetAt(a, aStart + at) !== octetAt(b, bStart + at)) return false;
  return true;
}

function suffixHash(label: number): number {
  return (suffixHashes[label] as number) >>> 0; // proof: label ≤ MAXIMUM_LABELS
}

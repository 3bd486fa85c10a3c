/** What changed between two versions of a zone: a merge of two walks in canonical order. */

import { TYPE } from "../dns/codes.ts";
import { stringOf } from "../dns/name.ts";
import { octetAt, uint16At, wordAt } from "../dns/octets.ts";
import { nameOffset } from "../zone/lookup.ts";
import { NODE, PART, RRSET, RRSET_FLAG } from "../zone/snapshot.ts";
import {
  nodeAt,
  nodeCount,
  type RecordPlace,
  rdataAt,
  recordCount,
  rrsetAt,
  rrsetCount,
  ttlOf,
  typeOf,
  type ZoneVersion,
} from "./version.ts";

/** Records of one version, the SOA not among them. */
export class RecordList {
  readonly version: ZoneVersion;
  /** Node, RRset and index of each. */
  readonly #places: number[] = [];

  constructor(version: ZoneVersion) {
    this.version = version;
  }

  get length(): number {
    return this.#places.length / 3;
  }

  add(node: number, rrset: number, index: number): void {
    this.#places.push(node, rrset, index);
  }

  *[Symbol.iterator](): Generator<RecordPlace> {
    const places = this.#places;
    for (let at = 0; at < places.length; at += 3) {
      const [node = 0, rrset = 0, index = 0] = [places[at], places[at + 1], places[at + 2]];
      yield { version: this.version, node, rrset, index };
    }
  }
}

/** Records to be taken away and records to be put in their place. */
export interface Difference {
  readonly removed: RecordList;
  readonly added: RecordList;
  /** All records of the new version, its SOA among them. */
  readonly recordCount: number;
}

/** Nodes that are compared before others get their turn. */
const NODES_A_TURN = 2_000;

/** Compares two versions; yields now and then, so that whoever calls can let others go on. */
export function* compareVersions(old: ZoneVersion, now: ZoneVersion): Generator<undefined, Difference> {
  const comparison = new Comparison(old, now);
  let turn = 0;
  while (comparison.step()) if (++turn % NODES_A_TURN === 0) yield;
  return comparison;
}

class Comparison implements Difference {
  readonly removed: RecordList;
  readonly added: RecordList;
  recordCount = 0;
  readonly #old: ZoneVersion;
  readonly #now: ZoneVersion;
  #oldIndex = 0;
  #nowIndex = 0;

  constructor(old: ZoneVersion, now: ZoneVersion) {
    this.#old = old;
    this.#now = now;
    this.removed = new RecordList(old);
    this.added = new RecordList(now);
  }

  /** Looks at the first node that neither list has passed; false at the end of both. */
  step(): boolean {
    const hasOld = this.#oldIndex < nodeCount(this.#old);
    const hasNow = this.#nowIndex < nodeCount(this.#now);
    if (!hasOld && !hasNow) return false;
    const oldNode = hasOld ? nodeAt(this.#old, this.#oldIndex) : 0;
    const nowNode = hasNow ? nodeAt(this.#now, this.#nowIndex) : 0;
    const order = hasOld && hasNow ? compareOwners(this.#old, oldNode, this.#now, nowNode) : hasOld ? -1 : 1;
    if (order <= 0) this.#oldIndex++;
    if (order >= 0) this.#nowIndex++;
    if (order === 0) this.#compareNodes(oldNode, nowNode);
    else if (order < 0) this.#takeNode(this.removed, oldNode);
    else this.recordCount += this.#takeNode(this.added, nowNode);
    return true;
  }

  #takeNode(list: RecordList, node: number): number {
    let taken = 0;
    for (let at = 0; at < rrsetCount(list.version, node); at++)
      taken += takeRRset(list, node, rrsetAt(list.version, node, at));
    return taken;
  }

  #compareNodes(oldNode: number, nowNode: number): void {
    for (let at = 0; at < rrsetCount(this.#now, nowNode); at++) {
      const rrset = rrsetAt(this.#now, nowNode, at);
      this.recordCount += recordCount(this.#now, rrset);
      if (typeOf(this.#now, rrset) === TYPE.SOA) continue; // stands between the lists
      const old = rrsetOfType(this.#old, oldNode, typeOf(this.#now, rrset));
      if (old === 0) takeRRset(this.added, nowNode, rrset);
      else this.#compareRRsets(oldNode, old, nowNode, rrset);
    }
    for (let at = 0; at < rrsetCount(this.#old, oldNode); at++) {
      const rrset = rrsetAt(this.#old, oldNode, at);
      if (rrsetOfType(this.#now, nowNode, typeOf(this.#old, rrset)) === 0)
        takeRRset(this.removed, oldNode, rrset);
    }
  }

  /** A TTL belongs to the record that is removed and added, so another TTL is another record (RFC 1995 §4). */
  #compareRRsets(oldNode: number, old: number, nowNode: number, now: number): void {
    if (ttlOf(this.#old, old) !== ttlOf(this.#now, now)) {
      takeRRset(this.removed, oldNode, old);
      takeRRset(this.added, nowNode, now);
      return;
    }
    if (areAlike(this.#old, old, this.#now, now)) return;
    const [before, after] = [rdataTexts(this.#old, old), rdataTexts(this.#now, now)];
    for (const [text, index] of before) if (!after.has(text)) this.removed.add(oldNode, old, index);
    for (const [text, index] of after) if (!before.has(text)) this.added.add(nowNode, now, index);
  }
}

function takeRRset(list: RecordList, node: number, rrset: number): number {
  const count = recordCount(list.version, rrset);
  for (let index = 0; index < count; index++) list.add(node, rrset, index);
  return count;
}

function rrsetOfType(version: ZoneVersion, node: number, type: number): number {
  for (let at = 0; at < rrsetCount(version, node); at++) {
    const rrset = rrsetAt(version, node, at);
    if (typeOf(version, rrset) === type) return rrset;
  }
  return 0;
}

/** Whether both have the same records in the same order, as most have that nobody touched. */
function areAlike(a: ZoneVersion, aRRset: number, b: ZoneVersion, bRRset: number): boolean {
  const count = recordCount(a, aRRset);
  if (recordCount(b, bRRset) !== count || isPlain(a, aRRset) !== isPlain(b, bRRset)) return false;
  for (let index = 0; index < count; index++) {
    const [aStart, bStart] = [rdataAt(a, aRRset, index), rdataAt(b, bRRset, index)];
    const length = rdataEnd(a, aRRset, aStart) - aStart;
    const [left, right] = [a.snapshot.octets, b.snapshot.octets];
    for (let at = 0; at < length; at++)
      if (octetAt(left, aStart + at) !== octetAt(right, bStart + at)) return false;
  }
  return true;
}

function isPlain({ snapshot }: ZoneVersion, rrset: number): boolean {
  return (wordAt(snapshot.words, rrset + RRSET.FLAGS) & RRSET_FLAG.PLAIN) !== 0;
}

/** Where the stored form of RDATA ends; both forms say so by themselves, so none is the beginning of another. */
function rdataEnd(version: ZoneVersion, rrset: number, at: number): number {
  const { octets } = version.snapshot;
  return isPlain(version, rrset) ? at + 2 + uint16At(octets, at) : endOfParts(octets, at);
}

/** The stored form of each record, which is the same for the same RDATA below the same apex. */
function rdataTexts(version: ZoneVersion, rrset: number): Map<string, number> {
  const texts = new Map<string, number>();
  for (let index = 0; index < recordCount(version, rrset); index++) {
    const at = rdataAt(version, rrset, index);
    texts.set(stringOf(version.snapshot.octets, at, rdataEnd(version, rrset, at)), index);
  }
  return texts;
}

function endOfParts(octets: Uint8Array, start: number): number {
  let at = start;
  for (let kind = octetAt(octets, at); kind !== PART.END; kind = octetAt(octets, at)) {
    if (kind === PART.SERIAL) at += 1;
    else if (kind === PART.OCTETS) at += 3 + uint16At(octets, at + 1);
    else at += 2 + octetAt(octets, at + 1);
  }
  return at;
}

const labels = [new Uint32Array(128), new Uint32Array(128)] as const;

/** Below 0 where the first owner comes first in canonical order (RFC 4034 §6.1), 0 where they are the same. */
function compareOwners(a: ZoneVersion, aNode: number, b: ZoneVersion, bNode: number): number {
  const aCount = readLabels(labels[0], a, aNode);
  const bCount = readLabels(labels[1], b, bNode);
  const [aOctets, bOctets] = [a.snapshot.octets, b.snapshot.octets];
  for (let back = 1; back <= Math.min(aCount, bCount); back++) {
    const order = compareLabels(
      aOctets,
      labels[0][aCount - back] ?? 0,
      bOctets,
      labels[1][bCount - back] ?? 0,
    );
    if (order !== 0) return order;
  }
  return aCount - bCount;
}

/** The octet offsets of the labels of a node's relative name; returns how many they are. */
function readLabels(offsets: Uint32Array, { snapshot }: ZoneVersion, node: number): number {
  const { octets, words } = snapshot;
  const start = nameOffset(words, node);
  const end = start + wordAt(words, node + NODE.NAME_LENGTH);
  let count = 0;
  for (let at = start; at < end; at += 1 + octetAt(octets, at)) offsets[count++] = at;
  return count;
}

function compareLabels(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number): number {
  const [aLength, bLength] = [octetAt(a, aStart), octetAt(b, bStart)];
  for (let at = 1; at <= Math.min(aLength, bLength); at++) {
    const order = octetAt(a, aStart + at) - octetAt(b, bStart + at);
    if (order !== 0) return order;
  }
  return aLength - bLength;
}

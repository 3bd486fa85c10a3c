/**
 * The hash of both tables: FNV-1a over the octets of a name, label by label from the right, so that the
 * hashes of all ancestors fall out on the way. The tables hold the operator's names only, so nobody outside
 * can make their chains long.
 */

import { bytesOf } from "../dns/name.ts";
import { octetAt } from "../dns/octets.ts";

export const HASH_START = 0x811c9dc5;
const PRIME = 0x01000193;

/** Takes in the octets from `start` to `end`: one label with its length octet. */
export function hashLabel(hash: number, octets: Uint8Array, start: number, end: number): number {
  let mixed = hash;
  for (let at = start; at < end; at++) mixed = Math.imul(mixed ^ octetAt(octets, at), PRIME);
  return mixed;
}

/** Where the relative names of a model begin. */
export function modelSeed(model: number): number {
  return Math.imul(HASH_START ^ model, PRIME);
}

/** Spreads the high bits into the low ones, which choose the slot. */
export function finishHash(hash: number): number {
  let mixed = hash ^ (hash >>> 15);
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 12)) >>> 0;
}

/** The finished hash of labels in lower-cased wire form, without a root label. */
export function hashName(labels: string, start: number): number {
  const octets = bytesOf(labels);
  const starts: number[] = [];
  for (let at = 0; at < octets.length; at += 1 + octetAt(octets, at)) starts.push(at);
  let hash = start;
  let end = octets.length;
  for (const labelStart of starts.reverse()) {
    hash = hashLabel(hash, octets, labelStart, end);
    end = labelStart;
  }
  return finishHash(hash);
}

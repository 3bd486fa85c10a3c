/** The keys of YAML maps by their text: what stands behind one, and which are written twice. */

import { isMap, isNode, isScalar, type Pair, type YAMLMap } from "yaml";

/** The text of a key as it is in the value that is made of the map. */
export function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

/** Finds pairs by their keys. Each map is gone through once, so that asking for all of its keys stays linear. */
export class KeyIndex {
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  /** The pair of a key; of a key that is written twice the last, as in the value. */
  find(map: YAMLMap, key: string): Pair | undefined {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known.get(key);
    const pairs = new Map(map.items.map((pair) => [keyText(pair.key), pair]));
    this.#pairs.set(map, pairs);
    return pairs.get(key);
  }
}

/**
 * Offsets of the keys that stand in their map already. The parser itself compares each key with all before it,
 * which takes minutes for a map of a hundred thousand.
 */
export function offsetsOfDuplicateKeys(root: unknown): number[] {
  const offsets: number[] = [];
  const open: unknown[] = [root]; // no recursion: the nesting may be deeper than the stack
  while (open.length > 0) {
    const node = open.pop();
    if (isMap(node)) for (const offset of duplicatesIn(node)) offsets.push(offset);
    for (const part of partsOf(node)) open.push(part);
  }
  return offsets;
}

function* duplicatesIn(map: YAMLMap): Generator<number> {
  const seen = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) yield key.range?.[0] ?? 0;
    seen.add(key.value);
  }
}

function partsOf(node: unknown): readonly unknown[] {
  if (isMap(node)) return node.items.flatMap(({ key, value }) => [key, value]);
  return isNode(node) && "items" in node && Array.isArray(node.items) ? node.items : [];
}

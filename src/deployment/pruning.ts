/** Parts of a deployment that cannot be read are left out, so that the rest is still looked at. */

import type { Place } from "../result.ts";
import type { Path, Places } from "./places.ts";

/** A value without some of its parts. */
export interface Pruned {
  readonly value: unknown;
  /** Places in the value as it was. */
  readonly places: Places;
  /** Keys at the top of which a part is missing: nobody can say that something is not to be found there. */
  readonly incomplete: ReadonlySet<string>;
}

/** Leaves out the item of a list or map at the top, or the whole key, that each path leads into; undefined where one leads nowhere. */
export function pruned(value: unknown, paths: readonly Path[], places: Places): Pruned | undefined {
  if (!isMap(value) || paths.some(([key]) => typeof key !== "string")) return undefined;
  const faulty = Map.groupBy(paths, ([key]) => String(key));
  const entries = Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
    const kept = withoutItems(part, faulty.get(key) ?? []);
    return kept === undefined ? [] : [[key, kept]];
  });
  return {
    value: Object.fromEntries(entries),
    places: new PlacesBefore(places, removedIndexes(faulty)),
    incomplete: new Set(faulty.keys()),
  };
}

function withoutItems(part: unknown, paths: readonly Path[]): unknown {
  if (paths.length === 0) return part;
  const items = new Set(paths.map((path) => path[1]));
  if (items.has(undefined)) return undefined;
  if (Array.isArray(part)) return part.filter((_, index) => !items.has(index));
  const isOfItems = isMap(part) && Object.values(part).every(isMap) && paths.every((path) => path.length > 2);
  return isOfItems ? Object.fromEntries(Object.entries(part).filter(([key]) => !items.has(key))) : undefined;
}

function removedIndexes(faulty: ReadonlyMap<string, readonly Path[]>): Map<string, readonly number[]> {
  const indexes = (paths: readonly Path[]) => {
    const all = new Set(paths.map((path) => path[1]).filter((step) => typeof step === "number"));
    return [...all].sort((one, other) => one - other);
  };
  return new Map(Array.from(faulty, ([key, paths]) => [key, indexes(paths)]));
}

/** Places by the indexes that items have now. */
class PlacesBefore implements Places {
  readonly #places: Places;
  readonly #removed: ReadonlyMap<string, readonly number[]>;

  constructor(places: Places, removed: ReadonlyMap<string, readonly number[]>) {
    this.#places = places;
    this.#removed = removed;
  }

  ofValue(path: Path): Place {
    return this.#places.ofValue(this.#before(path));
  }

  ofKey(path: Path): Place {
    return this.#places.ofKey(this.#before(path));
  }

  inText(path: Path): (line: number, column: number) => Place {
    return this.#places.inText(this.#before(path));
  }

  #before(path: Path): Path {
    const [key, index, ...rest] = path;
    if (key === undefined || typeof index !== "number") return path;
    let before = index;
    for (const removed of this.#removed.get(String(key)) ?? []) if (removed <= before) before++;
    return [key, before, ...rest];
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

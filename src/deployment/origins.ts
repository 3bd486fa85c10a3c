/** Places of a deployment that was put together: some parts stand in the deployment file, some in Lync's documents. */

import type { Place } from "../result.ts";
import type { Path, Places } from "./places.ts";

/** Where a part and what lies below it come from: another path of the deployment file, or a place of a document. */
type Origin =
  | { readonly kind: "own"; readonly path: Path }
  | { readonly kind: "said"; readonly spot: { readonly place: Place } };

interface Step {
  origin?: Origin;
  readonly below: Map<PropertyKey, Step>;
}

/** Parts whose origin was not told stand in the deployment file under their own path. */
export class Origins implements Places {
  readonly #places: Places;
  readonly #top: Step = { origin: { kind: "own", path: [] }, below: new Map() };

  constructor(places: Places) {
    this.#places = places;
  }

  /** Tells that a part stands in the deployment file, at a path of its own. */
  own(path: Path, ownPath: Path): void {
    const step = this.#stepAt(path);
    step.origin = { kind: "own", path: ownPath };
    step.below.clear(); // what a document says of its parts is outdone
  }

  /** Tells that a part stands in a document. */
  said(path: Path, spot: { readonly place: Place }): void {
    this.#stepAt(path).origin = { kind: "said", spot };
  }

  ofValue(path: Path): Place {
    return this.#find(path, (own) => this.#places.ofValue(own));
  }

  ofKey(path: Path): Place {
    return this.#find(path, (own) => this.#places.ofKey(own));
  }

  inText(path: Path): (line: number, column: number) => Place {
    return this.#places.inText(path); // texts with lines of their own stand in the deployment file alone
  }

  #find(path: Path, ofOwn: (own: Path) => Place): Place {
    let step: Step | undefined = this.#top;
    let [origin, depth] = [this.#top.origin, 0];
    for (const [index, key] of path.entries()) {
      step = step?.below.get(key);
      if (step?.origin !== undefined) [origin, depth] = [step.origin, index + 1];
    }
    if (origin?.kind === "said") return origin.spot.place;
    return ofOwn([...(origin?.path ?? []), ...path.slice(depth)]);
  }

  #stepAt(path: Path): Step {
    let step = this.#top;
    for (const key of path) {
      const next = step.below.get(key) ?? { below: new Map() };
      step.below.set(key, next);
      step = next;
    }
    return step;
  }
}

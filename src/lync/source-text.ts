/** The text of one of Lync's documents, and offsets in it as places of its file. */

import type { Place } from "../result.ts";

export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** The place of an offset, with its line. */
  placeAt(offset: number): Place {
    const starts = this.#starts();
    const line = lastAtMost(starts, offset);
    const start = starts[line - 1] ?? 0;
    const end = this.text.indexOf("\n", start);
    const excerpt = this.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, "");
    return { file: this.file, line, column: offset - start + 1, excerpt };
  }

  #starts(): readonly number[] {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }
}

/** How many of the sorted numbers are not above `limit`. */
function lastAtMost(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where something is said in a document; its line and column are looked for only when somebody asks. */
export class Spot {
  readonly #source: SourceText;
  readonly #offset: number;
  readonly #isPersonal: boolean;

  /** The line of a personal spot is not shown: it may hold a user's address. */
  constructor(source: SourceText, offset: number, isPersonal = false) {
    this.#source = source;
    this.#offset = offset;
    this.#isPersonal = isPersonal;
  }

  get file(): string {
    return this.#source.file;
  }

  get place(): Place {
    const { excerpt, ...place } = this.#source.placeAt(this.#offset);
    return this.#isPersonal ? place : { ...place, excerpt };
  }
}

/** Keeps pages that are dear to make from being made as often as somebody asks for them. */

import type { Refusal } from "./problem-json.ts";

/** What is said to who cannot even wait. */
export const BUSY: { readonly kind: "refusal"; readonly refusal: Refusal } = {
  kind: "refusal",
  refusal: {
    status: 503,
    detail: "Cannot show this page yet: too many others are asked for; ask again in a second",
    headers: { "retry-after": "1" },
  },
};

/** Milliseconds from the beginning of one to that of the next. */
const PAUSE = 100;

/** Different ones that may wait for their turn. */
const MOST_WAITING = 16;

interface Turn<Value> {
  readonly begin: () => void;
  readonly value: Promise<Value>;
}

/** One begins at a time, and then there is a pause. None is older than the question for it. */
export class Turns<Value> {
  /** By what is asked for, first come first: who asks for the same meanwhile gets the same. */
  readonly #waiting = new Map<string, Turn<Value>>();
  #isPause = false;

  /** What `make` makes when its turn comes; undefined where too many others wait. */
  take(key: string, make: () => Promise<Value>): Promise<Value> | undefined {
    const turn = this.#waiting.get(key);
    if (turn !== undefined) return turn.value;
    if (this.#waiting.size >= MOST_WAITING) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    const value = promise.then(make);
    this.#waiting.set(key, { begin: resolve, value });
    if (!this.#isPause) this.#next();
    return value;
  }

  #next(): void {
    const [first] = this.#waiting;
    this.#isPause = first !== undefined;
    if (first === undefined) return;
    const [key, { begin }] = first;
    this.#waiting.delete(key);
    begin();
    setTimeout(() => this.#next(), PAUSE).unref();
  }
}

/** Keeps log lines that strangers can cause from filling disks. */

/** So many in each span of time; the others are counted. */
export class RateLimit {
  readonly #most: number;
  readonly #span: number;
  readonly #now: () => number;
  #begin = Number.NEGATIVE_INFINITY;
  #taken = 0;
  #suppressed = 0;
  #tellRest: ((suppressed: number) => void) | undefined;
  #end: NodeJS.Timeout | undefined;

  /** At most `most` in `span` milliseconds; `now` is in milliseconds. */
  constructor(most: number, span: number, now: () => number) {
    this.#most = most;
    this.#span = span;
    this.#now = now;
  }

  /** Has the end of a span told how many were kept back in it; else the next that is let through says it. */
  onRest(tell: (suppressed: number) => void): void {
    this.#tellRest = tell;
  }

  /** How many were kept back since the last one that was let through; undefined where this one is kept back too. */
  take(): number | undefined {
    const now = this.#now();
    if (now - this.#begin >= this.#span) {
      this.#begin = now;
      this.#taken = 0;
    }
    if (this.#taken >= this.#most) {
      this.#suppressed++;
      if (this.#tellRest)
        this.#end ??= setTimeout(() => this.#atEnd(), this.#begin + this.#span - now).unref();
      return undefined;
    }
    this.#taken++;
    return this.#takeSuppressed();
  }

  #atEnd(): void {
    this.#end = undefined;
    const suppressed = this.#takeSuppressed();
    if (suppressed > 0) this.#tellRest?.(suppressed);
  }

  #takeSuppressed(): number {
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}

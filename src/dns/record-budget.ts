/** How many records, and how much RDATA, may be read: a few lines of $GENERATE or $INCLUDE can stand for gigabytes. */

/** What the records of all zones may amount to. */
export interface RecordLimits {
  readonly records: number;
  /** Octets of their RDATA. */
  readonly octets: number;
}

/** Many times what a large hoster has, and no more than some gigabytes of memory while it is compiled. */
const LIMITS: RecordLimits = { records: 5_000_000, octets: 256 * 2 ** 20 };

/** Counts what is read, in all zones that share it. */
export class RecordBudget {
  readonly #limits: RecordLimits;
  #records = 0;
  #octets = 0;
  #isSpent = false;

  constructor(limits = LIMITS) {
    this.#limits = limits;
  }

  /** Whether there was a record that there was no room for. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Counts a record; why there is no room for it, the first time that there is none. */
  take(octets: number): string | undefined {
    const { records, octets: most } = this.#limits;
    this.#records++;
    this.#octets += octets;
    if (this.#records <= records && this.#octets <= most) return undefined;
    this.#isSpent = true;
    const what = this.#records > records ? `are ${records} in number` : `hold ${most} octets of RDATA`;
    return `Cannot take further records: those of all zones ${what} by here, which is the most`;
  }
}

/**
 * The versions of the zones that were served lately, to say what changed since (RFC 1995). Snapshots are
 * immutable, so the journal keeps them as they are and no difference is ever stored.
 */

import type { SearchName } from "../zone/lookup.ts";
import { isSerialAfter } from "../zone/serial.ts";
import type { Snapshot } from "../zone/snapshot.ts";
import { type ZoneVersion, zoneVersionAt } from "./version.ts";

export interface JournalLimits {
  /** Earlier versions that are kept. */
  readonly versions: number;
  /** Octets that they may have in all. */
  readonly octets: number;
}

export class Journal {
  readonly #limits: JournalLimits;
  /** The newest first. */
  readonly #earlier: Snapshot[] = [];
  #octets = 0;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  /** Keeps a snapshot that is served no longer. Returns the octets of those that had to go, itself perhaps. */
  keep(snapshot: Snapshot): number {
    this.#earlier.unshift(snapshot);
    this.#octets += snapshot.octets.length;
    let released = 0;
    while (this.#earlier.length > this.#limits.versions || this.#octets > this.#limits.octets) {
      const length = this.#earlier.pop()?.octets.length ?? 0;
      this.#octets -= length;
      released += length;
    }
    return released;
  }

  /** Lets go of everything. Returns its octets. */
  clear(): number {
    const released = this.#octets;
    this.#earlier.length = 0;
    this.#octets = 0;
    return released;
  }

  /** The zone as it was when it had this serial; undefined where that is not remembered, or was not one content. */
  find(apex: SearchName, serial: number): ZoneVersion | undefined {
    for (const snapshot of this.#earlier) {
      const version = zoneVersionAt(snapshot, apex);
      if (version?.serial === serial) return isSerialAfter(serial, version.doubtful) ? version : undefined;
    }
    return undefined;
  }
}

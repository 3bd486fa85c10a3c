/**
 * Serials and digests of zones that were served once and are not served now, so that a zone that comes back
 * does not come back with a serial that secondaries know with other content. What is served now is not in
 * here: the snapshot in force has it.
 *
 * Bounded: of more than 100,000 zones (some 15 MB) those that left first are forgotten by name, and the
 * latest serial of all that are forgotten stays as the floor. A zone that is new, as far as anybody knows,
 * gets a serial after the floor. So forgetting costs a transfer of a zone that has not changed, never a
 * serial that goes back.
 */

import { DomainName, parseDomainName } from "../dns/name.ts";
import type { Compiled } from "../zone/compile.ts";
import { isSerialAfter, type ServedVersion } from "../zone/serial.ts";
import { pairedZones, servedZone } from "../zone/served.ts";
import type { Snapshot } from "../zone/snapshot.ts";

const MAXIMUM_FORMER = 100_000;

const FLOOR = "floor";

export class Versions {
  /** By the key of the apex, those that left first in front. */
  readonly #former = new Map<string, ServedVersion>();
  readonly #maximum: number;
  #floor: number | undefined;

  constructor(maximum = MAXIMUM_FORMER) {
    this.#maximum = maximum;
  }

  /** Reads lines as `text` and `versionLine` write them; a line that nobody here wrote does not count. */
  static read(text: string, maximum = MAXIMUM_FORMER): Versions {
    const versions = new Versions(maximum);
    const digests = new Map<string, string>();
    for (const line of linesOf(text)) versions.#readLine(line, digests);
    return versions;
  }

  /** What was served of a zone. Of one that nobody knows: a version that it must come after, if any. */
  versionOf(apex: DomainName): ServedVersion | undefined {
    const floor = this.#floor === undefined ? undefined : { serial: this.#floor, digest: "" };
    return this.#former.get(apex.key) ?? floor;
  }

  /** Told of every change of what is served, the first one included. */
  replaced(before: Compiled | undefined, after: Snapshot): void {
    for (const key of this.#former.keys()) {
      if (servedZone(after, DomainName.fromCheckedWire(key))) this.#former.delete(key);
    }
    if (before !== undefined) this.#remember(before, after);
    for (const [key, { serial }] of this.#former) {
      if (this.#former.size <= this.#maximum) break;
      this.#former.delete(key);
      this.#raiseFloor(serial);
    }
  }

  /** One line for each zone. */
  get text(): string {
    const lines = [...this.#former].map(([key, version]) =>
      versionLine(DomainName.fromCheckedWire(key), version),
    );
    return (this.#floor === undefined ? "" : `${FLOOR} ${this.#floor}\n`) + lines.join("");
  }

  #remember(before: Compiled, after: Snapshot): void {
    for (const pair of pairedZones(before.snapshot, after)) {
      if (pair.isInOther) continue;
      const { apex, serial, group, doubtful } = pair;
      const version = { serial, digest: before.digests[group] ?? "" };
      this.#former.set(apex.key, isSerialAfter(serial, doubtful) ? version : { ...version, doubtful });
    }
  }

  #raiseFloor(serial: number): void {
    if (this.#floor === undefined || isSerialAfter(serial, this.#floor)) this.#floor = serial;
  }

  /** A digest is kept once for all zones that share it, and as a copy: a part of the text would keep the whole. */
  #readLine(line: string, digests: Map<string, string>): void {
    const [apex = "", digits = "", digest, doubtful = ""] = line.split(" ");
    const serial = readSerial(digits);
    if (serial === undefined) return;
    if (digest === undefined) {
      if (apex === FLOOR) this.#raiseFloor(serial);
      return;
    }
    const name = parseDomainName(apex);
    if (!name.ok || digest === "") return;
    const kept = digests.get(digest) ?? Buffer.from(digest, "latin1").toString("latin1");
    digests.set(kept, kept);
    this.#former.set(name.value.key, { serial, digest: kept, doubtful: readSerial(doubtful) });
  }
}

/** Presentation form has no white space in it, so fields are apart. */
export function versionLine(apex: DomainName, { serial, digest, doubtful }: ServedVersion): string {
  return `${apex} ${serial} ${digest}${doubtful === undefined ? "" : ` ${doubtful}`}\n`;
}

/** A 32-bit number in decimal digits. */
function readSerial(digits: string): number | undefined {
  const serial = /^\d{1,10}$/.test(digits) ? Number(digits) : Number.NaN;
  return serial < 2 ** 32 ? serial : undefined;
}

/** Lines one after the other: an array of a million would be as large as the file once more. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    yield text.slice(start, end < 0 ? undefined : end);
    start = end < 0 ? text.length : end + 1;
  }
}

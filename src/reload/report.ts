/** What a reload changed, in the words of a log line: zones, RRsets, serials. */

import { typeName } from "../dns/codes.ts";
import type { Zone } from "../dns/rrset.ts";
import type { Problem } from "../result.ts";
import { storedRdata } from "../zone/relative.ts";
import { isSerialAfter } from "../zone/serial.ts";
import { pairedZones, type ZonePair } from "../zone/served.ts";
import type { KeptBuild } from "./build.ts";

/** How many things were added, changed and removed. */
export interface Tally {
  added: number;
  changed: number;
  removed: number;
}

/** One zone of the report, with its serials before and after. */
export interface ZoneChange {
  readonly zone: string;
  readonly change: "added" | "changed" | "removed";
  readonly oldSerial?: number;
  readonly newSerial?: number;
}

export interface ReloadReport {
  readonly zones: Readonly<Tally>;
  /** Undefined where it is not known what the zones served before were made from. */
  readonly rrsets: Readonly<Tally> | undefined;
  /** The first zones that changed; a log line is no place for a million. */
  readonly examples: readonly ZoneChange[];
  /** Zones that changed under a serial that secondaries do not take for a later one: it is fixed. */
  readonly stuck?: StuckZones | undefined;
}

export interface StuckZones {
  readonly count: number;
  readonly first: Required<ZoneChange>;
}

const MAXIMUM_EXAMPLES = 10;

/** Compares what was served with what is served now. */
export function reportReload(before: KeptBuild, after: KeptBuild): ReloadReport {
  return new Comparison(before, after).report();
}

/** The report as one sentence. */
export function reportSentence({ zones, rrsets, examples }: ReloadReport): string {
  if (zones.added + zones.changed + zones.removed === 0) return "no record that is served has changed";
  const serials = examples.map(exampleText).join(", ");
  const more = zones.added + zones.changed + zones.removed - examples.length;
  const counts = `zones ${tallyText(zones)}; RRsets ${rrsets === undefined ? "not compared" : tallyText(rrsets)}`;
  return `${counts}: ${serials}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What the operator should mend though the reload was good. */
export function reportRemarks({ stuck }: ReloadReport): readonly Problem[] {
  if (stuck === undefined) return [];
  const { zone, oldSerial, newSerial } = stuck.first;
  const serials =
    oldSerial === newSerial
      ? `changed under the same serial ${oldSerial}`
      : `went back from serial ${oldSerial} to ${newSerial}`;
  const others = stuck.count > 1 ? `, and ${stuck.count - 1} more did alike` : "";
  const message = `Zone ${zone} ${serials}${others}: secondaries keep the old content until "soa.serial" is after ${oldSerial} (RFC 1982)`;
  return [{ severity: "warning", message }];
}

function tallyText({ added, changed, removed }: Tally): string {
  return `+${added} ~${changed} -${removed}`;
}

function exampleText({ zone, change, oldSerial, newSerial }: ZoneChange): string {
  if (change === "changed") return `${zone} serial ${oldSerial} → ${newSerial}`;
  return change === "added" ? `${zone} added with serial ${newSerial}` : `${zone} removed`;
}

class Comparison {
  readonly #before: KeptBuild;
  readonly #after: KeptBuild;
  readonly #zones: Tally = { added: 0, changed: 0, removed: 0 };
  readonly #rrsets: Tally = { added: 0, changed: 0, removed: 0 };
  readonly #examples: ZoneChange[] = [];
  #stuck: StuckZones | undefined;
  /** RRset tallies of two groups, by their indices: a million members are compared once. */
  readonly #compared = new Map<number, Tally>();

  constructor(before: KeptBuild, after: KeptBuild) {
    this.#before = before;
    this.#after = after;
  }

  report(): ReloadReport {
    const [before, after] = [this.#before.compiled.snapshot, this.#after.compiled.snapshot];
    for (const pair of pairedZones(after, before)) this.#compareZone(pair);
    for (const pair of pairedZones(before, after)) if (!pair.isInOther) this.#removeZone(pair);
    const rrsets = this.#before.models && this.#rrsets;
    return { zones: this.#zones, rrsets, examples: this.#examples, stuck: this.#stuck };
  }

  #compareZone(pair: ZonePair): void {
    const { serial, group, isInOther, otherSerial, otherGroup } = pair;
    if (!isInOther) {
      this.#zones.added++;
      this.#rrsets.added += this.#after.models?.[group]?.rrsets.length ?? 0;
      this.#keep(pair, { change: "added", newSerial: serial });
    } else if (serial !== otherSerial || this.#differ(otherGroup, group)) {
      this.#zones.changed++;
      addTally(this.#rrsets, this.#compareGroups(otherGroup, group));
      this.#keep(pair, { change: "changed", oldSerial: otherSerial, newSerial: serial });
      if (!isSerialAfter(serial, otherSerial)) this.#noteStuck(pair);
    }
  }

  #noteStuck({ apex, serial, otherSerial }: ZonePair): void {
    const zone = apex.toString();
    const first = { zone, change: "changed", oldSerial: otherSerial, newSerial: serial } as const;
    this.#stuck = { count: (this.#stuck?.count ?? 0) + 1, first: this.#stuck?.first ?? first };
  }

  #removeZone(pair: ZonePair): void {
    this.#zones.removed++;
    this.#rrsets.removed += this.#before.models?.[pair.group]?.rrsets.length ?? 0;
    this.#keep(pair, { change: "removed" });
  }

  #differ(old: number, now: number): boolean {
    return this.#before.compiled.digests[old] !== this.#after.compiled.digests[now];
  }

  #compareGroups(old: number, now: number): Tally {
    const key = old * 2 ** 26 + now; // groups are fewer than zones, and those fewer than 2^26
    const known = this.#compared.get(key);
    if (known !== undefined) return known;
    const tally = compareContents(
      contentOf(this.#before.models?.[old]),
      contentOf(this.#after.models?.[now]),
    );
    this.#compared.set(key, tally);
    return tally;
  }

  #keep(pair: ZonePair, change: Omit<ZoneChange, "zone">): void {
    if (this.#examples.length === MAXIMUM_EXAMPLES) return;
    this.#examples.push({ zone: pair.apex.toString(), ...change });
  }
}

/** Owner and type of each RRset, relative to the apex, with its TTL and records. */
function contentOf(model: Zone | undefined): Map<string, string> {
  const content = new Map<string, string>();
  if (model === undefined) return content;
  const { apex, rrsets } = model;
  for (const { owner, type, ttl, rdatas } of rrsets) {
    const records = rdatas.map((rdata) => storedRdata(apex, type, rdata).text).sort();
    content.set(`${owner.relativeTo(apex).toLowerCase()} ${typeName(type)}`, `${ttl} ${records.join(" ")}`);
  }
  return content;
}

function compareContents(old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): Tally {
  const tally: Tally = { added: 0, changed: 0, removed: 0 };
  for (const [rrset, content] of now) {
    const before = old.get(rrset);
    if (before === undefined) tally.added++;
    else if (before !== content) tally.changed++;
  }
  for (const rrset of old.keys()) if (!now.has(rrset)) tally.removed++;
  return tally;
}

function addTally(sum: Tally, tally: Tally): void {
  sum.added += tally.added;
  sum.changed += tally.changed;
  sum.removed += tally.removed;
}

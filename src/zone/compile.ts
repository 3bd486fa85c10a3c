/** Compiles zones into a Snapshot. The layout is described in snapshot.ts. */

import { type DomainName, nameText } from "../dns/name.ts";
import { wordAt } from "../dns/octets.ts";
import { proven } from "../dns/proven.ts";
import { quote } from "../dns/quotation.ts";
import type { ZoneGroup } from "../dns/rrset.ts";
import { failure, type Problem, type Result, success } from "../result.ts";
import { HASH_START, hashName } from "./hash.ts";
import { type CompiledModel, ModelCompiler } from "./model.ts";
import { HEADER, MAGIC, SLOT_LENGTH, Snapshot, ZONE } from "./snapshot.ts";
import { WordWriter } from "./word-writer.ts";

export interface CompileOptions {
  /** The serial of a zone, given its apex, the digest of its content without the serial, and what it is not below. */
  readonly serialOf: (apex: DomainName, digest: string, least: number | undefined) => number;
  /** The last serial that may have stood for other content of a zone that has this one now; the one before it unless said. */
  readonly doubtfulOf?: (apex: DomainName, digest: string, serial: number) => number;
  /** Text to travel with the zones, one character an octet (dns/transfer-policy.ts). */
  readonly policyText?: string;
}

/** A snapshot and what the next load must know of it. */
export interface Compiled {
  readonly snapshot: Snapshot;
  /** The digest of each model's content, by model number. */
  readonly digests: readonly string[];
}

/** Compiles all zones of a load, or says what keeps them from being zones. */
export function compile(groups: readonly ZoneGroup[], options: CompileOptions): Result<Compiled> {
  const problems = duplicateApexes(groups);
  if (problems.length > 0) return failure(problems);
  const compiler = new SnapshotCompiler();
  for (const group of groups) for (const problem of compiler.add(group, options)) problems.push(problem);
  return problems.length > 0 ? failure(problems) : success(compiler.finish(options.policyText ?? ""));
}

function serialBefore(_apex: DomainName, _digest: string, serial: number): number {
  return serial - 1;
}

/** One apex in two groups would make answers depend on the order of files. */
function duplicateApexes(groups: readonly ZoneGroup[]): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { apexes } of groups) {
    for (const apex of apexes) {
      const size = seen.size;
      if (seen.add(apex.key).size > size) continue;
      problems.push({
        severity: "error",
        message: `Cannot serve zone ${quote(nameText(apex))}: it is given twice`,
      });
    }
  }
  return problems;
}

class SnapshotCompiler {
  readonly #writer = new WordWriter();
  readonly #models = new ModelCompiler(this.#writer);
  readonly #digests: string[] = [];
  /** Pairs of hash and offset, as they will stand in the slots. */
  readonly #zones: number[] = [];
  readonly #apexLabels = new Uint32Array(4);
  #rrsetCount = 0;

  constructor() {
    this.#writer.reserve(HEADER.LENGTH);
  }

  add(group: ZoneGroup, { serialOf, doubtfulOf = serialBefore }: CompileOptions): readonly Problem[] {
    const model = this.#models.add(group);
    if (!model.ok) return model.problems;
    this.#digests.push(model.value.digest);
    for (const apex of group.apexes) {
      const { digest } = model.value;
      const serial = group.serial ?? serialOf(apex, digest, group.leastSerial);
      this.#addZone(apex, model.value, serial, doubtfulOf(apex, digest, serial));
    }
    return [];
  }

  #addZone(apex: DomainName, model: CompiledModel, serial: number, doubtful: number): void {
    const zone = this.#writer.reserve(ZONE.APEX);
    this.#writer.setWord(zone + ZONE.MODEL, model.offset);
    this.#writer.setWord(zone + ZONE.SERIAL, serial);
    this.#writer.setWord(zone + ZONE.DOUBTFUL, doubtful);
    this.#writer.setWord(zone + ZONE.APEX_LENGTH, apex.key.length);
    this.#writer.text(apex.key);
    this.#zones.push(hashName(apex.key.slice(0, -1), HASH_START), zone);
    const labels = apex.labels.length;
    this.#apexLabels[labels >>> 5] = wordAt(this.#apexLabels, labels >>> 5) | (1 << (labels & 31));
    this.#rrsetCount += model.rrsetCount;
  }

  finish(policyText: string): Compiled {
    const writer = this.#writer;
    const zones = writeSlots(writer, this.#zones);
    const nodes = writeSlots(writer, this.#models.nodes);
    if (policyText !== "") {
      const policy = writer.reserve(1);
      writer.setWord(policy, policyText.length);
      writer.text(policyText);
      writer.setWord(HEADER.POLICY, policy);
    }
    writer.setWord(HEADER.MAGIC, MAGIC);
    writer.setWord(HEADER.ZONE_SLOTS, zones.offset);
    writer.setWord(HEADER.ZONE_MASK, zones.mask);
    writer.setWord(HEADER.NODE_SLOTS, nodes.offset);
    writer.setWord(HEADER.NODE_MASK, nodes.mask);
    writer.setWord(HEADER.ZONE_COUNT, this.#zones.length / SLOT_LENGTH);
    writer.setWord(HEADER.MODEL_COUNT, this.#digests.length);
    writer.setWord(HEADER.RRSET_COUNT, this.#rrsetCount);
    this.#apexLabels.forEach((word, index) => {
      writer.setWord(HEADER.APEX_LABELS + index, word);
    });
    return { snapshot: new Snapshot(writer.toSharedBuffer()), digests: this.#digests };
  }
}

const IN_PAIRS = "an offset follows each hash";

/** A hash table with open addressing, at most half full, so that a miss ends soon. */
function writeSlots(writer: WordWriter, pairs: readonly number[]): { offset: number; mask: number } {
  const count = 2 ** Math.ceil(Math.log2(Math.max(2, pairs.length)));
  const offset = writer.reserve(count * SLOT_LENGTH);
  const mask = count - 1;
  const taken = new Uint8Array(count);
  for (let pair = 0; pair < pairs.length; pair += SLOT_LENGTH) {
    const hash = proven(pairs[pair], IN_PAIRS);
    let slot = hash & mask;
    while (taken[slot] === 1) slot = (slot + 1) & mask;
    taken[slot] = 1;
    writer.setWord(offset + slot * SLOT_LENGTH, hash);
    writer.setWord(offset + slot * SLOT_LENGTH + 1, proven(pairs[pair + 1], IN_PAIRS));
  }
  return { offset, mask };
}

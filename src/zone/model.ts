/** Compiles the content of one zone, or of all zones alike but for their apex, into a model. */

import { createHash } from "node:crypto";
import { TYPE } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import type { QueryAccess } from "../dns/prefix.ts";
import { proven } from "../dns/proven.ts";
import { additionalTarget, soaFields } from "../dns/rdata.ts";
import type { RRset, Zone, ZoneGroup } from "../dns/rrset.ts";
import { failure, type Result, success } from "../result.ts";
import { compileAccess } from "./access.ts";
import { checkZone } from "./check.ts";
import { hashName, modelSeed } from "./hash.ts";
import { storedRdata } from "./relative.ts";
import { ABSOLUTE_TARGET, MODEL, NODE, RRSET, RRSET_FLAG } from "./snapshot.ts";
import { type NodeDraft, ZoneTree } from "./tree.ts";
import type { WordWriter } from "./word-writer.ts";

export interface CompiledModel {
  readonly offset: number;
  /** Tells content from content: names relative to the apex, the serial left out. */
  readonly digest: string;
  readonly rrsetCount: number;
}

/** An additional target that is known by name until all nodes of the model are written. */
interface OpenTarget {
  readonly word: number;
  readonly relativeKey: string;
}

/** Writes models one after the other and keeps what all of them share. */
export class ModelCompiler {
  readonly #writer: WordWriter;
  /** Pairs of hash and offset of all nodes of all models. */
  readonly nodes: number[] = [];
  /** RDATA and names that are alike stand in the snapshot once. */
  readonly #stored = new Map<string, number>();
  #number = 0;

  constructor(writer: WordWriter) {
    this.#writer = writer;
  }

  add({ model: zone, access, transfers = 0 }: ZoneGroup): Result<CompiledModel> {
    const problems = checkZone(zone);
    if (problems.length > 0) return failure(problems);
    const model = new ModelWriter(this.#writer, this.#stored, zone, this.#number++);
    const compiled = model.write();
    for (const number of model.nodeHashes) this.nodes.push(number);
    if (access !== undefined) this.#writer.setWord(compiled.offset + MODEL.ACCESS, this.#writeAccess(access));
    this.#writer.setWord(compiled.offset + MODEL.TRANSFERS, transfers);
    return success(compiled);
  }

  #writeAccess(access: QueryAccess): number {
    const words = compileAccess(access);
    const offset = this.#writer.reserve(words.length);
    words.forEach((word, at) => void this.#writer.setWord(offset + at, word));
    return offset;
  }
}

class ModelWriter {
  readonly #writer: WordWriter;
  readonly #stored: Map<string, number>;
  readonly #zone: Zone;
  readonly #number: number;
  readonly #open: OpenTarget[] = [];
  readonly #nodeOffsets = new Map<string, number>();
  readonly #coveredTargets = new Map<string, number>();
  readonly #digest = createHash("sha256");
  readonly nodeHashes: number[] = [];

  constructor(writer: WordWriter, stored: Map<string, number>, zone: Zone, number: number) {
    this.#writer = writer;
    this.#stored = stored;
    this.#zone = zone;
    this.#number = number;
  }

  write(): CompiledModel {
    const tree = new ZoneTree(this.#zone);
    const nodes = tree.inCanonicalOrder();
    const rrsets = new Map<RRset, number>();
    for (const node of nodes) for (const rrset of node.rrsets) rrsets.set(rrset, this.#writeRRset(rrset));
    for (const node of nodes) this.#reserveNode(node);
    for (const node of nodes) this.#fillNode(node, rrsets);
    for (const { word, relativeKey } of this.#open) {
      const node = this.#nodeOffsets.get(relativeKey) ?? this.#coveredTarget(relativeKey, tree, rrsets);
      this.#writer.setWord(word, node);
    }
    return {
      offset: this.#writeModel(tree, nodes, rrsets),
      digest: this.#digest.digest("base64url"),
      rrsetCount: rrsets.size,
    };
  }

  #writeModel(tree: ZoneTree, nodes: readonly NodeDraft[], rrsets: ReadonlyMap<RRset, number>): number {
    const offset = this.#writer.reserve(MODEL.NODES + nodes.length);
    const set = (field: number, value: number) => this.#writer.setWord(offset + field, value);
    const soa = tree.soa;
    const [fields] = soa.rdatas.map(soaFields);
    const { minimum, expire } = proven(
      fields,
      "checkZone() lets no zone pass without a SOA record of its layout",
    );
    set(MODEL.NUMBER, this.#number);
    set(MODEL.APEX_NODE, this.#offsetOf(""));
    set(MODEL.SOA, offsetOf(soa, rrsets));
    set(MODEL.NEGATIVE_TTL, Math.min(soa.ttl, minimum));
    set(MODEL.DEPTH, tree.depth);
    set(MODEL.EXPIRE, expire);
    set(MODEL.NODE_COUNT, nodes.length);
    set(MODEL.RRSET_COUNT, rrsets.size);
    nodes.forEach((node, index) => {
      set(MODEL.NODES + index, this.#offsetOf(node.relativeKey));
    });
    return offset;
  }

  #reserveNode(node: NodeDraft): void {
    const offset = this.#writer.reserve(NODE.RRSETS + node.rrsets.length);
    this.#writer.text(node.relativeKey);
    this.#nodeOffsets.set(node.relativeKey, offset);
    this.nodeHashes.push(hashName(node.relativeKey, modelSeed(this.#number)), offset);
  }

  #offsetOf(relativeKey: string): number {
    return proven(this.#nodeOffsets.get(relativeKey), "all nodes are reserved before one is referred to");
  }

  #fillNode(node: NodeDraft, rrsets: ReadonlyMap<RRset, number>): void {
    const offset = this.#offsetOf(node.relativeKey);
    const set = (field: number, value: number) => this.#writer.setWord(offset + field, value);
    const rrsetOf = (type: number) => {
      const rrset = node.rrsets.find((candidate) => candidate.type === type);
      return rrset === undefined ? 0 : offsetOf(rrset, rrsets);
    };
    set(NODE.MODEL, this.#number);
    set(NODE.NAME_LENGTH, node.relativeKey.length);
    set(NODE.CUT, this.#nodeOffsets.get(node.cut?.relativeKey ?? "\0") ?? 0);
    set(NODE.WILDCARD, this.#nodeOffsets.get(`\x01*${node.relativeKey}`) ?? 0);
    set(NODE.DNAME, rrsetOf(TYPE.DNAME));
    set(NODE.CNAME, rrsetOf(TYPE.CNAME));
    set(NODE.RRSET_COUNT, node.rrsets.length);
    node.rrsets.forEach((rrset, index) => {
      set(NODE.RRSETS + index, offsetOf(rrset, rrsets));
    });
  }

  /**
   * A node for a target that a wildcard covers: its own name over the wildcard's addresses. It stands in no
   * table, so whoever asks for the name finds the wildcard. 0 where none covers it.
   */
  #coveredTarget(relativeKey: string, tree: ZoneTree, rrsets: ReadonlyMap<RRset, number>): number {
    const known = this.#coveredTargets.get(relativeKey);
    if (known !== undefined) return known;
    const wildcard = tree.wildcardFor(relativeKey);
    if (wildcard === undefined) return 0;
    const addresses = wildcard.rrsets.filter(({ type }) => type === TYPE.A || type === TYPE.AAAA);
    const offset = this.#writer.reserve(NODE.RRSETS + addresses.length);
    this.#writer.text(relativeKey);
    this.#coveredTargets.set(relativeKey, offset);
    const set = (field: number, value: number) => this.#writer.setWord(offset + field, value);
    set(NODE.MODEL, this.#number);
    set(NODE.NAME_LENGTH, relativeKey.length);
    set(NODE.CUT, this.#nodeOffsets.get(wildcard.cut?.relativeKey ?? "\0") ?? 0);
    set(NODE.RRSET_COUNT, addresses.length);
    addresses.forEach((rrset, index) => {
      set(NODE.RRSETS + index, offsetOf(rrset, rrsets));
    });
    return offset;
  }

  #writeRRset(rrset: RRset): number {
    const programs = rrset.rdatas.map((rdata) => storedRdata(this.#zone.apex, rrset.type, rdata));
    this.#digest.update(
      `${rrset.owner.relativeTo(this.#zone.apex).toLowerCase()} ${rrset.type} ${rrset.ttl} `,
      "latin1",
    );
    for (const text of programs.map((program) => program.text).sort()) {
      this.#digest.update(`${text.length} ${text}`, "latin1"); // sorted: the order of records is no content
    }
    const stored = programs.map(({ text }) => this.#store(text));
    const targets = this.#targets(rrset);
    const count = rrset.rdatas.length;
    const offset = this.#writer.reserve(RRSET.RDATA + count * (targets === undefined ? 1 : 2));
    const set = (field: number, value: number) => this.#writer.setWord(offset + field, value);
    set(RRSET.TYPE, rrset.type);
    set(RRSET.TTL, rrset.ttl);
    set(RRSET.COUNT, count);
    set(
      RRSET.FLAGS,
      flagsOf(
        rrset,
        programs.every(({ isPlain }) => isPlain),
        targets !== undefined,
      ),
    );
    stored.forEach((at, index) => {
      set(RRSET.RDATA + index, at);
    });
    targets?.forEach((target, index) => {
      this.#setTarget(offset + RRSET.RDATA + count + index, target);
    });
    return offset;
  }

  #setTarget(word: number, target: DomainName | undefined): void {
    if (target === undefined) return;
    if (target.isAtOrBelow(this.#zone.apex)) {
      this.#open.push({ word, relativeKey: relativeKey(target, this.#zone.apex) });
    } else {
      this.#writer.setWord(word, (ABSOLUTE_TARGET | this.#store(target.key)) >>> 0);
    }
  }

  /** The names whose addresses go with each record, each name once; undefined where the type has none. */
  #targets(rrset: RRset): readonly (DomainName | undefined)[] | undefined {
    const seen = new Set<string>();
    const targets = rrset.rdatas.map((rdata) => {
      const target = additionalTarget(rrset.type, rdata);
      if (target === undefined || seen.has(target.key)) return undefined;
      seen.add(target.key);
      return target;
    });
    return seen.size === 0 ? undefined : targets;
  }

  /** Octets that are stored once however many records hold them; returns their octet offset. */
  #store(text: string): number {
    const known = this.#stored.get(text);
    if (known !== undefined) return known;
    const at = this.#writer.octetOffset;
    this.#writer.text(text);
    this.#stored.set(text, at);
    return at;
  }
}

function offsetOf(rrset: RRset, rrsets: ReadonlyMap<RRset, number>): number {
  return proven(rrsets.get(rrset), "the RRsets of all nodes are written before one is referred to");
}

function flagsOf(rrset: RRset, plain: boolean, additional: boolean): number {
  const address = rrset.type === TYPE.A || rrset.type === TYPE.AAAA;
  return (
    (address && rrset.rdatas.length > 1 ? RRSET_FLAG.ROTATES : 0) |
    (plain ? RRSET_FLAG.PLAIN : 0) |
    (additional ? RRSET_FLAG.ADDITIONAL : 0)
  );
}

function relativeKey(name: DomainName, apex: DomainName): string {
  return name.key.slice(0, name.key.length - apex.key.length);
}

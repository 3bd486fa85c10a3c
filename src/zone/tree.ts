/** The names of a zone as a tree: empty non-terminals, zone cuts and wildcards found once, at compile time. */

import { TYPE } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import { proven } from "../dns/proven.ts";
import type { RRset, Zone } from "../dns/rrset.ts";

/** A name of the zone with what it holds; without RRsets it is an empty non-terminal. */
export interface NodeDraft {
  /** Lower-cased labels without the apex; empty for the apex. */
  readonly relativeKey: string;
  readonly rrsets: RRset[];
  /** The node with the NS RRset that delegates this name, itself perhaps. */
  readonly cut: NodeDraft | undefined;
}

interface MutableNode {
  readonly relativeKey: string;
  readonly labels: readonly string[];
  readonly rrsets: RRset[];
  cut: NodeDraft | undefined;
}

export class ZoneTree {
  readonly #nodes = new Map<string, MutableNode>();
  /** The SOA at the apex; the zone was checked to have one. */
  readonly soa: RRset;
  /** Labels of the longest relative name. */
  readonly depth: number;

  constructor(zone: Zone) {
    this.#node(zone.apex, zone.apex);
    for (const rrset of zone.rrsets) this.#node(rrset.owner, zone.apex).rrsets.push(rrset);
    for (const node of this.#nodes.values()) node.rrsets.sort(byImportance);
    for (const node of this.inCanonicalOrder()) node.cut = this.#cutOf(node);
    const soa = zone.rrsets.find((rrset) => rrset.type === TYPE.SOA);
    this.soa = proven(soa, "checkZone() lets no zone pass without SOA");
    let depth = 0;
    for (const { labels } of this.#nodes.values()) depth = Math.max(depth, labels.length);
    this.depth = depth;
  }

  /** Parents before children, siblings in canonical order (RFC 4034 §6.1). */
  inCanonicalOrder(): MutableNode[] {
    return [...this.#nodes.values()].sort((a, b) => compareLabels(a.labels, b.labels));
  }

  /** The wildcard that answers for a name without a node (RFC 4592 §3.3.1); none below a DNAME. */
  wildcardFor(relativeKey: string): NodeDraft | undefined {
    let above = parentKey(relativeKey);
    let encloser = this.#nodes.get(above);
    while (encloser === undefined) {
      above = parentKey(above); // the apex, whose key is empty, has a node
      encloser = this.#nodes.get(above);
    }
    const isMoved = encloser.rrsets.some(({ type }) => type === TYPE.DNAME);
    return isMoved ? undefined : this.#nodes.get(`\x01*${above}`);
  }

  /** The node of a name, made with all names between it and the apex where it is new. */
  #node(name: DomainName, apex: DomainName): MutableNode {
    const relativeKey = name.key.slice(0, name.key.length - apex.key.length);
    const known = this.#nodes.get(relativeKey);
    if (known !== undefined) return known;
    if (relativeKey !== "") this.#node(name.parent, apex);
    const labels = name.labels
      .slice(0, name.labels.length - apex.labels.length)
      .map((label) => label.toLowerCase());
    const node: MutableNode = { relativeKey, labels, rrsets: [], cut: undefined };
    this.#nodes.set(relativeKey, node);
    return node;
  }

  #cutOf(node: MutableNode): NodeDraft | undefined {
    if (node.relativeKey === "") return undefined; // NS at the apex are the zone's own
    const parent = this.#nodes.get(parentKey(node.relativeKey));
    if (parent?.cut !== undefined) return parent.cut;
    return node.rrsets.some((rrset) => rrset.type === TYPE.NS) ? node : undefined;
  }
}

function parentKey(relativeKey: string): string {
  return relativeKey.slice(1 + relativeKey.charCodeAt(0));
}

/** What is asked most comes first; SOA before all, as it is also the answer to ANY at an apex. */
const IMPORTANCE: readonly number[] = [TYPE.SOA, TYPE.SRV, TYPE.A, TYPE.AAAA, TYPE.NS];

function byImportance(a: RRset, b: RRset): number {
  const rank = (rrset: RRset) =>
    (IMPORTANCE.indexOf(rrset.type) + IMPORTANCE.length + 1) % (IMPORTANCE.length + 1);
  return rank(a) - rank(b) || a.type - b.type;
}

const SHARED = "both have as many labels";

/** Labels compared from the right, as octets. */
function compareLabels(a: readonly string[], b: readonly string[]): number {
  const shared = Math.min(a.length, b.length);
  for (let back = 1; back <= shared; back++) {
    const [left, right] = [proven(a.at(-back), SHARED), proven(b.at(-back), SHARED)];
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

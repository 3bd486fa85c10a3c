/** Zones that grow record by record: one that no server would load is refused, so that what is drawn at random is valid. */

import { TYPE, typeName } from "../../src/dns/codes.ts";
import { type DomainName, nameFromLabels } from "../../src/dns/name.ts";
import { formatRdata } from "../../src/dns/rdata.ts";
import { ZoneNames } from "../../src/zone/names.ts";
import { nameOf, zoneOf } from "../conformance/harness.ts";

/** What an owner holds: by type the TTL and the RDATA of each record, in presentation format. */
export interface Owner {
  readonly name: DomainName;
  readonly rrsets: ReadonlyMap<number, { readonly ttl: number; readonly rdatas: ReadonlySet<string> }>;
}

interface MutableOwner extends Owner {
  readonly rrsets: Map<number, { readonly ttl: number; readonly rdatas: Set<string> }>;
}

/** A record of a type whose RDATA is known to be right. */
export interface NewRecord {
  readonly owner: DomainName;
  readonly ttl: number;
  readonly type: number;
  readonly rdata: string;
}

const SINGLETONS = new Set<number>([TYPE.CNAME, TYPE.DNAME]);

/** BIND loads no larger RRset (max-records-per-type). */
const MOST_RECORDS = 100;

/** Types whose target must be no alias (RFC 2181 §10.3, RFC 2782). */
const LEADS_TO_HOST = new Set<number>([TYPE.NS, TYPE.MX, TYPE.SRV]);

export class ZoneSet {
  readonly #apexes: readonly DomainName[];
  readonly #heads: readonly string[];
  /** The names in the heads with their types: nothing is added there. */
  readonly #fixed = new Map<string, { readonly name: DomainName; readonly types: Set<number> }>();
  readonly #owners = new Map<string, MutableOwner>();
  /** Owners in the order of their coming. */
  readonly #order: MutableOwner[] = [];
  /** Keys of names that lie above owners, and above targets of `LEADS_TO_HOST`. */
  readonly #above = new Set<string>();
  readonly #aboveHosts = new Set<string>();
  readonly #hosts = new Set<string>();
  /** Keys of names above hosts that were not there when something led to them: no wildcard may make aliases of them. */
  readonly #aboveMissing = new Set<string>();
  /** What the files hold, by the key of the apex; undefined until somebody wants it, and after each addition. */
  #data: ReadonlyMap<string, ZoneNames> | undefined;

  /** Zones by name, each with the records that its file begins with: SOA, NS, and what it holds of a zone below it. */
  constructor(heads: Readonly<Record<string, string>>) {
    this.#apexes = Object.keys(heads).map((apex) => nameOf(apex));
    this.#heads = Object.values(heads);
    for (const [apex, head] of Object.entries(heads))
      for (const { owner, type } of zoneOf(apex, head).rrsets) this.#fix(owner, type);
  }

  #fix(name: DomainName, type: number): void {
    const { types } = this.#fixed.get(name.key) ?? { types: new Set() };
    this.#fixed.set(name.key, { name, types: types.add(type) });
    this.#note(name, this.#above);
  }

  get apexes(): readonly DomainName[] {
    return this.#apexes;
  }

  get heads(): readonly string[] {
    return this.#heads;
  }

  /** What was added to the heads. */
  get owners(): readonly Owner[] {
    return this.#order;
  }

  /** The names that stand in the heads. */
  get fixed(): readonly DomainName[] {
    return [...this.#fixed.values()].map(({ name }) => name);
  }

  /** The apex of the zone that holds a name: the longest. */
  zoneOf(name: DomainName): DomainName | undefined {
    const holding = this.#apexes.filter((apex) => name.isAtOrBelow(apex));
    return holding.sort((a, b) => b.wire.length - a.wire.length)[0];
  }

  at(name: DomainName): Owner | undefined {
    return this.#owners.get(name.key);
  }

  /** The records that the zone of a name answers with, a wildcard's perhaps, as `OWNER TTL TYPE RDATA`. */
  answering(name: DomainName, type: number): string[] {
    this.#data ??= this.#read();
    const rrset = this.#data.get(this.zoneOf(name)?.key ?? "")?.answering(name, type);
    return (rrset?.rdatas ?? []).map(
      (rdata) => `${name} ${rrset?.ttl} ${typeName(type)} ${formatRdata(type, rdata)}`,
    );
  }

  #read(): Map<string, ZoneNames> {
    const files = [...this.files().values()];
    return new Map(
      this.#apexes.map((apex, at) => [apex.key, new ZoneNames(zoneOf(apex.toString(), files[at] ?? ""))]),
    );
  }

  /** Adds a record, with the host that it leads to if it does; false where a server would refuse the zone then. */
  add({ owner, ttl, type, rdata }: NewRecord, host?: DomainName): boolean {
    if (!this.#admits(owner, type) || (host !== undefined && !this.#admitsHost(type, host))) return false;
    this.#data = undefined;
    const there = this.#ownerAt(owner);
    const rrset = there.rrsets.get(type) ?? { ttl, rdatas: new Set() };
    if (rrset.rdatas.size === MOST_RECORDS) return false;
    there.rrsets.set(type, rrset);
    rrset.rdatas.add(rdata);
    if (host !== undefined) {
      this.#hosts.add(host.key);
      this.#note(host, this.#aboveHosts);
      if (!this.#owners.has(host.key)) this.#note(host, this.#aboveMissing);
    }
    return true;
  }

  #admits(owner: DomainName, type: number): boolean {
    const types = [...(this.at(owner)?.rrsets.keys() ?? [])];
    if (this.zoneOf(owner) === undefined || this.#fixed.has(owner.key) || this.#isBelowDname(owner))
      return false;
    if (SINGLETONS.has(type) && types.includes(type)) return false;
    const isWildcard = owner.labels[0] === "*";
    if (type === TYPE.CNAME && isWildcard && this.#aboveMissing.has(owner.parent.key)) return false;
    if (type === TYPE.CNAME) return types.length === 0 && !this.#hosts.has(owner.key);
    if (types.includes(TYPE.CNAME)) return false;
    if (type === TYPE.DNAME) return !isWildcard && !types.includes(TYPE.NS) && !this.#isAbove(owner);
    if (type === TYPE.NS) return !isWildcard && !types.includes(TYPE.DNAME);
    return true;
  }

  #admitsHost(type: number, host: DomainName): boolean {
    if (!LEADS_TO_HOST.has(type) || this.zoneOf(host) === undefined) return true;
    if (this.at(host) === undefined && this.#mayBeCoveredByAlias(host)) return false;
    return !this.at(host)?.rrsets.has(TYPE.CNAME) && !this.#isBelowDname(host);
  }

  /** Whether a wildcard above is an alias, be it at the closest encloser or not. */
  #mayBeCoveredByAlias(name: DomainName): boolean {
    for (let above = name.parent; !above.isRoot; above = above.parent) {
      const wildcard = nameBelow(["*"], above);
      if (wildcard !== undefined && this.at(wildcard)?.rrsets.has(TYPE.CNAME)) return true;
    }
    return false;
  }

  #isAbove({ key }: DomainName): boolean {
    return this.#above.has(key) || this.#aboveHosts.has(key);
  }

  #isBelowDname(name: DomainName): boolean {
    for (let above = name.parent; !above.isRoot; above = above.parent)
      if (this.at(above)?.rrsets.has(TYPE.DNAME) || this.#fixed.get(above.key)?.types.has(TYPE.DNAME))
        return true;
    return false;
  }

  #ownerAt(name: DomainName): MutableOwner {
    const known = this.#owners.get(name.key);
    if (known !== undefined) return known;
    const owner = { name, rrsets: new Map() };
    this.#owners.set(name.key, owner);
    this.#order.push(owner);
    this.#note(name, this.#above);
    return owner;
  }

  #note(name: DomainName, above: Set<string>): void {
    for (let key = name.parent; !key.isRoot; key = key.parent) above.add(key.key);
  }

  /** Master files by zone name without the final dot. */
  files(): Map<string, string> {
    const lines = new Map(this.#apexes.map((apex, index) => [apex.key, [this.#heads[index] ?? ""]]));
    for (const owner of this.#order) lines.get(this.zoneOf(owner.name)?.key ?? "")?.push(...linesOf(owner));
    return new Map(
      this.#apexes.map((apex) => [
        apex.toString().slice(0, -1),
        `$ORIGIN ${apex}\n${(lines.get(apex.key) ?? []).join("\n")}\n`,
      ]),
    );
  }
}

/** The records of an owner, a line each, with all names absolute. */
export function linesOf({ name, rrsets }: Owner): string[] {
  return [...rrsets].flatMap(([type, { ttl, rdatas }]) =>
    [...rdatas].map((rdata) => `${name} ${ttl} IN ${typeName(type)} ${rdata}`),
  );
}

/** A name made of labels before another; undefined where it would be too long. */
export function nameBelow(labels: readonly string[], above: DomainName): DomainName | undefined {
  const name = nameFromLabels(labels, above);
  return name.ok ? name.value : undefined;
}

/** The names of a zone with their RRsets, for those who look at a zone before it is compiled. */

import { TYPE } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import type { RRset, Zone } from "../dns/rrset.ts";

export class ZoneNames {
  readonly #apexLength: number;
  readonly #owners = new Map<string, RRset[]>();
  /** Names that exist without records of their own (RFC 8020). */
  readonly #emptyNonTerminals = new Set<string>();
  readonly #types = new Set<number>();

  constructor({ apex, rrsets }: Zone) {
    this.#apexLength = apex.key.length;
    for (const rrset of rrsets) this.#add(rrset);
  }

  /** The RRsets of each owner. */
  owners(): Iterable<readonly RRset[]> {
    return this.#owners.values();
  }

  get(owner: DomainName, type: number): RRset | undefined {
    return this.#at(owner.key, type);
  }

  /** The RRset of a type that answers for a name of the zone: its own, or that of the wildcard which covers it. */
  answering(name: DomainName, type: number): RRset | undefined {
    if (!this.#types.has(type)) return undefined;
    return this.#exists(name.key) ? this.#at(name.key, type) : this.#at(this.#wildcardFor(name), type);
  }

  /** The nearest RRset of a type strictly above a name of the zone. */
  above(name: DomainName, type: number): RRset | undefined {
    if (!this.#types.has(type)) return undefined;
    for (const key of this.#ancestors(name.key)) {
      const found = this.#at(key, type);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Whether resolvers find addresses of a name server in the zone, its own or a wildcard's, or look for them
   * below another delegation; as kzonecheck has it, a name that is there has its addresses there.
   */
  hasGlue(host: DomainName, delegated: DomainName): boolean {
    if (this.#exists(host.key)) return this.#hasAddress(host.key);
    return this.#hasAddress(this.#wildcardFor(host)) || this.isDelegated(host, delegated);
  }

  /** Whether a name lies at or below a delegation, other than one that may be given. */
  isDelegated({ key: name }: DomainName, except?: DomainName): boolean {
    return [name, ...this.#ancestors(name)].some(
      (key) => key !== except?.key && key.length > this.#apexLength && this.#at(key, TYPE.NS) !== undefined,
    );
  }

  /** The wildcard below the closest encloser of a name that is not there (RFC 4592 §3.3.1). */
  #wildcardFor(name: DomainName): string {
    const encloser = this.#ancestors(name.key).find((key) => this.#exists(key)) ?? "";
    return `\x01*${encloser}`;
  }

  #add(rrset: RRset): void {
    const { key } = rrset.owner;
    const there = this.#owners.get(key);
    this.#types.add(rrset.type);
    if (there !== undefined) {
      there.push(rrset);
      return;
    }
    this.#owners.set(key, [rrset]);
    for (const ancestor of this.#ancestors(key)) {
      if (this.#emptyNonTerminals.has(ancestor)) break;
      this.#emptyNonTerminals.add(ancestor);
    }
  }

  #exists(key: string): boolean {
    return this.#owners.has(key) || this.#emptyNonTerminals.has(key);
  }

  #at(key: string, type: number): RRset | undefined {
    return this.#owners.get(key)?.find((rrset) => rrset.type === type);
  }

  #hasAddress(key: string): boolean {
    return this.#at(key, TYPE.A) !== undefined || this.#at(key, TYPE.AAAA) !== undefined;
  }

  /** Keys of the names above a name, up to the apex, the nearest first. */
  #ancestors(key: string): string[] {
    const keys: string[] = [];
    for (let above = parentKey(key); above.length >= this.#apexLength; above = parentKey(above)) {
      keys.push(above);
      if (above.length <= 1) break;
    }
    return keys;
  }
}

function parentKey(key: string): string {
  return key.slice(1 + key.charCodeAt(0));
}

/** A zone while its RRsets are put together. */

import type { Address } from "../dns/address.ts";
import { TYPE } from "../dns/codes.ts";
import { type DomainName, nameFromWire } from "../dns/name.ts";
import { aaaaRdata, aRdata, soaFields } from "../dns/rdata.ts";
import type { RRset, Zone } from "../dns/rrset.ts";
import { comparisonKey } from "../dns/rrset-grouping.ts";
import type { Place } from "../result.ts";

/** Where an RRset comes from: derived from the deployment for a purpose, or written by the operator. */
export type Origin = DerivedOrigin | { readonly kind: "static"; readonly place: Place };

export interface DerivedOrigin {
  readonly kind: "derived";
  readonly purpose: string;
  /** What it is derived from. Found when it is asked for: in a long list that takes a while. */
  readonly place?: (() => Place | undefined) | undefined;
}

export interface DraftRRset {
  readonly rrset: RRset;
  readonly origin: Origin;
}

export class ZoneDraft {
  readonly apex: DomainName;
  /** SOA serial that the operator fixed. */
  readonly serial: number | undefined;
  readonly #owners = new Map<string, Map<number, DraftRRset>>();

  constructor(apex: DomainName, serial: number | undefined) {
    this.apex = apex;
    this.serial = serial;
  }

  /** Adds an RRset; what stood in its place before is gone. */
  put(rrset: RRset, origin: Origin): void {
    const types = this.#owners.get(rrset.owner.key) ?? new Map<number, DraftRRset>();
    this.#owners.set(rrset.owner.key, types.set(rrset.type, { rrset, origin }));
  }

  /** Takes an RRset out. */
  remove({ owner, type }: RRset): void {
    const types = this.#owners.get(owner.key);
    types?.delete(type);
    if (types?.size === 0) this.#owners.delete(owner.key);
  }

  get(owner: DomainName, type: number): DraftRRset | undefined {
    return this.getByKey(owner.key, type);
  }

  /** What stands at an owner that is given in lower-cased wire form. */
  getByKey(ownerKey: string, type: number): DraftRRset | undefined {
    return this.#owners.get(ownerKey)?.get(type);
  }

  /** Everything at an owner. */
  at(owner: DomainName): readonly DraftRRset[] {
    return [...(this.#owners.get(owner.key)?.values() ?? [])];
  }

  /** Whether an owner has an address. */
  hasAddress(owner: DomainName): boolean {
    return this.get(owner, TYPE.A) !== undefined || this.get(owner, TYPE.AAAA) !== undefined;
  }

  /** Whether a name lies at or below a delegation of the zone, so that others have its records. */
  isDelegatedAway(name: DomainName): boolean {
    for (let at = name; !at.equals(this.apex) && !at.isRoot; at = at.parent)
      if (this.get(at, TYPE.NS) !== undefined) return true;
    return false;
  }

  *all(): Iterable<DraftRRset> {
    for (const types of this.#owners.values()) yield* types.values();
  }

  /** The serial of a SOA record that the operator wrote: what new content is not served below. */
  get leastSerial(): number | undefined {
    const soa = this.get(this.apex, TYPE.SOA);
    const [rdata] = soa?.origin.kind === "static" ? soa.rrset.rdatas : [];
    return rdata && soaFields(rdata)?.serial;
  }

  get zone(): Zone {
    return { apex: this.apex, rrsets: Array.from(this.all(), ({ rrset }) => rrset) };
  }
}

/** A and AAAA RRsets of a host. */
export function addressRRsets(owner: DomainName, ttl: number, addresses: readonly Address[]): RRset[] {
  const v4 = addresses.filter(({ family }) => family === 4).map(({ octets }) => aRdata(octets));
  const v6 = addresses.filter(({ family }) => family === 6).map(({ octets }) => aaaaRdata(octets));
  const rrsets = [
    { owner, type: TYPE.A, ttl, rdatas: v4 },
    { owner, type: TYPE.AAAA, ttl, rdatas: v6 },
  ];
  return rrsets.filter(({ rdatas }) => rdatas.length > 0);
}

/** The hosts that NS records name. */
export function hostsOf({ rdatas }: RRset): DomainName[] {
  return rdatas.map((rdata) => nameFromWire(rdata)).filter((name) => name !== undefined);
}

/** Whether two RRsets are of one type and have the same RDATA in any order. */
export function sameData(one: RRset, other: RRset): boolean {
  const texts = (rrset: RRset) => rrset.rdatas.map((rdata) => comparisonKey(rrset.type, rdata)).sort();
  const [left, right] = [texts(one), texts(other)];
  return (
    one.type === other.type && left.length === right.length && left.every((text, at) => text === right[at])
  );
}

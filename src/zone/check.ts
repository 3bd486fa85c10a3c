/** What a zone must be before it can be served (RFC 1034 §4.2.1, RFC 2181 §10, RFC 6672 §2.3). */

import { TYPE, typeName } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import { rdataParts } from "../dns/rdata.ts";
import type { RRset, Zone } from "../dns/rrset.ts";
import type { Problem } from "../result.ts";

/** Everything that keeps the zone from being served. */
export function checkZone(zone: Zone): Problem[] {
  const sentences = [
    ...apexProblems(zone),
    ...ownerProblems(zone),
    ...zone.rrsets.flatMap((rrset) => [...rdataProblems(rrset)]),
  ];
  return sentences.map((sentence) => ({
    severity: "error",
    message: `Cannot serve zone "${zone.apex}": ${sentence}`,
  }));
}

function* apexProblems({ apex, rrsets }: Zone): Generator<string> {
  const soas = rrsets.filter((rrset) => rrset.type === TYPE.SOA);
  if (soas.length === 0) yield "it has no SOA record";
  for (const soa of soas) {
    if (!soa.owner.equals(apex)) yield `a SOA record stands at "${soa.owner}", it belongs at the apex alone`;
    if (soa.rdatas.length !== 1) yield `it has ${soa.rdatas.length} SOA records, one is wanted`;
  }
  if (!rrsets.some((rrset) => rrset.type === TYPE.NS && rrset.owner.equals(apex)))
    yield "it has no NS record at its apex";
}

function* ownerProblems({ apex, rrsets }: Zone): Generator<string> {
  for (const [owner, at] of byOwner(rrsets)) {
    if (!owner.isAtOrBelow(apex)) yield `"${owner}" lies outside of it`;
    const types = at.map((rrset) => rrset.type);
    const twice = types.find((type, index) => types.indexOf(type) !== index);
    if (twice !== undefined) yield `"${owner} ${typeName(twice)}" is given twice`;
    const other = types.find((type) => type !== TYPE.CNAME && !MAY_STAND_BESIDE_CNAME.has(type));
    if (types.includes(TYPE.CNAME) && other !== undefined) {
      yield `"${owner}" is an alias (CNAME) and has ${typeName(other)} records too; an alias stands alone`;
    }
  }
  for (const dname of rrsets.filter((rrset) => rrset.type === TYPE.DNAME)) {
    const below = rrsets.find(({ owner }) => owner.isAtOrBelow(dname.owner) && !owner.equals(dname.owner));
    if (below !== undefined)
      yield `"${below.owner}" lies below the DNAME at "${dname.owner}" and can never be answered`;
  }
}

/** RFC 2181 §10.1 as updated by RFC 4034 §3 and §4. */
const MAY_STAND_BESIDE_CNAME = new Set<number>([TYPE.RRSIG, TYPE.NSEC]);

const SINGLETONS = new Set<number>([TYPE.CNAME, TYPE.DNAME]);

function* rdataProblems(rrset: RRset): Generator<string> {
  const label = `"${rrset.owner} ${typeName(rrset.type)}"`;
  if (rrset.rdatas.length === 0) yield `${label} has no record`;
  if (SINGLETONS.has(rrset.type) && rrset.rdatas.length > 1)
    yield `${label} has ${rrset.rdatas.length} records, one is allowed`;
  if (rrset.rdatas.some((rdata) => rdataParts(rrset.type, rdata) === undefined))
    yield `${label} has RDATA of another shape`;
}

function byOwner(rrsets: readonly RRset[]): Map<DomainName, RRset[]> {
  const owners = new Map<string, DomainName>();
  const groups = new Map<DomainName, RRset[]>();
  for (const rrset of rrsets) {
    const owner = owners.get(rrset.owner.key) ?? rrset.owner;
    owners.set(owner.key, owner);
    groups.set(owner, [...(groups.get(owner) ?? []), rrset]);
  }
  return groups;
}

/** Puts the operator's own records beside the derived ones, and refuses those that would get in their way. */

import { textOf } from "../deployment/host-name.ts";
import type { StaticZone } from "../deployment/model.ts";
import { TYPE, typeName } from "../dns/codes.ts";
import { groupIntoRRsets } from "../dns/master-file.ts";
import type { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import type { RRset } from "../dns/rrset.ts";
import type { Place, Problem } from "../result.ts";
import { apexOf, type OwnZones } from "./own-zones.ts";
import { strictlyBelow } from "./xmpp-names.ts";
import { type DraftRRset, rrsetText, type ZoneDraft } from "./zone-draft.ts";

/** What static records are judged by. */
export interface StaticSurroundings {
  readonly zones: OwnZones;
  /** Whether name servers are given for the zone, so that NS records at its apex are not the operator's to write. */
  readonly hasNameServers: boolean;
}

/** Adds the records of a zone to its draft; says what cannot be served. */
export function addStaticRecords(
  draft: ZoneDraft,
  zone: StaticZone,
  surroundings: StaticSurroundings,
): Problem[] {
  const rrsets = groupIntoRRsets(zone.records);
  const problems: Problem[] = [...(rrsets.ok ? rrsets.remarks : rrsets.problems)];
  for (const rrset of rrsets.ok ? rrsets.value : []) {
    const place = placeOf(rrset, zone);
    const fault = faultOf(rrset, draft, surroundings);
    if (fault === undefined) draft.put(rrset, { kind: "static", place });
    else
      problems.push({
        severity: "error",
        message: `Cannot serve the static record ${rrsetText(rrset)}: ${fault}`,
        place,
      });
  }
  return problems;
}

/** Where the first record of an RRset stands. */
function placeOf(rrset: RRset, zone: StaticZone): Place {
  return (
    zone.records.find(({ owner, type }) => owner.equals(rrset.owner) && type === rrset.type)?.place ??
    zone.place
  );
}

/** The first of these that holds is why a static RRset cannot be served. */
function faultOf(rrset: RRset, draft: ZoneDraft, surroundings: StaticSurroundings): string | undefined {
  return (
    outsideFault(rrset, draft, surroundings.zones) ??
    apexFault(rrset, draft, surroundings) ??
    clashFault(rrset, draft) ??
    occlusionFault(rrset, draft)
  );
}

function outsideFault({ owner, type }: RRset, draft: ZoneDraft, zones: OwnZones): string | undefined {
  if (!owner.isAtOrBelow(draft.apex)) return `it lies outside of zone ${quote(textOf(draft.apex))}`;
  const holder = zones.holding(owner);
  const inner = holder === undefined ? draft.apex : apexOf(holder);
  if (inner.equals(draft.apex)) return undefined;
  if (type === TYPE.DS && inner.equals(owner)) return undefined; // a DS record stands above the cut (RFC 4035 §2.4)
  return `it lies in zone ${quote(textOf(inner))}, which is a zone of its own here; give it there`;
}

function apexFault(
  { owner, type }: RRset,
  draft: ZoneDraft,
  { hasNameServers }: StaticSurroundings,
): string | undefined {
  if (type === TYPE.SOA) return 'the SOA record is derived; give its values under "soa"';
  if (type !== TYPE.NS || !owner.equals(draft.apex)) return undefined;
  return hasNameServers
    ? 'the name servers are given under "nameServers"; leave it out there or here'
    : undefined;
}

function clashFault(rrset: RRset, draft: ZoneDraft): string | undefined {
  const here = draft.at(rrset.owner).filter(isDerived);
  const isApexNs = rrset.type === TYPE.NS && rrset.owner.equals(draft.apex); // takes the place of the default
  const same = here.find((other) => other.rrset.type === rrset.type);
  if (same !== undefined && !isApexNs)
    return `that RRset is derived from the deployment (${purposeOf(same)}); leave it out`;
  const [first] = here;
  if (rrset.type !== TYPE.CNAME || first === undefined) return undefined;
  if (isAddress(first))
    return `the name has derived addresses (${purposeOf(first)}), and an SRV or NS target must never be an alias (RFC 2782, RFC 2181 §10.3)`;
  return `an alias stands alone, and the name has a derived ${typeName(first.rrset.type)} record (${purposeOf(first)})`;
}

/** A delegation or DNAME above a derived owner would take it out of the zone. */
function occlusionFault(rrset: RRset, draft: ZoneDraft): string | undefined {
  const isCut = rrset.type === TYPE.NS && !rrset.owner.equals(draft.apex);
  if (!isCut && rrset.type !== TYPE.DNAME) return undefined;
  for (const other of draft.all()) {
    const isHidden = isCut
      ? other.rrset.owner.isAtOrBelow(rrset.owner)
      : strictlyBelow(other.rrset.owner, rrset.owner);
    if (isHidden && isDerived(other))
      return `it would hide ${rrsetText(other.rrset)}, which is derived from the deployment (${purposeOf(other)})`;
  }
  return undefined;
}

/** SRV records that point to an alias in one of our zones (RFC 2782). `draftOf` gives the draft that holds a name. */
export function aliasTargetProblems(
  targets: Iterable<{ readonly target: DomainName; readonly draft: DraftRRset }>,
  draftOf: (name: DomainName) => ZoneDraft | undefined,
): Problem[] {
  const problems: Problem[] = [];
  for (const { target, draft } of targets) {
    const alias = draftOf(target)?.get(target, TYPE.CNAME);
    if (alias?.origin.kind !== "static") continue;
    const message = `Cannot serve ${rrsetText(draft.rrset)}: its target ${quote(textOf(target))} is an alias (CNAME), and an SRV target must never be one (RFC 2782)`;
    problems.push({
      severity: "error",
      message,
      place: draft.origin.kind === "static" ? draft.origin.place : alias.origin.place,
    });
  }
  return problems;
}

function isDerived({ origin }: DraftRRset): boolean {
  return origin.kind === "derived";
}

function isAddress({ rrset }: DraftRRset): boolean {
  return rrset.type === TYPE.A || rrset.type === TYPE.AAAA;
}

function purposeOf({ origin }: DraftRRset): string {
  return origin.kind === "derived" ? origin.purpose : "static";
}

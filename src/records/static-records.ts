/** Puts the operator's own records beside the derived ones, and refuses those that would get in their way. */

import { textOf } from "../deployment/host-name.ts";
import type { StaticZone } from "../deployment/model.ts";
import { TYPE, typeName } from "../dns/codes.ts";
import { groupIntoRRsets } from "../dns/master-file.ts";
import type { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import { type RRset, rrsetText } from "../dns/rrset.ts";
import { aliasTargetMessage, hostTargets } from "../dns/target-rules.ts";
import type { Problem } from "../result.ts";
import { apexOf, type OwnZones } from "./own-zones.ts";
import { strictlyBelow } from "./xmpp-names.ts";
import type { DraftRRset, ZoneDraft } from "./zone-draft.ts";

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
  const derived = new DerivedNames(draft);
  for (const rrset of rrsets.ok ? rrsets.value : []) {
    const place = rrset.places?.[0] ?? zone.place;
    const fault = faultOf(rrset, draft, { ...surroundings, derived });
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

/** The first of these that holds is why a static RRset cannot be served. */
function faultOf(
  rrset: RRset,
  draft: ZoneDraft,
  surroundings: StaticSurroundings & { readonly derived: DerivedNames },
): string | undefined {
  return (
    outsideFault(rrset, draft, surroundings.zones) ??
    apexFault(rrset, draft, surroundings) ??
    clashFault(rrset, draft) ??
    occlusionFault(rrset, draft, surroundings.derived)
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
function occlusionFault(rrset: RRset, draft: ZoneDraft, derived: DerivedNames): string | undefined {
  const isCut = rrset.type === TYPE.NS && !rrset.owner.equals(draft.apex);
  if (!isCut && rrset.type !== TYPE.DNAME) return undefined;
  const hidden = (isCut ? draft.at(rrset.owner).find(isDerived) : undefined) ?? derived.below(rrset.owner);
  if (hidden === undefined) return undefined;
  return `it would hide ${rrsetText(hidden.rrset)}, which is derived from the deployment (${purposeOf(hidden)})`;
}

/** What is derived below a name, found at once: a zone may delegate a hundred thousand. */
class DerivedNames {
  readonly #firstBelow = new Map<string, DraftRRset>();

  constructor(draft: ZoneDraft) {
    for (const drafted of draft.all()) if (isDerived(drafted)) this.#add(drafted, draft.apex);
  }

  /** The first derived RRset strictly below a name. */
  below(name: DomainName): DraftRRset | undefined {
    return this.#firstBelow.get(name.key);
  }

  #add(drafted: DraftRRset, apex: DomainName): void {
    const { owner } = drafted.rrset;
    for (let name = owner; strictlyBelow(name, apex); ) {
      name = name.parent;
      if (this.#firstBelow.has(name.key)) return;
      this.#firstBelow.set(name.key, drafted);
    }
  }
}

/** MX, NS and SRV records that point to an alias in any zone of ours. `draftOf` gives the draft that holds a name. */
export function* aliasTargetProblems(
  draft: ZoneDraft,
  draftOf: (name: DomainName) => ZoneDraft | undefined,
): Generator<Problem> {
  for (const { rrset } of draft.all()) {
    for (const { name, index } of hostTargets(rrset)) {
      const alias = draftOf(name)?.get(name, TYPE.CNAME);
      if (alias === undefined) continue;
      const message = aliasTargetMessage(rrset, name, "CNAME");
      const place = rrset.places?.[index] ?? rrset.places?.[0] ?? alias.rrset.places?.[0];
      yield { severity: "error", message, place };
    }
  }
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

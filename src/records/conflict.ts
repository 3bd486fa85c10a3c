/** Where a static RRset and derived ones cannot both be served. */

import { textOf } from "../deployment/host-name.ts";
import { formatPlace } from "../deployment/reading.ts";
import { TYPE, typeName } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import { type RRset, rrsetText } from "../dns/rrset.ts";
import { strictlyBelow } from "./xmpp-names.ts";
import { type DerivedOrigin, type DraftRRset, sameData, type ZoneDraft } from "./zone-draft.ts";

/** A derived RRset in a draft. */
export interface DerivedRRset {
  readonly rrset: RRset;
  readonly origin: DerivedOrigin;
}

/** What stands against a static RRset. */
export interface Conflict {
  /** Why both cannot be served: the second half of a sentence. */
  readonly fault: string;
  /** What would have to go; empty where the static RRset cannot be served even so. */
  readonly derived: readonly DerivedRRset[];
  /** Whether the derived RRset says the same, so that nothing is lost. */
  readonly isSame: boolean;
  /** Whether what is derived can stay beside the static RRset. */
  readonly isBeside?: boolean;
}

/** Finds conflicts in a draft that holds the derived RRsets of a zone. */
export class Conflicts {
  readonly #draft: ZoneDraft;
  /** By name, the first derived RRset strictly below it: a zone may delegate a hundred thousand names. */
  readonly #firstBelow = new Map<string, DerivedRRset>();

  constructor(draft: ZoneDraft) {
    this.#draft = draft;
    for (const drafted of draft.all()) if (isDerived(drafted)) this.#noteAbove(drafted);
  }

  /** The conflict of a static RRset; undefined where there is none. */
  of(rrset: RRset, hasNameServers: boolean): Conflict | undefined {
    const here = this.#draft.at(rrset.owner).filter(isDerived);
    const same = here.find((other) => other.rrset.type === rrset.type);
    if (same !== undefined) return this.#conflictOfType(rrset, same, hasNameServers);
    if (rrset.type === TYPE.CNAME && here.length > 0) return aliasConflict(here);
    const address = isAddress(rrset) ? here.find((other) => isAddress(other.rrset)) : undefined;
    if (address !== undefined) return otherFamilyConflict(rrset, address);
    return this.#occlusion(rrset, here);
  }

  /** A SOA record takes the place of the derived one, and so do NS records where no others are given. */
  #conflictOfType(rrset: RRset, same: DerivedRRset, hasNameServers: boolean): Conflict | undefined {
    const isApexNs = rrset.type === TYPE.NS && rrset.owner.equals(this.#draft.apex);
    if (rrset.type === TYPE.SOA || (isApexNs && !hasNameServers)) return undefined;
    const fault = isApexNs
      ? `the name servers are given under "nameServers"${placeText(same)}`
      : `that RRset is derived from the deployment (${purposeText(same)})`;
    return { fault, derived: [same], isSame: sameData(rrset, same.rrset) };
  }

  /** A delegation or DNAME above a derived owner would take it out of the zone. */
  #occlusion(rrset: RRset, here: readonly DerivedRRset[]): Conflict | undefined {
    const isCut = rrset.type === TYPE.NS && !rrset.owner.equals(this.#draft.apex);
    if (!isCut && rrset.type !== TYPE.DNAME) return undefined;
    const hidden = (isCut ? here[0] : undefined) ?? this.#firstBelow.get(rrset.owner.key);
    if (hidden === undefined) return undefined;
    const fault = `it would hide ${rrsetText(hidden.rrset)}, which is derived from the deployment (${purposeText(hidden)})`;
    const below = Array.from(this.#draft.all()).filter(isDerived);
    const derived = below.filter((other) => strictlyBelow(other.rrset.owner, rrset.owner));
    return { fault, derived: isCut ? [...here, ...derived] : derived, isSame: false };
  }

  #noteAbove(drafted: DerivedRRset): void {
    for (let name: DomainName = drafted.rrset.owner; strictlyBelow(name, this.#draft.apex); ) {
      name = name.parent;
      if (this.#firstBelow.has(name.key)) return;
      this.#firstBelow.set(name.key, drafted);
    }
  }
}

/** A host has one set of addresses: one of the other family goes to a host of its own, the old one perhaps. */
function otherFamilyConflict({ type }: RRset, address: DerivedRRset): Conflict {
  const fault = `the addresses of that name are derived from the deployment, without any of ${familyOf(type)} (${purposeText(address)})`;
  return { fault, derived: [address], isSame: false, isBeside: true };
}

function isAddress({ type }: RRset): boolean {
  return type === TYPE.A || type === TYPE.AAAA;
}

function familyOf(type: number): string {
  return type === TYPE.A ? "IPv4" : "IPv6";
}

/** What is lost where addresses of a family that is not derived stand beside the derived ones. */
export function lossBesideText({ owner, type }: RRset, { origin }: DerivedRRset): string {
  return `whoever looks for ${quote(textOf(owner))} over ${familyOf(type)} goes to the addresses given here, which do not follow ${pursuedBy(origin)}`;
}

/** `Edge pool "pool.test"` */
function pursuedBy({ purpose }: DerivedOrigin): string {
  return purpose.replace(/^the addresses of /, "");
}

/** An alias cannot take the place of an apex, nor of a host that SRV or NS records lead to. */
function aliasConflict(here: readonly DerivedRRset[]): Conflict {
  const address = here.find(({ rrset }) => isAddress(rrset));
  const [first = address] = here;
  if (address !== undefined && first === address) {
    const rule = "an SRV or NS target must never be an alias (RFC 2782, RFC 2181 §10.3)";
    return {
      fault: `the name has derived addresses (${purposeText(address)}), and ${rule}`,
      derived: [],
      isSame: false,
    };
  }
  const isApex = here.some(({ rrset }) => rrset.type === TYPE.SOA);
  const what = first === undefined ? "" : `${typeName(first.rrset.type)} record (${purposeText(first)})`;
  const fault = `an alias stands alone, and the name has a derived ${what}`;
  return { fault, derived: isApex ? [] : here, isSame: false };
}

function isDerived(drafted: DraftRRset): drafted is DerivedRRset {
  return drafted.origin.kind === "derived";
}

/** `the addresses of Edge pool "pool.test", d.yaml:2:14` */
function purposeText(derived: DerivedRRset): string {
  return derived.origin.purpose + placeText(derived);
}

function placeText({ rrset, origin }: DerivedRRset): string {
  const place = rrset.places?.[0] ?? origin.place?.();
  return place === undefined ? "" : `, ${formatPlace(place)}`;
}

/** What the federation of SIP domains loses where a static RRset takes the place of a derived one. */
export function lossText({ rrset, origin }: DerivedRRset): string {
  switch (rrset.type) {
    case TYPE.SRV:
      return "XMPP partners go where it says, and no longer follow the Edge pool";
    case TYPE.A:
    case TYPE.AAAA:
      return `whoever looks for ${quote(textOf(rrset.owner))} goes to the addresses given here, which no longer follow ${pursuedBy(origin)}`;
    case TYPE.NS:
      return 'resolvers are sent to the name servers given here, and no longer to those under "nameServers"';
    default:
      return "what is derived for the name is not published";
  }
}

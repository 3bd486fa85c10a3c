/**
 * What Lync's documents say, each fact with the spot that says it. Documents say parts (a service here, an
 * interface there); join.ts puts them together.
 */

import type { Problem, Severity } from "../result.ts";
import type { Spot } from "./source-text.ts";

/** A value and where it is said. */
export interface Said<T> {
  readonly value: T;
  readonly spot: Spot;
}

/** Get-CsSipDomain; InternalDomain. */
export interface SipDomainFact {
  readonly name: string;
  readonly isDefault: boolean;
  readonly spot: Spot;
}

/** Get-CsSite; CentralSite. */
export interface SiteFact {
  readonly name: string;
  readonly xmppFederationRoute: Said<string> | undefined;
  readonly spot: Spot;
}

/** Any pool: Get-CsPool, what Get-CsComputer and Get-CsService tell of it; Cluster. */
export interface PoolFact {
  readonly fqdn: string;
  readonly site: string | undefined;
  /** FQDNs of its computers; empty where the document does not say. */
  readonly computers: readonly Said<string>[];
  /** Lower-cased names of roles: `registrar`, `userservices`. */
  readonly roles: readonly string[];
  readonly spot: Spot;
}

/** The Edge service of a pool: Get-CsService -EdgeServer; Service with the role EdgeServer. */
export interface EdgeFact {
  readonly poolFqdn: string;
  readonly site: string | undefined;
  readonly accessEdgeFqdn: Said<string> | undefined;
  /** XmppListeningPort; its value is null where XMPP is not enabled, undefined where the document does not say. */
  readonly xmppPort: Said<number | null> | undefined;
  readonly version: Said<number> | undefined;
  /** The external interface that the Access Edge service listens on. */
  readonly interfaceNumber: number | undefined;
  readonly spot: Spot;
}

/** An external interface of a computer: Get-CsNetworkInterface; NetInterface. */
export interface InterfaceFact {
  readonly computer: string;
  readonly number: number;
  readonly addresses: readonly Said<string>[];
  /** The public side of addresses behind NAT (ConfiguredIPAddress). */
  readonly publicAddresses: readonly Said<string>[];
  readonly spot: Spot;
}

/** Get-CsExternalAccessPolicy. */
export interface PolicyFact {
  readonly identity: string;
  readonly enableFederationAccess: boolean;
  readonly enableXmppAccess: boolean;
  readonly spot: Spot;
}

/** Get-CsXmppAllowedPartner; what the document does not say is undefined. */
export interface PartnerFact {
  readonly domain: string;
  readonly additionalDomains: readonly string[];
  readonly partnerType: string | undefined;
  readonly tlsNegotiation: string | undefined;
  readonly saslNegotiation: string | undefined;
  readonly supportDialbackNegotiation: boolean | undefined;
  readonly enableKeepAlive: boolean | undefined;
  readonly connectionLimit: number | undefined;
  readonly proxyFqdn: string | undefined;
  readonly spot: Spot;
}

/** Users who are alike in all that matters (Get-CsUser, counted). */
export interface UserGroupFact {
  readonly sipDomain: string;
  readonly registrarPool: string | undefined;
  readonly policy: string | undefined;
  readonly enabled: boolean;
  readonly count: number;
  readonly spot: Spot;
}

/** Problems of one severity are told so many times for one document. */
const MOST_TOLD = 20;

/** A port as people give it; undefined where it is none. */
export function portOf(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}

/** Everything that one document says. A list that is undefined is not spoken of; an empty one is said to be empty. */
export class Facts {
  readonly sipDomains: SipDomainFact[] = [];
  readonly sites: SiteFact[] = [];
  readonly pools: PoolFact[] = [];
  readonly edges: EdgeFact[] = [];
  readonly interfaces: InterfaceFact[] = [];
  policies: PolicyFact[] | undefined;
  partners: PartnerFact[] | undefined;
  userGroups: UserGroupFact[] | undefined;
  allowFederatedUsers: Said<boolean> | undefined;
  readonly problems: Problem[] = [];
  readonly #groups = new Map<string, number>();
  readonly #told = new Map<Severity, number>();

  /** Counts users who are alike in one group. */
  addUserGroup(group: UserGroupFact): void {
    const { sipDomain, registrarPool = "", policy = "", enabled, count } = group;
    const key = [nameKey(sipDomain), nameKey(registrarPool), policy.toLowerCase(), enabled].join("\n");
    this.userGroups ??= [];
    const at = this.#groups.get(key) ?? this.userGroups.length;
    const known = this.userGroups[at];
    this.#groups.set(key, at);
    this.userGroups[at] = { ...(known ?? group), count: (known?.count ?? 0) + count };
  }

  error(message: string, spot: Spot): void {
    this.#add("error", message, spot);
  }

  warning(message: string, spot: Spot): void {
    this.#add("warning", message, spot);
  }

  note(message: string, spot: Spot): void {
    this.#add("note", message, spot);
  }

  /** What is wrong in the same way in many places is told of the first of them. */
  #add(severity: Severity, message: string, spot: Spot): void {
    const told = (this.#told.get(severity) ?? 0) + 1;
    this.#told.set(severity, told);
    if (told <= MOST_TOLD) this.problems.push({ severity, message, place: spot.place });
    else if (told === MOST_TOLD + 1)
      this.problems.push({
        severity,
        message: "There is more of this kind in the document",
        place: spot.place,
      });
  }
}

/** A name as it is compared: without regard to case and to a final dot. */
export function nameKey(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

/** Sites as Lync compares them: `Site:Redmond` and `redmond` are one. */
export function siteKey(name: string): string {
  return siteName(name).toLowerCase();
}

/** `Redmond` of `Site:Redmond`. */
export function siteName(identity: string): string {
  return identity.replace(/^site:/i, "");
}

/** What follows the kind in a service identity: `EdgeServer:edge.contoso.com`. */
export function poolOfService(identity: string): string {
  return identity.replace(/^[A-Za-z]+:/, "");
}

/**
 * Facts of several documents → one deployment as Lync knows it. Of what several documents say, the first one
 * that says it is taken (topologies come before exports); where they contradict each other, a warning says so.
 */

import { parseAddress } from "../dns/address.ts";
import { quote } from "../dns/quotation.ts";
import type { Problem } from "../result.ts";
import {
  type EdgeFact,
  type Facts,
  type InterfaceFact,
  nameKey,
  type PartnerFact,
  type PolicyFact,
  type PoolFact,
  type Said,
  type SipDomainFact,
  type SiteFact,
  siteKey,
  type UserGroupFact,
} from "./facts.ts";
import type { Spot } from "./source-text.ts";

/** What the documents say together. Lists that are undefined are not spoken of by any. */
export interface LyncDeployment {
  readonly sipDomains: readonly SipDomainFact[];
  readonly sites: readonly SiteFact[];
  readonly edgePools: readonly LyncEdgePool[];
  readonly policies: readonly PolicyFact[] | undefined;
  readonly partners: readonly PartnerFact[] | undefined;
  readonly userGroups: readonly LyncUserGroup[] | undefined;
  readonly allowFederatedUsers: Said<boolean> | undefined;
  /** The documents in their order. */
  readonly files: readonly string[];
}

export interface LyncEdgePool extends Omit<EdgeFact, "interfaceNumber"> {
  readonly servers: readonly LyncEdgeServer[];
}

export interface LyncEdgeServer {
  readonly fqdn: string;
  readonly addresses: readonly Said<string>[];
  readonly publicAddresses: readonly Said<string>[];
  readonly spot: Spot;
}

export interface LyncUserGroup extends Omit<UserGroupFact, "registrarPool"> {
  readonly site: string | undefined;
  readonly survivableBranchAppliance: boolean;
}

/** The deployment and what was odd about it (warnings). */
export interface Joined {
  readonly deployment: LyncDeployment;
  readonly remarks: readonly Problem[];
}

/** Skype for Business Server 2019. */
const FIRST_WITHOUT_XMPP = 8;

/** Puts the facts of all documents together. */
export function joinFacts(documents: readonly Facts[], files: readonly string[]): Joined {
  const joiner = new Joiner(documents);
  return { deployment: joiner.join(files), remarks: joiner.remarks };
}

class Joiner {
  readonly remarks: Problem[] = [];
  readonly #documents: readonly Facts[];
  readonly #pools: ReadonlyMap<string, readonly PoolFact[]>;
  /** By computer and number. */
  readonly #interfaces = new Map<string, InterfaceFact>();
  readonly #sipDomains: readonly SipDomainFact[];

  constructor(documents: readonly Facts[]) {
    this.#documents = documents;
    const pools = documents.flatMap((facts) => facts.pools);
    this.#pools = Map.groupBy(pools, ({ fqdn }) => nameKey(fqdn));
    for (const fact of documents.flatMap(({ interfaces }) => interfaces)) {
      const key = interfaceKey(fact.computer, fact.number);
      if (!this.#interfaces.has(key)) this.#interfaces.set(key, fact);
    }
    this.#sipDomains = firsts(
      documents,
      ({ sipDomains }) => sipDomains,
      (domain) => nameKey(domain.name),
    );
  }

  join(files: readonly string[]): LyncDeployment {
    const documents = this.#documents;
    this.#warnOfStrangers(
      "SIP domain",
      documents.map(({ sipDomains }) => sipDomains),
      ({ name }) => name,
    );
    this.#warnOfStrangers(
      "Edge pool",
      documents.map(({ edges }) => edges),
      ({ poolFqdn }) => poolFqdn,
    );
    return {
      sipDomains: this.#sipDomains,
      sites: this.#sites(),
      edgePools: this.#edgePools(),
      policies: firstsSpokenOf(
        documents,
        ({ policies }) => policies,
        (policy) => policyKey(policy.identity),
      ),
      partners: firstsSpokenOf(
        documents,
        ({ partners }) => partners,
        (partner) => nameKey(partner.domain),
      ),
      userGroups: this.#userGroups(),
      allowFederatedUsers: this.#first(
        "AllowFederatedUsers",
        documents.map((facts) => facts.allowFederatedUsers),
      ),
      files,
    };
  }

  /** A topology knows the sites, an export their routes too. */
  #sites(): SiteFact[] {
    const sites = Map.groupBy(
      this.#documents.flatMap((facts) => facts.sites),
      ({ name }) => siteKey(name),
    );
    return [...sites.values()].flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const routes = [first, ...others].map((site) => site.xmppFederationRoute);
      return [{ ...first, xmppFederationRoute: this.#first("XmppFederationRoute", routes, nameKey) }];
    });
  }

  #edgePools(): LyncEdgePool[] {
    const pools = this.#joinEdges();
    const versions = pools.map(({ version }) => version);
    const [first] = versions;
    if (first === undefined || versions.some((version) => (version?.value ?? 0) < FIRST_WITHOUT_XMPP))
      return pools;
    const message =
      "Every Edge pool here has version 8 or later: Skype for Business Server 2019 has no XMPP any more, so no SIP domain is published";
    this.#warn(message, first.spot);
    return pools;
  }

  #joinEdges(): LyncEdgePool[] {
    const edges = Map.groupBy(
      this.#documents.flatMap((facts) => facts.edges),
      ({ poolFqdn }) => nameKey(poolFqdn),
    );
    return [...edges.values()].flatMap((facts) => {
      const [first] = facts;
      if (first === undefined) return [];
      const number = facts.map(({ interfaceNumber }) => interfaceNumber).find((one) => one !== undefined);
      return [
        {
          poolFqdn: first.poolFqdn,
          site:
            facts.map(({ site }) => site).find((site) => site !== undefined) ?? this.#siteOf(first.poolFqdn),
          accessEdgeFqdn: this.#first(
            "Access Edge FQDN",
            facts.map((fact) => fact.accessEdgeFqdn),
            nameKey,
          ),
          xmppPort: this.#first(
            "XMPP port",
            facts.map((fact) => fact.xmppPort),
          ),
          version: this.#first(
            "version",
            facts.map((fact) => fact.version),
          ),
          servers: this.#servers(first, number ?? 1, edges.size === 1),
          spot: first.spot,
        },
      ];
    });
  }

  /** The computers of the pool, and of each the addresses of the interface that its Access Edge service listens on. */
  #servers({ poolFqdn, spot }: EdgeFact, number: number, isOnlyEdge: boolean): LyncEdgeServer[] {
    return this.#computers(poolFqdn, spot, isOnlyEdge).map((computer) => {
      const found = this.#interfaces.get(interfaceKey(computer.value, number));
      return {
        fqdn: computer.value,
        addresses: (found?.addresses ?? []).filter(isSpecific),
        publicAddresses: (found?.publicAddresses ?? []).filter(isSpecific),
        spot: found?.spot ?? computer.spot,
      };
    });
  }

  /** Without a list of computers, those with an external address are the Edge Servers: of the pool of their name, or of the only one. */
  #computers(poolFqdn: string, spot: Spot, isOnlyEdge: boolean): readonly Said<string>[] {
    const lists = this.#poolsNamed(poolFqdn).filter(({ computers }) => computers.length > 0);
    const listed = lists.filter(({ spot: { file } }) => file === lists[0]?.spot.file); // the first document's
    if (listed.length > 0)
      return firstsBy(
        listed.flatMap(({ computers }) => computers),
        ({ value }) => nameKey(value),
      );
    const external = [...this.#interfaces.values()];
    const key = nameKey(poolFqdn);
    if (external.some(({ computer }) => nameKey(computer) === key)) return [{ value: poolFqdn, spot }];
    if (!isOnlyEdge) return [];
    const elsewhere = new Set(
      [...this.#pools.values()].flat().flatMap((pool) => pool.computers.map(({ value }) => nameKey(value))),
    );
    const free = external.filter(
      ({ computer, addresses }) => !elsewhere.has(nameKey(computer)) && addresses.some(isSpecific),
    );
    const computers = free.map((one) => ({ value: one.computer, spot: one.spot }));
    return firstsBy(computers, ({ value }) => nameKey(value));
  }

  #poolsNamed(fqdn: string | undefined): readonly PoolFact[] {
    return (fqdn !== undefined && this.#pools.get(nameKey(fqdn))) || [];
  }

  #siteOf(pool: string | undefined): string | undefined {
    return this.#poolsNamed(pool)
      .map(({ site }) => site)
      .find((site) => site !== undefined);
  }

  /** A pool that registers users but has no user services is a Survivable Branch Appliance. */
  #isBranchAppliance(pool: string | undefined): boolean {
    const roles = this.#poolsNamed(pool).flatMap((fact) => fact.roles);
    return roles.includes("registrar") && !roles.includes("userservices");
  }

  #userGroups(): LyncUserGroup[] | undefined {
    const groups = this.#documents.flatMap(({ userGroups = [] }) => userGroups);
    if (this.#documents.every(({ userGroups }) => userGroups === undefined)) return undefined;
    const known = new Set(this.#sipDomains.map(({ name }) => nameKey(name)));
    const strange = new Set<string>();
    return groups.flatMap(({ registrarPool, ...group }) => {
      const key = nameKey(group.sipDomain);
      if (known.size > 0 && !known.has(key)) {
        if (!strange.has(key))
          this.#warn(`Left out users of ${quote(group.sipDomain)}: no such SIP domain is listed`, group.spot);
        strange.add(key);
        return [];
      }
      const survivableBranchAppliance = this.#isBranchAppliance(registrarPool);
      return [{ ...group, site: this.#siteOf(registrarPool), survivableBranchAppliance }];
    });
  }

  /** The first document that says it is taken; another that says something else gets a warning. */
  #first<T extends string | number | boolean | null>(
    what: string,
    said: readonly (Said<T> | undefined)[],
    keyOf: (value: T & string) => string = String,
  ): Said<T> | undefined {
    const [first, ...others] = said.filter((one) => one !== undefined);
    const key = (value: T) => (typeof value === "string" ? keyOf(value) : value);
    const other = others.find(({ value }) => first !== undefined && key(value) !== key(first.value));
    if (first === undefined || other === undefined) return first;
    const message = `${what} is ${shown(other.value)} here and ${shown(first.value)} in ${quote(first.spot.file)}, which is taken`;
    this.#warn(message, other.spot);
    return first;
  }

  /** Every document that lists such things lists all of them: what a later one alone has may be new, or gone. */
  #warnOfStrangers<T extends { readonly spot: Spot }>(
    kind: string,
    lists: readonly (readonly T[])[],
    nameOf: (item: T) => string,
  ): void {
    const [first = [], ...others] = lists.filter((list) => list.length > 0);
    const known = new Set(first.map((item) => nameKey(nameOf(item))));
    for (const item of firstsBy(others.flat(), (one) => nameKey(nameOf(one)))) {
      if (known.has(nameKey(nameOf(item)))) continue;
      const file = first[0]?.spot.file ?? "";
      this.#warn(
        `${kind} ${quote(nameOf(item))} is listed here and not in ${quote(file)}; it is taken`,
        item.spot,
      );
    }
  }

  #warn(message: string, spot: Spot): void {
    this.remarks.push({ severity: "warning", message, place: spot.place });
  }
}

function interfaceKey(computer: string, number: number): string {
  return `${nameKey(computer)}/${number}`;
}

function shown(value: string | number | boolean | null): string {
  if (value === null) return "none";
  return typeof value === "string" ? quote(value) : String(value);
}

/** 0.0.0.0 and :: stand for all addresses of a computer; nobody can be sent there. */
function isSpecific({ value }: Said<string>): boolean {
  return parseAddress(value)?.octets.some((octet) => octet !== 0) ?? true;
}

/** Identities without regard to case; `tag:` may be left out. */
export function policyKey(identity: string): string {
  return identity.trim().replace(/^tag:/i, "").toLowerCase();
}

function firsts<T>(
  documents: readonly Facts[],
  listOf: (facts: Facts) => readonly T[],
  keyOf: (item: T) => string,
): T[] {
  return firstsBy(documents.flatMap(listOf), keyOf);
}

function firstsSpokenOf<T>(
  documents: readonly Facts[],
  listOf: (facts: Facts) => readonly T[] | undefined,
  keyOf: (item: T) => string,
): T[] | undefined {
  const lists = documents.map(listOf).filter((list) => list !== undefined);
  return lists.length === 0 ? undefined : firstsBy(lists.flat(), keyOf);
}

/** The items that are the first of their key. */
function firstsBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const found = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!found.has(key)) found.set(key, item);
  }
  return [...found.values()];
}

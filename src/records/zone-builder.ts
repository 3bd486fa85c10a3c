/**
 * The zones of a deployment.
 *
 * Most SIP domains are ordinary: their zone names nothing at or below its apex but what stands below every
 * SIP domain alike. Those with the same content share one model, so that a million of them cost little more
 * than their names. The others get a zone of their own, put together record by record:
 *
 *   - zones with static records, and the small zones of pinpoint layout;
 *   - zones that delegate another zone of ours;
 *   - zones that hold a host which the deployment names absolutely (a shared XMPP host, a name server).
 */

import { type Gates, publicationMode } from "../deployment/gates.ts";
import { textOf } from "../deployment/host-name.ts";
import { type Deployment, SipDomain, type StaticZone, type ZoneOptions } from "../deployment/model.ts";
import { TYPE } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import type { RRset, ZoneGroup } from "../dns/rrset.ts";
import type { Problem } from "../result.ts";
import { AliasTargets } from "./alias-targets.ts";
import {
  apexRRsets,
  type HostClaim,
  nameServerClaims,
  nsRRset,
  soaRRset,
  srvRRsets,
  xmppHostClaims,
} from "./content.ts";
import { ContentKeys } from "./content-key.ts";
import {
  apexOf,
  baseOf,
  nameServerOf,
  OwnZones,
  optionsOf,
  placeOf,
  type ZoneOwner,
  zoneOwnersOf,
} from "./own-zones.ts";
import { addStaticRecords } from "./static-records.ts";
import { allHosts, nameOf, targetOf } from "./xmpp-names.ts";
import { addressRRsets, hostsOf, sameData, ZoneDraft } from "./zone-draft.ts";

/** SIP domains that share a model. */
interface Members {
  readonly model: SipDomain;
  readonly published: boolean;
  readonly apexes: DomainName[];
}

/** Puts the zones of a deployment together. */
export class ZoneBuilder {
  readonly problems: Problem[] = [];
  readonly #deployment: Deployment;
  readonly #gates: Gates;
  readonly #zones = new OwnZones();
  readonly #staticZones: ReadonlyMap<string, StaticZone>;
  /** Drafts of the zones that do not share a model, by apex. */
  readonly #drafts = new Map<string, ZoneDraft>();

  constructor(deployment: Deployment, gates: Gates) {
    this.#deployment = deployment;
    this.#gates = gates;
    this.#staticZones = new Map(deployment.zones.map((zone) => [zone.apex.key, zone]));
    this.#findZones();
    this.#refuseComponents();
    this.#beginDrafts();
  }

  build(): ZoneGroup[] {
    const groups = this.#groupOrdinary();
    for (const sipDomain of this.#deployment.sipDomains)
      if (!this.#isOrdinary(sipDomain)) this.#placeSipDomain(sipDomain);
    for (const { model, published } of groups) this.#placeShared(model, published);
    for (const zone of this.#deployment.zones) this.#placeNameServers(zone.apex, zone.options);
    for (const zone of this.#innerZonesFirst()) this.#addStatic(zone.apex.key, zone);
    for (const owner of this.#zones.owners()) this.#delegate(owner);
    const shared = groups.map((members) => this.#sharedGroup(members));
    this.#checkDrafts();
    this.#remarkOnDefaults(shared);
    const alone = Array.from(this.#drafts.values(), (draft) => ({
      model: draft.zone,
      apexes: [draft.apex],
      serial: draft.serial,
      leastSerial: draft.leastSerial,
      ...this.#rightsTo(draft),
    }));
    return [...shared.map(({ group }) => group), ...alone];
  }

  /** What the operator wrote of a zone decides how the zone above delegates it. */
  #innerZonesFirst(): StaticZone[] {
    return [...this.#staticZones.values()].sort(
      (one, other) => other.apex.labels.length - one.apex.labels.length,
    );
  }

  /** A SIP domain's own zones before those of static records alone, as it says how they are made. */
  #findZones(): void {
    const { sipDomains, zones } = this.#deployment;
    const isApex = ({ options }: SipDomain) => options.zoneLayout === "apex";
    for (const sipDomain of sipDomains) if (isApex(sipDomain)) this.#zones.add(sipDomain);
    for (const sipDomain of sipDomains) {
      if (isApex(sipDomain)) continue;
      this.#refusePinpointApex(sipDomain);
      for (const owner of zoneOwnersOf(sipDomain)) this.#zones.add(owner);
    }
    for (const zone of zones) this.#zones.add(zone);
  }

  #refusePinpointApex(sipDomain: SipDomain): void {
    const name = quote(textOf(sipDomain.name));
    const zone = this.#staticZones.get(sipDomain.name.key);
    if (zone !== undefined) {
      const message = `Cannot serve zone ${name}: the SIP domain has "zoneLayout: pinpoint", which leaves that zone where it is; set "zoneLayout: apex", or give the records there`;
      this.problems.push({ severity: "error", message, place: zone.place });
    }
    if (
      sipDomain.options.services.some((service) => targetOf(service, sipDomain.name).equals(sipDomain.name))
    ) {
      const message = `Cannot use SIP domain ${name} as its own XMPP host: "zoneLayout: pinpoint" leaves that name where it is; give another "xmppHost"`;
      this.problems.push({ severity: "error", message, place: sipDomain.place });
    }
  }

  /** A component that is listed as a SIP domain too would have its records twice. */
  #refuseComponents(): void {
    const { sipDomains } = this.#deployment;
    const labels = new Set(
      [...new Set(sipDomains.map(({ options }) => options))].flatMap(({ components }) => components),
    );
    if (labels.size === 0) return;
    const namesakes = sipDomains.filter(({ name }) => labels.has(firstLabel(name)));
    const above = new Set(namesakes.map(({ name }) => name.parent.key));
    const parents = sipDomains.filter(({ name }) => above.has(name.key));
    const byKey = new Map(parents.map((sipDomain) => [sipDomain.name.key, sipDomain]));
    for (const { name } of namesakes) {
      const parent = byKey.get(name.parent.key);
      if (parent === undefined || !parent.options.components.includes(firstLabel(name))) continue;
      const message = `Cannot make ${quote(textOf(name))} a component of SIP domain ${quote(textOf(parent.name))}: it is a SIP domain itself; take it out of "components", or out of "sipDomains"`;
      this.problems.push({ severity: "error", message, place: parent.place });
    }
  }

  /** Begins a draft for every zone that cannot share a model. */
  #beginDrafts(): void {
    for (const owner of this.#zones.owners()) {
      if (!(owner instanceof SipDomain) || this.#staticZones.has(owner.name.key)) this.#begin(owner);
      const above = this.#zones.above(apexOf(owner));
      if (above !== undefined) this.#begin(above);
    }
    for (const options of this.#distinctOptions()) {
      for (const host of allHosts(options)) if (host.kind === "absolute") this.#beginAround(host.name);
    }
    for (const sipDomain of this.#deployment.sipDomains) {
      if (this.#isOrdinary(sipDomain)) continue;
      for (const host of allHosts(sipDomain.options)) this.#beginAround(nameOf(host, sipDomain.name));
    }
  }

  #distinctOptions(): Set<ZoneOptions> {
    const options = new Set<ZoneOptions>();
    for (const sipDomain of this.#deployment.sipDomains) options.add(sipDomain.options);
    for (const zone of this.#deployment.zones) options.add(zone.options);
    return options;
  }

  /** Begins drafts of all zones that a name lies in. */
  #beginAround(name: DomainName): void {
    for (let owner = this.#zones.holding(name); owner !== undefined; owner = this.#zones.above(apexOf(owner)))
      this.#begin(owner);
  }

  #begin(owner: ZoneOwner): void {
    const apex = apexOf(owner);
    if (this.#drafts.has(apex.key)) return;
    const options = optionsOf(owner);
    const draft = new ZoneDraft(apex, options.soa.serial);
    for (const rrset of apexRRsets(apex, baseOf(owner), options))
      draft.put(rrset, {
        kind: "derived",
        purpose: `zone ${quote(textOf(apex))}`,
        place: () => placeOf(owner),
      });
    this.#drafts.set(apex.key, draft);
  }

  #isOrdinary(sipDomain: SipDomain): boolean {
    return sipDomain.options.zoneLayout === "apex" && !this.#drafts.has(sipDomain.name.key);
  }

  #isPublished(sipDomain: SipDomain): boolean {
    return this.#gates.decide(sipDomain).passed;
  }

  #groupOrdinary(): Members[] {
    const keys = new ContentKeys();
    const groups = new Map<string, Members>();
    for (const sipDomain of this.#deployment.sipDomains) {
      if (!this.#isOrdinary(sipDomain)) continue;
      const published = this.#isPublished(sipDomain);
      const key = keys.of(sipDomain.options, published);
      const group = groups.get(key);
      if (group !== undefined) group.apexes.push(sipDomain.name);
      else groups.set(key, { model: sipDomain, published, apexes: [sipDomain.name] });
    }
    return [...groups.values()];
  }

  /** The draft of the innermost zone that a name lies in; undefined where that is none of ours. */
  #draftOf(name: DomainName): ZoneDraft | undefined {
    const owner = this.#zones.holding(name);
    return owner && this.#drafts.get(apexOf(owner).key);
  }

  #placeSipDomain(sipDomain: SipDomain): void {
    const published = this.#isPublished(sipDomain);
    for (const srv of srvRRsets(sipDomain, published)) this.#placeSrv(srv, sipDomain);
    if (published) for (const claim of xmppHostClaims(sipDomain)) this.#placeHost(claim, sipDomain);
    this.#placeNameServers(sipDomain.name, sipDomain.options);
  }

  /** What SIP domains with a shared model name absolutely stands in other zones. */
  #placeShared(model: SipDomain, published: boolean): void {
    if (published) for (const claim of xmppHostClaims(model, "absolute")) this.#placeHost(claim, model);
    this.#placeNameServers(model.name, model.options, "absolute");
  }

  #placeNameServers(base: DomainName, options: ZoneOptions, kind?: "absolute"): void {
    for (const claim of nameServerClaims(base, options, kind)) {
      const draft = this.#draftOf(claim.host);
      if (draft !== undefined) this.#addHost(draft, claim);
    }
  }

  #placeSrv(srv: RRset, sipDomain: SipDomain): void {
    const purpose = `XMPP federation of SIP domain ${quote(textOf(sipDomain.name))}`;
    this.#draftOf(srv.owner)?.put(srv, { kind: "derived", purpose, place: () => sipDomain.place });
  }

  #placeHost(claim: HostClaim, sipDomain: SipDomain): void {
    const draft = this.#draftOf(claim.host);
    if (draft !== undefined) this.#addHost(draft, claim);
    else if (sipDomain.options.zoneLayout === "apex") {
      const message = `SRV target ${quote(textOf(claim.host))} lies in no zone of ours: see to it that its addresses stand in the DNS where it does`;
      this.problems.push({ severity: "warning", message, place: claim.place() });
    }
  }

  /** One name has one set of addresses, whoever needs it. */
  #addHost(draft: ZoneDraft, { host, addresses, ttl, purpose, place }: HostClaim): void {
    const rrsets = addressRRsets(host, ttl, addresses);
    const there = [TYPE.A, TYPE.AAAA]
      .map((type) => draft.get(host, type))
      .filter((rrset) => rrset !== undefined);
    if (there.length === 0) {
      for (const rrset of rrsets)
        draft.put(rrset, { kind: "derived", purpose: `the addresses of ${purpose}`, place });
      return;
    }
    const isSame =
      there.length === rrsets.length &&
      rrsets.every((rrset) => there.some((other) => sameData(rrset, other.rrset)));
    if (isSame) return;
    const [first] = there;
    const other = first?.origin.kind === "derived" ? first.origin.purpose : "its other addresses";
    this.problems.push({
      severity: "error",
      message: `Cannot give host ${quote(textOf(host))} the addresses of ${purpose}: it has ${other} already, and one name has one set of addresses`,
      place: place(),
    });
  }

  #addStatic(key: string, zone: StaticZone): void {
    const draft = this.#drafts.get(key);
    const owner = this.#zones.at(zone.apex);
    if (draft === undefined || owner === undefined) return;
    const hasNameServers = optionsOf(owner).nameServers.length > 0;
    if ("sipDomain" in owner && zone.options.nameServers.length > 0) {
      const message = `Cannot use "nameServers" of zone ${quote(textOf(zone.apex))}: SIP domain ${quote(textOf(owner.sipDomain.name))} makes that zone, so give them there`;
      this.problems.push({ severity: "error", message, place: zone.place });
    }
    this.#addProblems(
      addStaticRecords(draft, zone, {
        zones: this.#zones,
        hasNameServers,
        nameServersOf: (inner) => this.#nameServersOf(inner),
        glueOf: (host, inner) => this.#glueFor(host, draft.apex, inner),
      }),
    );
    this.#followStaticNameServers(draft, optionsOf(owner), baseOf(owner));
  }

  /** Where NS records stand among the static ones, the first of their hosts is the primary unless another is given. */
  #followStaticNameServers(draft: ZoneDraft, options: ZoneOptions, base: DomainName): void {
    if (draft.get(draft.apex, TYPE.SOA)?.origin.kind === "static") return;
    const ns = draft.get(draft.apex, TYPE.NS);
    const [primary] = ns?.origin.kind === "static" ? hostsOf(ns.rrset) : [];
    if (primary === undefined || options.soa.primary !== undefined) return;
    const soa = { ...options.soa, primary: { kind: "absolute", name: primary } } as const;
    const purpose = `zone ${quote(textOf(draft.apex))}`;
    draft.put(soaRRset(draft.apex, base, { ...options, soa }), { kind: "derived", purpose });
  }

  /** NS records, and the addresses that lead to their hosts, in the zone above. */
  #delegate(owner: ZoneOwner): void {
    const apex = apexOf(owner);
    const parent = this.#zones.above(apex);
    const draft = parent && this.#drafts.get(apexOf(parent).key);
    if (draft === undefined) return;
    const origin = { kind: "derived", purpose: `the delegation of zone ${quote(textOf(apex))}` } as const;
    const ns = this.#nameServersOf(owner);
    draft.put(ns, origin);
    for (const host of hostsOf(ns))
      for (const glue of this.#glueFor(host, draft.apex, owner))
        if (draft.get(host, glue.type)?.origin.kind !== "static") draft.put(glue, origin); // as was judged there
  }

  /** The NS records of a zone, which delegate it above. */
  #nameServersOf(owner: ZoneOwner): RRset {
    const apex = apexOf(owner);
    const drafted = this.#drafts.get(apex.key)?.get(apex, TYPE.NS);
    return drafted?.rrset ?? nsRRset(apex, baseOf(owner), optionsOf(owner));
  }

  /** Addresses of a name server that lies in the zone above, but in a part of it that is delegated. */
  #glueFor(host: DomainName, above: DomainName, owner: ZoneOwner): readonly RRset[] {
    const holder = this.#zones.holding(host);
    if (!host.isAtOrBelow(above) || holder === undefined || apexOf(holder).equals(above)) return [];
    const held = this.#drafts.get(apexOf(holder).key)?.at(host) ?? [];
    const addresses = held
      .map(({ rrset }) => rrset)
      .filter(({ type }) => type === TYPE.A || type === TYPE.AAAA);
    if (addresses.length > 0) return addresses;
    const server = nameServerOf(host, owner);
    return server === undefined ? [] : addressRRsets(host, optionsOf(owner).ttl, server.addresses);
  }

  #sharedGroup({ model, published, apexes }: Members): {
    readonly group: ZoneGroup;
    readonly model: SipDomain;
  } {
    const { name, options } = model;
    const draft = new ZoneDraft(name, options.soa.serial);
    const origin = { kind: "derived", purpose: `zone ${quote(textOf(name))}` } as const;
    for (const rrset of apexRRsets(name, name, options)) draft.put(rrset, origin);
    for (const srv of srvRRsets(model, published)) draft.put(srv, origin);
    if (published) for (const claim of xmppHostClaims(model, "below")) this.#addHost(draft, claim);
    for (const claim of nameServerClaims(name, options, "below")) this.#addHost(draft, claim);
    this.#checkNameServers(draft, model, (host) => (host.isAtOrBelow(name) ? draft : this.#draftOf(host)));
    const { access, transfers } = options;
    const group = { model: draft.zone, apexes, serial: draft.serial, access, transfers };
    return { group, model };
  }

  #rightsTo(draft: ZoneDraft): Pick<ZoneGroup, "access" | "transfers"> {
    const owner = this.#zones.at(draft.apex);
    if (owner === undefined) return {};
    const { access, transfers } = optionsOf(owner);
    return { access, transfers };
  }

  #checkDrafts(): void {
    const draftOf = (name: DomainName) => this.#draftOf(name);
    const aliasTargets = new AliasTargets(draftOf);
    for (const draft of this.#drafts.values()) {
      const owner = this.#zones.at(draft.apex);
      if (owner !== undefined) this.#checkNameServers(draft, owner, draftOf);
      this.#addProblems(aliasTargets.problemsOf(draft));
    }
  }

  /** There may be more of them than a call takes arguments. */
  #addProblems(problems: Iterable<Problem>): void {
    for (const problem of problems) this.problems.push(problem);
  }

  /** A name server in one of our zones is of no use without addresses there. */
  #checkNameServers(
    draft: ZoneDraft,
    owner: ZoneOwner,
    draftOf: (host: DomainName) => ZoneDraft | undefined,
  ): void {
    const ns = draft.get(draft.apex, TYPE.NS);
    if (ns === undefined) return;
    for (const [index, host] of hostsOf(ns.rrset).entries()) {
      const holder = draftOf(host);
      if (holder === undefined || holder.hasAddress(host) || holder.get(host, TYPE.CNAME)) continue;
      if (holder.isDelegatedAway(host)) continue; // and that delegation is checked for its own glue
      if (ns.origin.kind === "static" && holder === draft) continue; // the zone itself is checked for that
      const place = ns.rrset.places?.[index] ?? nameServerOf(host, owner)?.place;
      const message = `Cannot serve zone ${quote(textOf(draft.apex))}: its name server ${quote(textOf(host))} lies in zone ${quote(textOf(holder.apex))} and has no addresses; give its "addresses"`;
      this.problems.push({ severity: "error", message, place });
    }
  }

  /** Zones without name servers work for whoever asks this server, but nobody can be sent to it. */
  #remarkOnDefaults(shared: readonly { readonly group: ZoneGroup; readonly model: SipDomain }[]): void {
    const groups = shared.filter(({ model }) => model.options.nameServers.length === 0);
    const drafts = [...this.#drafts.values()].filter((draft) => this.#namesLocalhost(draft));
    const apexes = [...drafts.map(({ apex }) => apex), ...groups.map(({ model }) => model.name)];
    const count = drafts.length + groups.reduce((sum, { group }) => sum + group.apexes.length, 0);
    const [first] = apexes;
    if (first === undefined) return;
    const owner = this.#zones.at(first);
    const zones =
      count === 1
        ? `Zone ${quote(textOf(first))} names`
        : `${count} zones, ${quote(textOf(first))} the first of them, name`;
    const message = `${zones} "localhost" as name server: give "nameServers", for a SIP domain or under "defaults", before they are delegated to this server`;
    const severity = publicationMode(this.#deployment) === "every-listed" ? "note" : "warning";
    this.problems.push({ severity, message, place: owner && placeOf(owner) });
  }

  #namesLocalhost(draft: ZoneDraft): boolean {
    const owner = this.#zones.at(draft.apex);
    const isStatic = draft.get(draft.apex, TYPE.NS)?.origin.kind === "static";
    return !isStatic && owner !== undefined && optionsOf(owner).nameServers.length === 0;
  }
}

/** In lower-cased wire form. */
function firstLabel({ key }: DomainName): string {
  return key.slice(0, 1 + key.charCodeAt(0));
}

/** What becomes of each SIP domain: published or not, why, and with which names. */

import type { PublicationDecision } from "../deployment/gates.ts";
import { textOf } from "../deployment/host-name.ts";
import type { EdgePool, SipDomain, SipDomainOptions } from "../deployment/model.ts";
import type { Address } from "../dns/address.ts";
import type { DomainName } from "../dns/name.ts";
import type { Place } from "../result.ts";
import { apexOf, zoneOwnersOf } from "./own-zones.ts";
import { type OfferedService, offeredServices, type ServiceKind } from "./services.ts";
import { componentName, nameOf, ownerOf, srvOwner, targetOf } from "./xmpp-names.ts";

/** One SRV record of a SIP domain. */
export interface SrvTarget {
  readonly host: DomainName;
  readonly port: number;
  /** The lowest number is tried first (RFC 2782). */
  readonly priority: number;
  readonly weight: number;
  readonly edgePool: EdgePool;
  readonly addresses: readonly Address[];
}

/** One SRV RRset of a SIP domain. */
export interface PublishedService {
  readonly kind: ServiceKind;
  /** The XMPP domain that it is for: the SIP domain, or one of its components. */
  readonly domain: DomainName;
  readonly owner: DomainName;
  readonly targets: readonly SrvTarget[];
}

/** A SIP domain and what is published for it. Names are made when they are asked for: there may be a million. */
export class Publication {
  readonly #sipDomain: SipDomain;
  readonly #decision: PublicationDecision;

  constructor(sipDomain: SipDomain, decision: PublicationDecision) {
    this.#sipDomain = sipDomain;
    this.#decision = decision;
  }

  get sipDomain(): DomainName {
    return this.#sipDomain.name;
  }

  get published(): boolean {
    return this.#decision.passed;
  }

  /** How it was decided who may use XMPP. */
  get mode(): PublicationDecision["mode"] {
    return this.#decision.mode;
  }

  /** The gate that decided. */
  get gate(): PublicationDecision["gate"] {
    return this.#decision.gate;
  }

  /** Why it is published or not: one sentence without a final period. */
  get reason(): string {
    return this.#decision.sentence;
  }

  /** The Edge pool that it sits on, whether it is published or not. */
  get edgePool(): EdgePool | undefined {
    return this.#sipDomain.options.services[0]?.edgePool;
  }

  get zoneLayout(): "apex" | "pinpoint" {
    return this.#sipDomain.options.zoneLayout;
  }

  /** Apexes of its zones: itself, or in pinpoint layout the SRV owners, each component and each XMPP host below it. */
  get apexes(): readonly DomainName[] {
    return zoneOwnersOf(this.#sipDomain).map(apexOf);
  }

  /** _xmpp-server._tcp.<sipdomain>. */
  get srvOwner(): DomainName {
    return srvOwner(this.sipDomain);
  }

  /** Whether `SRV 0 0 0 .` says that there is no such service. */
  get refused(): boolean {
    return !this.published && this.#sipDomain.options.notEnabled === "refuse";
  }

  /** Its SRV records for federation, the preferred one first; empty while it is not published. */
  get targets(): readonly SrvTarget[] {
    return this.services.find(({ kind }) => kind === "federation")?.targets ?? [];
  }

  /** Everything that it has SRV records for, federation first; empty while it is not published. */
  get services(): readonly PublishedService[] {
    if (!this.published) return [];
    return offeredServices(this.options).map(({ kind, component, labels, targets }) => ({
      kind,
      domain: component === undefined ? this.sipDomain : componentName(component, this.sipDomain),
      owner: ownerOf(labels, this.sipDomain),
      targets: targets.map((target) => this.#targetOf(target)),
    }));
  }

  #targetOf({ service, port }: OfferedService["targets"][number]): SrvTarget {
    return {
      host: targetOf(service, this.sipDomain),
      port,
      priority: service.priority,
      weight: service.weight,
      edgePool: service.edgePool,
      addresses: service.edgePool.publishedAddresses,
    };
  }

  /** Names of its component domains; empty while it is not published. */
  get components(): readonly DomainName[] {
    if (!this.published) return [];
    return this.options.components.map((label) => componentName(label, this.sipDomain));
  }

  /** Name servers of its zones as the deployment gives them; empty where it gives none. */
  get nameServers(): readonly { readonly host: DomainName; readonly addresses: readonly Address[] }[] {
    return this.#sipDomain.options.nameServers.map(({ host, addresses }) => ({
      host: nameOf(host, this.sipDomain),
      addresses,
    }));
  }

  /** TTL of its SRV and NS records in seconds. */
  get ttl(): number {
    return this.#sipDomain.options.ttl;
  }

  /** TTL of its XMPP hosts' addresses in seconds. */
  get hostTtl(): number {
    return this.#sipDomain.options.hostTtl;
  }

  /** What was chosen for it; SIP domains that chose alike share the object. */
  get options(): SipDomainOptions {
    return this.#sipDomain.options;
  }

  /** Where the SIP domain is listed. */
  get place(): Place {
    return this.#sipDomain.place;
  }

  toJSON(): object {
    const { published, mode, gate, reason, zoneLayout, refused, ttl } = this;
    const targets = this.targets.map(({ host, port, priority, weight }) => ({
      host: textOf(host),
      port,
      priority,
      weight,
    }));
    const edgePool = this.edgePool && textOf(this.edgePool.fqdn);
    const services = this.services
      .filter(({ owner }) => !owner.equals(this.srvOwner))
      .map(({ kind, owner, targets: [first] }) => ({ kind, owner: textOf(owner), port: first?.port }));
    return {
      sipDomain: textOf(this.sipDomain),
      published,
      mode,
      gate,
      reason,
      edgePool,
      zoneLayout,
      zones: this.apexes.map(textOf),
      targets,
      ...(services.length > 0 && { services }),
      refused,
      ttl,
    };
  }
}

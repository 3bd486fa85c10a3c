/** What becomes of each SIP domain: published or not, why, and with which names. */

import type { PublicationDecision } from "../deployment/gates.ts";
import { textOf } from "../deployment/host-name.ts";
import type { EdgePool, SipDomain, SipDomainOptions } from "../deployment/model.ts";
import type { Address } from "../dns/address.ts";
import type { DomainName } from "../dns/name.ts";
import type { Place } from "../result.ts";
import { apexOf, zoneOwnersOf } from "./own-zones.ts";
import { nameOf, srvOwner, targetOf } from "./xmpp-names.ts";

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

  /** Apexes of its zones: itself, or in pinpoint layout the SRV owner and each XMPP host below it. */
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

  /** Its SRV records, the preferred one first; empty while it is not published. */
  get targets(): readonly SrvTarget[] {
    if (!this.published) return [];
    return this.#sipDomain.options.services.map((service) => ({
      host: targetOf(service, this.sipDomain),
      port: service.edgePool.xmppPort ?? 0, // a published SIP domain's pools have a port
      priority: service.priority,
      weight: service.weight,
      edgePool: service.edgePool,
      addresses: service.edgePool.publishedAddresses,
    }));
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
      refused,
      ttl,
    };
  }
}

/**
 * The deployment in Lync's words, checked: names are names, addresses addresses, and every reference leads
 * somewhere. Made by load.ts; the one input of records/derive.ts.
 */

import type { Address } from "../dns/address.ts";
import type { ResourceRecord } from "../dns/master-file.ts";
import type { DomainName } from "../dns/name.ts";
import type { QueryAccess } from "../dns/prefix.ts";
import type { TransferPolicy } from "../dns/transfer-policy.ts";
import type { LabFault } from "../faults/lab-fault.ts";
import type { Place } from "../result.ts";

/** Everything that is deployed and everything that is wanted in the DNS. */
export interface Deployment {
  /** Get-CsAccessEdgeConfiguration; undefined where the deployment does not say. */
  readonly allowFederatedUsers: boolean | undefined;
  readonly sites: readonly Site[];
  readonly edgePools: readonly EdgePool[];
  readonly sipDomains: readonly SipDomain[];
  /** The SIP domain marked as default (Get-CsSipDomain IsDefault). */
  readonly defaultSipDomain: DomainName | undefined;
  /** Undefined where the deployment does not speak of them; so are the next two. */
  readonly externalAccessPolicies: readonly ExternalAccessPolicy[] | undefined;
  readonly userGroups: readonly UserGroup[] | undefined;
  readonly xmppAllowedPartners: readonly XmppAllowedPartner[] | undefined;
  /** Static records, by zone. */
  readonly zones: readonly StaticZone[];
  /** Who may have the zones as they are; undefined where nobody may. */
  readonly transfers?: Transfers | undefined;
  /** What is to be done wrong on purpose. */
  readonly faults: readonly LabFault[];
}

/** Transfers to other name servers. */
export interface Transfers extends TransferPolicy {
  readonly catalog: Catalog | undefined;
}

/** The zone that lists all others (RFC 9432). */
export interface Catalog {
  readonly apex: DomainName;
  /** Whom it answers, as the defaults have it; everybody where they say nothing. */
  readonly access: QueryAccess | undefined;
  /** As in ZoneOptions. */
  readonly transfers: number | undefined;
  readonly place: Place;
}

/** A central site (Get-CsSite). */
export interface Site {
  readonly name: string;
  /** The Edge pool that carries XMPP federation for the site (Set-CsSite -XmppFederationRoute). */
  readonly xmppFederationRoute: EdgePool | undefined;
}

/** An Edge pool (Get-CsService -EdgeServer). */
export interface EdgePool {
  readonly fqdn: DomainName;
  /** Name of its site. */
  readonly site: string | undefined;
  /** External name of its Access Edge service (AccessEdgeExternalFqdn). */
  readonly accessEdgeFqdn: DomainName | undefined;
  /** XmppListeningPort; undefined where XMPP federation is not enabled on the pool. */
  readonly xmppPort: number | undefined;
  /** 6 is Lync Server 2013, 7 Skype for Business 2015, 8 Skype for Business 2019. */
  readonly version: number | undefined;
  readonly loadBalancing: "dns" | "hardware";
  readonly servers: readonly EdgeServer[];
  /** Virtual addresses of the hardware load balancer. */
  readonly vips: readonly Address[];
  /**
   * The addresses that partners reach its Access Edge service at: the VIPs, or the public side of every
   * Edge Server that is not drained. Empty where the pool does not carry XMPP.
   */
  readonly publishedAddresses: readonly Address[];
  /** The same with those that are down, as checks say: all that is checked. */
  readonly checkedAddresses: readonly Address[];
  readonly health: HealthCheck | undefined;
  /** Most seconds for the TTL of its addresses; undefined where there is no limit. */
  readonly maximumHostTtl: number | undefined;
  /** What its servers offer beside XMPP federation, where the SIP domain does not say. */
  readonly services: ChosenServices;
  /** Labels of its component domains in wire form; undefined where nothing is said of them here. */
  readonly components: readonly string[] | undefined;
  readonly place: Place;
}

/** How the servers of an Edge pool are checked; times in seconds. */
export interface HealthCheck {
  /** A TCP connection, or an answer to an XMPP stream header. */
  readonly check: "tcp" | "xmpp";
  readonly interval: number;
  readonly timeout: number;
  /** Failures in a row that take an address out of the answers, and successes that bring it back. */
  readonly down: number;
  readonly up: number;
}

/** What labs offer beside XMPP federation, and no Edge Server of Lync does (XEP-0368). */
export type LabService = "directTls" | "clients" | "clientsDirectTls";

/** The port of each service; false where it is not offered, undefined where nothing is said of it. */
export type ChosenServices = { readonly [Service in LabService]: number | false | undefined };

/** One server of an Edge pool; the addresses are those of its Access Edge service's external interface. */
export interface EdgeServer {
  readonly fqdn: DomainName | undefined;
  /** The name that its addresses were looked up by; undefined where they are written. */
  readonly host: string | undefined;
  readonly addresses: readonly Address[];
  /** The public side of addresses behind NAT. */
  readonly publicAddresses: readonly Address[];
  readonly drained: boolean;
  readonly place: Place;
}

/** A host in or outside of a SIP domain: labels in front of the SIP domain, or a name of its own. */
export type HostName =
  | { readonly kind: "below"; readonly labels: string }
  | { readonly kind: "absolute"; readonly name: DomainName };

/** One SRV record's worth of XMPP service: where partners of a SIP domain are sent to. */
export interface XmppService {
  readonly edgePool: EdgePool;
  readonly host: HostName;
  /** Whether the host is the pool's Access Edge FQDN, whose addresses stand in the DNS for SIP anyway. */
  readonly isAccessEdgeFqdn: boolean;
  /** The lowest number is preferred (RFC 2782), which Microsoft's texts call the highest priority. */
  readonly priority: number;
  readonly weight: number;
  /** Ports of the other services at the same host; undefined where one is not offered. */
  readonly labPorts: { readonly [Service in LabService]: number | undefined };
}

export interface NameServer {
  readonly host: HostName;
  readonly addresses: readonly Address[];
  readonly place: Place;
}

/** Values of an SOA record (RFC 1035 §3.3.13), times in seconds. */
export interface SoaValues {
  /** The first name server where undefined. */
  readonly primary: HostName | undefined;
  /** hostmaster.<zone> where undefined. */
  readonly mailbox: HostName | undefined;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
  /** Fixed by the operator; else it follows the content. */
  readonly serial: number | undefined;
}

/** What every zone of ours needs, whatever is in it. */
export interface ZoneOptions {
  readonly ttl: number;
  readonly nameServers: readonly NameServer[];
  readonly soa: SoaValues;
  /** Whom the zone answers; everybody where it is undefined. */
  readonly access: QueryAccess | undefined;
  /** Its own rights among "zones" of the transfer policy, counted from 1; those of all where it is undefined. */
  readonly transfers: number | undefined;
}

/** Everything that can be chosen for a SIP domain. SIP domains that choose nothing share one such object. */
export interface SipDomainOptions extends ZoneOptions {
  /** The preferred service first, then the standby pools in the order of their priorities; empty where there is no Edge pool. */
  readonly services: readonly XmppService[];
  /** How its Edge pool was found: named by the SIP domain, by a site's route, or because there is no other. */
  readonly poolChoice: "named" | "route" | "sole" | "none";
  /** Labels of component domains in wire form, such as that of conference.<sipdomain>. */
  readonly components: readonly string[];
  readonly hostTtl: number;
  readonly zoneLayout: "apex" | "pinpoint";
  /** What stands at the SRV's owner while the SIP domain is not published. */
  readonly notEnabled: "none" | "refuse";
}

/** Finds the place of a line; shared by all lines of one file, so that a million of them need no Place each. */
export interface LineSource {
  placeOf(line: number): Place;
}

/** A domain that Lync users have addresses in (Get-CsSipDomain). */
export class SipDomain {
  readonly name: DomainName;
  readonly options: SipDomainOptions;
  readonly #source: LineSource;
  readonly #line: number;

  constructor(name: DomainName, options: SipDomainOptions, source: LineSource, line: number) {
    this.name = name;
    this.options = options;
    this.#source = source;
    this.#line = line;
  }

  /** Where it is listed. */
  get place(): Place {
    return this.#source.placeOf(this.#line);
  }
}

/** Whom an external access policy holds for. */
export type PolicyScope = "global" | "site" | "user";

/** An external access policy (Get-CsExternalAccessPolicy). */
export interface ExternalAccessPolicy {
  readonly scope: PolicyScope;
  /** Site or tag name; empty for the global policy. */
  readonly name: string;
  /** Global, Site:<name> or Tag:<name>. */
  readonly identity: string;
  readonly enableFederationAccess: boolean;
  readonly enableXmppAccess: boolean;
  /** Undefined for the global policy as installed. */
  readonly place: Place | undefined;
}

/** Users of one SIP domain who share a site and a granted policy (Get-CsUser, aggregated). */
export interface UserGroup {
  readonly sipDomain: DomainName;
  readonly site: string | undefined;
  /** The per-user policy that was granted; site or global policy hold where undefined. */
  readonly policy: ExternalAccessPolicy | undefined;
  /** How many users; undefined where the deployment does not say. */
  readonly count: number | undefined;
  readonly enabled: boolean;
  /** Users homed on a Survivable Branch Appliance cannot use XMPP. */
  readonly survivableBranchAppliance: boolean;
  readonly place: Place;
}

export type Negotiation = "Required" | "Optional" | "NotSupported";

/** A domain that users may exchange messages with (Get-CsXmppAllowedPartner). */
export interface XmppAllowedPartner {
  readonly domain: DomainName;
  readonly additionalDomains: readonly DomainName[];
  readonly partnerType: "Federated" | "PublicVerified" | "PublicUnverified";
  readonly tlsNegotiation: Negotiation;
  readonly saslNegotiation: Negotiation;
  readonly supportDialbackNegotiation: boolean;
  readonly enableKeepAlive: boolean;
  readonly connectionLimit: number | undefined;
  readonly proxyFqdn: DomainName | undefined;
  readonly description: string | undefined;
  readonly place: Place;
}

/** What holds where a static RRset and a derived one cannot both be served. */
export type OnConflict = "error" | "derived" | "static";

/** Records that the operator wrote for a zone of ours. */
export interface StaticZone {
  readonly apex: DomainName;
  /** Values of a zone that is no SIP domain's; a SIP domain's zone has its own. */
  readonly options: ZoneOptions;
  readonly onConflict: OnConflict;
  readonly records: readonly ResourceRecord[];
  readonly place: Place;
}

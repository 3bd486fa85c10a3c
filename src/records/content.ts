/** The records that a zone and a SIP domain have, whatever stands beside them. */

import { textOf } from "../deployment/host-name.ts";
import type { EdgePool, SipDomain, ZoneOptions } from "../deployment/model.ts";
import type { Address } from "../dns/address.ts";
import { TYPE } from "../dns/codes.ts";
import { type DomainName, ROOT } from "../dns/name.ts";
import { nsRdata, soaRdata, srvRdata } from "../dns/rdata.ts";
import type { RRset } from "../dns/rrset.ts";
import type { Place } from "../result.ts";
import { offeredServices } from "./services.ts";
import {
  componentName,
  mailboxHost,
  nameOf,
  nameServerHosts,
  ownerOf,
  primaryHost,
  srvOwner,
  targetOf,
} from "./xmpp-names.ts";

/** SOA and NS records at an apex. Hosts that are single labels stand below `base`. */
export function apexRRsets(apex: DomainName, base: DomainName, options: ZoneOptions): RRset[] {
  return [soaRRset(apex, base, options), nsRRset(apex, base, options)];
}

/** The SOA record of a zone. */
export function soaRRset(apex: DomainName, base: DomainName, options: ZoneOptions): RRset {
  const { refresh, retry, expire, minimum, serial = 0 } = options.soa;
  const mname = nameOf(primaryHost(options), base);
  const rname = nameOf(mailboxHost(options), base);
  const rdata = soaRdata({ mname, rname, serial, refresh, retry, expire, minimum });
  return { owner: apex, type: TYPE.SOA, ttl: options.ttl, rdatas: [rdata] };
}

/** The NS records of a zone; they also delegate it in the zone above. */
export function nsRRset(apex: DomainName, base: DomainName, options: ZoneOptions): RRset {
  const rdatas = nameServerHosts(options).map((host) => nsRdata(nameOf(host, base)));
  const rrset = { owner: apex, type: TYPE.NS, ttl: options.ttl, rdatas };
  const { nameServers } = options;
  return nameServers.length === 0 ? rrset : { ...rrset, places: nameServers.map(({ place }) => place) };
}

/** The SRV RRsets of a SIP domain; none while it is not published, unless it shall say that there is no service. */
export function srvRRsets({ name, options }: SipDomain, published: boolean): RRset[] {
  const common = { type: TYPE.SRV, ttl: options.ttl };
  if (published)
    return offeredServices(options).map(({ labels, targets }) => ({
      ...common,
      owner: ownerOf(labels, name),
      rdatas: targets.map(({ service, port }) =>
        srvRdata({
          priority: service.priority,
          weight: service.weight,
          port,
          target: targetOf(service, name),
        }),
      ),
    }));
  if (options.notEnabled === "none") return [];
  // RFC 2782: a target of "." means that the service is decidedly not available
  const rdata = srvRdata({ priority: 0, weight: 0, port: 0, target: ROOT });
  return [{ ...common, owner: srvOwner(name), rdatas: [rdata] }];
}

/** A host that needs its addresses in whatever zone of ours it lies in. */
export interface HostClaim {
  readonly host: DomainName;
  readonly addresses: readonly Address[];
  readonly ttl: number;
  /** Whose addresses they are. */
  readonly purpose: string;
  /** Found when it is asked for: in a long list that takes a while. */
  readonly place: () => Place;
}

/**
 * The hosts of a SIP domain's SRV records, and its components: file upload and proxies are reached at the name of
 * the component itself, and so is one by servers that find no SRV record.
 */
export function xmppHostClaims(sipDomain: SipDomain, kind?: "below" | "absolute"): HostClaim[] {
  const { name, options } = sipDomain;
  const claim = (host: DomainName, edgePool: EdgePool): HostClaim => ({
    host,
    addresses: edgePool.publishedAddresses,
    ttl: options.hostTtl,
    purpose: `Edge pool "${textOf(edgePool.fqdn)}"`,
    place: () => sipDomain.place,
  });
  const hosts = options.services
    .filter(({ host }) => kind === undefined || host.kind === kind)
    .map((service) => claim(targetOf(service, name), service.edgePool));
  const [preferred] = options.services;
  if (preferred === undefined || kind === "absolute") return hosts;
  return [
    ...hosts,
    ...options.components.map((label) => claim(componentName(label, name), preferred.edgePool)),
  ];
}

/** The name servers whose addresses are given. */
export function nameServerClaims(
  base: DomainName,
  options: ZoneOptions,
  kind?: "below" | "absolute",
): HostClaim[] {
  return options.nameServers
    .filter(({ host, addresses }) => addresses.length > 0 && (kind === undefined || host.kind === kind))
    .map(({ host, addresses, place }) => {
      const name = nameOf(host, base);
      return {
        host: name,
        addresses,
        ttl: options.ttl,
        purpose: `name server "${textOf(name)}"`,
        place: () => place,
      };
    });
}

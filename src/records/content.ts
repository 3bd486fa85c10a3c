/** The records that a zone and a SIP domain have, whatever stands beside them. */

import { textOf } from "../deployment/host-name.ts";
import type { SipDomain, ZoneOptions } from "../deployment/model.ts";
import type { Address } from "../dns/address.ts";
import { TYPE } from "../dns/codes.ts";
import { type DomainName, ROOT } from "../dns/name.ts";
import { nsRdata, soaRdata, srvRdata } from "../dns/rdata.ts";
import type { RRset } from "../dns/rrset.ts";
import type { Place } from "../result.ts";
import { mailboxHost, nameOf, nameServerHosts, primaryHost, srvOwner, targetOf } from "./xmpp-names.ts";

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

/** The SRV records of a SIP domain; none while it is not published, unless it shall say that there is no service. */
export function srvRRset({ name, options }: SipDomain, published: boolean): RRset | undefined {
  const owner = srvOwner(name);
  const common = { owner, type: TYPE.SRV, ttl: options.ttl };
  if (published) {
    const rdatas = options.services.map((service) =>
      srvRdata({
        priority: service.priority,
        weight: service.weight,
        port: service.edgePool.xmppPort ?? 0, // a published SIP domain's pools have a port
        target: targetOf(service, name),
      }),
    );
    return { ...common, rdatas };
  }
  if (options.notEnabled === "none") return undefined;
  // RFC 2782: a target of "." means that the service is decidedly not available
  return { ...common, rdatas: [srvRdata({ priority: 0, weight: 0, port: 0, target: ROOT })] };
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

/** The hosts of a SIP domain's SRV records. */
export function xmppHostClaims(sipDomain: SipDomain, kind?: "below" | "absolute"): HostClaim[] {
  const { name, options } = sipDomain;
  return options.services
    .filter(({ host }) => kind === undefined || host.kind === kind)
    .map((service) => ({
      host: targetOf(service, name),
      addresses: service.edgePool.publishedAddresses,
      ttl: options.hostTtl,
      purpose: `Edge pool "${textOf(service.edgePool.fqdn)}"`,
      place: () => sipDomain.place,
    }));
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

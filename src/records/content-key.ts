/** When two SIP domains have the same content, relative to their apexes. */

import type { NameServer, SipDomainOptions, XmppService } from "../deployment/model.ts";
import { hostKey } from "../deployment/zone-options.ts";
import { type Address, formatAddress } from "../dns/address.ts";
import { formatPrefix, type QueryAccess } from "../dns/prefix.ts";

/** Computes a key that is equal for equal content, once for each set of options. */
export class ContentKeys {
  readonly #published = new Map<SipDomainOptions, string>();
  readonly #unpublished = new Map<SipDomainOptions, string>();

  of(options: SipDomainOptions, published: boolean): string {
    const keys = published ? this.#published : this.#unpublished;
    const known = keys.get(options);
    if (known !== undefined) return known;
    const key = contentKey(options, published);
    keys.set(options, key);
    return key;
  }
}

function contentKey(options: SipDomainOptions, published: boolean): string {
  const { ttl, hostTtl, notEnabled, nameServers, soa, services, components, access, transfers } = options;
  const { primary, mailbox, ...numbers } = soa;
  const hosts = [primary, mailbox].map((host) => host && hostKey(host));
  const srv = published ? [hostTtl, services.map(serviceKey), components] : [notEnabled];
  return JSON.stringify([
    ttl,
    srv,
    nameServers.map(nameServerKey),
    hosts,
    Object.values(numbers),
    accessKey(access),
    transfers,
  ]);
}

function serviceKey({ host, priority, weight, edgePool, labPorts }: XmppService): unknown {
  const ports = [edgePool.xmppPort, labPorts.directTls, labPorts.clients, labPorts.clientsDirectTls];
  return [hostKey(host), priority, weight, ports, edgePool.publishedAddresses.map(addressText)];
}

function nameServerKey({ host, addresses }: NameServer): unknown {
  return [hostKey(host), addresses.map(addressText)];
}

function accessKey(access: QueryAccess | undefined): unknown {
  return access && [access.allow.map(formatPrefix), access.deny.map(formatPrefix), access.others];
}

function addressText({ octets }: Address): string {
  return formatAddress(octets);
}

/** Which zones are ours, and which of them a name lies in. */

import { type NameServer, SipDomain, type StaticZone, type ZoneOptions } from "../deployment/model.ts";
import type { DomainName } from "../dns/name.ts";
import type { Place } from "../result.ts";
import { offeredServices } from "./services.ts";
import { componentName, nameOf, ownerOf, srvOwner, strictlyBelow, targetOf } from "./xmpp-names.ts";

/** One of the small zones of a SIP domain in pinpoint layout. */
export interface PinpointZone {
  readonly apex: DomainName;
  readonly sipDomain: SipDomain;
}

/** Whom a zone is for: a SIP domain that is a zone itself, one in pinpoint layout, or static records alone. */
export type ZoneOwner = SipDomain | PinpointZone | StaticZone;

/** Apex of an owner's zone. */
export function apexOf(owner: ZoneOwner): DomainName {
  return owner instanceof SipDomain ? owner.name : owner.apex;
}

/** What the owner says of its zone. */
export function optionsOf(owner: ZoneOwner): ZoneOptions {
  return "sipDomain" in owner ? owner.sipDomain.options : owner.options;
}

/** What single labels are put in front of. */
export function baseOf(owner: ZoneOwner): DomainName {
  return "sipDomain" in owner ? owner.sipDomain.name : apexOf(owner);
}

/** Where the zone is asked for. */
export function placeOf(owner: ZoneOwner): Place {
  return "sipDomain" in owner ? owner.sipDomain.place : owner.place;
}

/** The name server that an owner gives under this name. */
export function nameServerOf(host: DomainName, owner: ZoneOwner): NameServer | undefined {
  return optionsOf(owner).nameServers.find((server) => nameOf(server.host, baseOf(owner)).equals(host));
}

/** The zones that a SIP domain needs: itself, or in pinpoint layout its SRV owners, components and own XMPP hosts. */
export function zoneOwnersOf(sipDomain: SipDomain): readonly (SipDomain | PinpointZone)[] {
  if (sipDomain.options.zoneLayout === "apex") return [sipDomain];
  return pinpointApexes(sipDomain).map((apex) => ({ apex, sipDomain }));
}

function pinpointApexes({ name, options }: SipDomain): DomainName[] {
  const hosts = options.services
    .filter((service) => !service.isAccessEdgeFqdn)
    .map((service) => targetOf(service, name));
  const services = offeredServices(options).filter(({ component }) => component === undefined);
  const owners = services.map(({ labels }) => ownerOf(labels, name));
  return [
    ...(owners.length > 0 ? owners : [srvOwner(name)]),
    ...options.components.map((label) => componentName(label, name)),
    ...hosts.filter((host) => strictlyBelow(host, name)),
  ];
}

/** All zones of ours by apex. */
export class OwnZones {
  readonly #byApex = new Map<string, ZoneOwner>();

  /** Adds a zone unless there is one with its apex: a SIP domain takes its zone, whoever asks for it after. */
  add(owner: ZoneOwner): void {
    const { key } = apexOf(owner);
    if (!this.#byApex.has(key)) this.#byApex.set(key, owner);
  }

  owners(): Iterable<ZoneOwner> {
    return this.#byApex.values();
  }

  /** The zone with this apex. */
  at(apex: DomainName): ZoneOwner | undefined {
    return this.#byApex.get(apex.key);
  }

  /** The innermost zone that a name lies in. */
  holding(name: DomainName): ZoneOwner | undefined {
    return this.#firstFrom(name.key, 0);
  }

  /** The innermost zone strictly above an apex: the one that delegates it. */
  above(apex: DomainName): ZoneOwner | undefined {
    return apex.isRoot ? undefined : this.#firstFrom(apex.key, 1 + apex.key.charCodeAt(0));
  }

  #firstFrom(key: string, start: number): ZoneOwner | undefined {
    for (let at = start; at < key.length; at += 1 + key.charCodeAt(at)) {
      const owner = this.#byApex.get(at === 0 ? key : key.slice(at));
      if (owner !== undefined) return owner;
    }
    return undefined;
  }
}

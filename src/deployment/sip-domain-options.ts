/** Everything that can be chosen for a SIP domain, from its own keys and the defaults, and the Edge pool it sits on. */

import { quote } from "../dns/quotation.ts";
import { carriesXmpp, type EdgePools, edgePoolAt } from "./edge-pools.ts";
import { relativeOf, textOf } from "./host-name.ts";
import { chosenServices, labPorts, readComponents } from "./lab-services.ts";
import type { ChosenServices, EdgePool, HostName, SipDomainOptions, Site, XmppService } from "./model.ts";
import type { Path } from "./places.ts";
import { relativeHostAt } from "./reading.ts";
import type { OptionsShape } from "./schema.ts";
import { listOf } from "./wording.ts";
import {
  combineZoneOptions,
  hostKey,
  type OwnZoneOptions,
  readZoneOptions,
  type ZoneReading,
} from "./zone-options.ts";

const DEFAULT_HOST_TTL = 300;

/** Step between the priorities of standby pools, so that another one fits between. */
const STANDBY_STEP = 10;

/** What one level, the defaults or a SIP domain, says. */
interface OwnOptions extends OwnZoneOptions {
  readonly path: Path;
  readonly shape: OptionsShape;
  readonly edgePool: EdgePool | undefined;
  readonly xmppHost: HostName | undefined;
  readonly standbyPools: readonly StandbyPool[] | undefined;
  readonly services: ChosenServices;
  readonly components: readonly string[] | undefined;
}

interface StandbyPool {
  readonly edgePool: EdgePool;
  readonly xmppHost: HostName | undefined;
  readonly priority: number | undefined;
  readonly weight: number | undefined;
  readonly path: Path;
}

/** Gives each SIP domain its options; those that say nothing of their own share one object. */
export class OptionsReader {
  readonly #reading: ZoneReading;
  readonly #pools: EdgePools;
  readonly #sites: readonly Site[];
  readonly #defaults: OwnOptions;
  #common: SipDomainOptions | undefined;

  constructor(reading: ZoneReading, pools: EdgePools, sites: readonly Site[], defaults: OptionsShape = {}) {
    this.#reading = reading;
    this.#pools = pools;
    this.#sites = sites;
    this.#defaults = this.#readLevel(["defaults"], defaults);
  }

  /** What zones of static records alone take over of the defaults. */
  get defaults(): OwnZoneOptions {
    return this.#defaults;
  }

  /** The options of SIP domains that say nothing of their own; `path` is that of the first of them. */
  common(path: Path): SipDomainOptions {
    this.#common ??= this.#combine(this.#readLevel(path, {}));
    return this.#common;
  }

  /** The options of a SIP domain, or of all those in one file. */
  read(path: Path, shape: OptionsShape): SipDomainOptions {
    const saysNothing = Object.values(shape).every((value) => value === undefined);
    return saysNothing ? this.common(path) : this.#combine(this.#readLevel(path, shape));
  }

  #readLevel(path: Path, shape: OptionsShape): OwnOptions {
    const { xmppHost, srvTarget } = shape;
    if (xmppHost !== undefined && srvTarget === "accessEdgeFqdn") {
      const message = `Cannot use "xmppHost" together with "srvTarget: accessEdgeFqdn": the SRV record points to one of the two`;
      this.#reading.findings.error(message, this.#reading.places.ofKey([...path, "xmppHost"]));
    }
    return {
      path,
      shape,
      ...readZoneOptions(this.#reading, path, shape),
      edgePool:
        shape.edgePool === undefined ? undefined : this.#poolAt([...path, "edgePool"], shape.edgePool),
      xmppHost:
        xmppHost === undefined
          ? undefined
          : relativeHostAt(this.#reading, [...path, "xmppHost"], xmppHost, "XMPP host"),
      standbyPools: shape.standbyPools?.flatMap((standby, index) =>
        this.#readStandby([...path, "standbyPools", index], standby),
      ),
      services: chosenServices(shape.services),
      components: readComponents(this.#reading, [...path, "components"], shape.components),
    };
  }

  #poolAt(path: Path, text: string): EdgePool | undefined {
    return edgePoolAt(this.#reading, this.#pools, path, text, "which a SIP domain sits on");
  }

  #readStandby(path: Path, standby: NonNullable<OptionsShape["standbyPools"]>[number]): StandbyPool[] {
    const shape = typeof standby === "string" ? { edgePool: standby } : standby;
    const poolPath = typeof standby === "string" ? path : [...path, "edgePool"];
    const edgePool = this.#poolAt(poolPath, shape.edgePool);
    if (edgePool === undefined) return [];
    if (!carriesXmpp(edgePool)) {
      const message = `Cannot use Edge pool ${quote(shape.edgePool)} as standby: XMPP federation is not enabled on it`;
      this.#reading.findings.error(message, this.#reading.places.ofValue(poolPath));
      return [];
    }
    const xmppHost =
      shape.xmppHost === undefined
        ? undefined
        : relativeHostAt(this.#reading, [...path, "xmppHost"], shape.xmppHost, "XMPP host");
    return [{ edgePool, xmppHost, priority: shape.priority, weight: shape.weight, path }];
  }

  #combine(own: OwnOptions): SipDomainOptions {
    const { edgePool, poolChoice } = this.#choosePool(own);
    const common = this.#defaults.shape;
    const services = edgePool === undefined ? [] : this.#services(own, edgePool);
    const zone = combineZoneOptions(own, this.#defaults);
    const hostTtl = own.shape.hostTtl ?? common.hostTtl ?? DEFAULT_HOST_TTL;
    return {
      ...zone,
      soa: { ...zone.soa, minimum: Math.min(zone.soa.minimum, ...services.map(longestDenial)) },
      services,
      poolChoice,
      components: own.components ?? edgePool?.components ?? this.#defaults.components ?? [],
      hostTtl: Math.min(hostTtl, ...services.map((service) => this.#longestTtl(service, hostTtl))),
      zoneLayout: own.shape.zoneLayout ?? common.zoneLayout ?? "apex",
      notEnabled: own.shape.notEnabled ?? common.notEnabled ?? "none",
    };
  }

  #longestTtl({ edgePool }: XmppService, wanted: number): number {
    const { fqdn, maximumHostTtl = wanted, place } = edgePool;
    if (maximumHostTtl >= wanted) return wanted;
    const message = `Addresses of Edge pool ${quote(textOf(fqdn))} live ${maximumHostTtl} s in caches instead of ${wanted}: they may change at any time; "maximumHostTtl" of the pool sets another limit`;
    this.#reading.findings.note(message, place);
    return maximumHostTtl;
  }

  /** The pool that the SIP domain names; else the one that a site routes XMPP federation to; else the only candidate. */
  #choosePool(own: OwnOptions): {
    readonly edgePool: EdgePool | undefined;
    readonly poolChoice: SipDomainOptions["poolChoice"];
  } {
    const named = own.edgePool ?? this.#defaults.edgePool;
    if (named !== undefined) return { edgePool: named, poolChoice: "named" };
    const routes = xmppFederationRoutes(this.#sites);
    if (routes.length > 0)
      return { edgePool: this.#theOne(routes, own, AMBIGUOUS_ROUTES), poolChoice: "route" };
    const pools = [...this.#pools.values()];
    const candidates = pools.length === 1 ? pools : pools.filter(carriesXmpp);
    if (candidates.length === 0) return { edgePool: undefined, poolChoice: "none" };
    return { edgePool: this.#theOne(candidates, own, AMBIGUOUS_POOLS), poolChoice: "sole" };
  }

  #theOne(pools: readonly EdgePool[], own: OwnOptions, reason: string): EdgePool | undefined {
    const [first, second] = pools;
    if (second === undefined) return first;
    if (["edgePools", "sites", "defaults"].some((key) => this.#reading.incomplete.has(key))) return undefined;
    const names = listOf(pools.map((pool) => textOf(pool.fqdn)));
    const message = `Cannot choose the Edge pool of a SIP domain among ${names}: ${reason}; name one with "edgePool", here or under "defaults"`;
    this.#reading.findings.error(message, this.#reading.places.ofValue(own.path));
    return undefined;
  }

  #services(own: OwnOptions, edgePool: EdgePool): XmppService[] {
    const first: XmppService = {
      edgePool,
      ...this.#target(own, edgePool),
      priority: own.shape.priority ?? this.#defaults.shape.priority ?? 0,
      weight: own.shape.weight ?? this.#defaults.shape.weight ?? 0,
      labPorts: this.#labPorts(own, edgePool),
    };
    const services = [first];
    const standbyPools = own.standbyPools ?? this.#defaults.standbyPools ?? [];
    for (const standby of standbyPools) {
      const ports = this.#labPorts(own, standby.edgePool);
      services.push({ ...this.#standbyService(standby, first, services.length), labPorts: ports });
    }
    this.#checkServices(services, standbyPools);
    return services.sort((one, other) => one.priority - other.priority);
  }

  /** The nearest word on the host decides; both levels may speak of it in either way. */
  #target(own: OwnOptions, edgePool: EdgePool): Pick<XmppService, "host" | "isAccessEdgeFqdn"> {
    const speaker = [own, this.#defaults].find(
      ({ shape }) => shape.xmppHost !== undefined || shape.srvTarget !== undefined,
    );
    if (speaker?.shape.srvTarget !== "accessEdgeFqdn")
      return { host: speaker?.xmppHost ?? OWN_XMPP_HOST, isAccessEdgeFqdn: false };
    if (edgePool.accessEdgeFqdn !== undefined) {
      return { host: { kind: "absolute", name: edgePool.accessEdgeFqdn }, isAccessEdgeFqdn: true };
    }
    const message = `Cannot use "srvTarget: accessEdgeFqdn": Edge pool ${quote(textOf(edgePool.fqdn))} has no "accessEdgeFqdn"`;
    this.#reading.findings.error(message, this.#reading.places.ofKey([...speaker.path, "srvTarget"]));
    return { host: OWN_XMPP_HOST, isAccessEdgeFqdn: false };
  }

  #labPorts(own: OwnOptions, edgePool: EdgePool): XmppService["labPorts"] {
    return labPorts([own.services, edgePool.services, this.#defaults.services]);
  }

  #standbyService(standby: StandbyPool, first: XmppService, number: number): Omit<XmppService, "labPorts"> {
    const { edgePool, xmppHost, priority, weight } = standby;
    const usesAccessEdge =
      first.isAccessEdgeFqdn && xmppHost === undefined && edgePool.accessEdgeFqdn !== undefined;
    return {
      edgePool,
      host:
        usesAccessEdge && edgePool.accessEdgeFqdn
          ? { kind: "absolute", name: edgePool.accessEdgeFqdn }
          : (xmppHost ?? standbyHost(edgePool)),
      isAccessEdgeFqdn: usesAccessEdge,
      priority: priority ?? first.priority + STANDBY_STEP * number,
      weight: weight ?? first.weight,
    };
  }

  /** A standby pool has a larger number than the pool in service, and each its own pool, priority and host. */
  #checkServices(services: readonly XmppService[], standbyPools: readonly StandbyPool[]): void {
    for (const [index, standby] of standbyPools.entries()) {
      const service = services[index + 1];
      const before = services.slice(0, index + 1);
      if (service === undefined) continue;
      const fault = standbyFault(service, before);
      if (fault === undefined) continue;
      const message = `Cannot use Edge pool ${quote(textOf(standby.edgePool.fqdn))} as standby: ${fault}`;
      this.#reading.findings.error(message, this.#reading.places.ofValue(standby.path));
    }
  }
}

/** While a host name has no address yet, that it has none must be forgotten as soon as its addresses would be. */
function longestDenial({ edgePool: { servers, maximumHostTtl } }: XmppService): number {
  const isLookedUp = servers.some(({ host }) => host !== undefined);
  return isLookedUp && maximumHostTtl !== undefined ? maximumHostTtl : Number.POSITIVE_INFINITY;
}

/** xmpp.<sipdomain>, as in Microsoft's DNS summary. */
const OWN_XMPP_HOST: HostName = { kind: "below", labels: relativeOf(["xmpp"]) };

const AMBIGUOUS_ROUTES = "the sites route XMPP federation to different pools";
const AMBIGUOUS_POOLS = 'all of them carry XMPP and no site has an "xmppFederationRoute"';
const MAXIMUM_PRIORITY = 65_535;

/** The Edge pools that sites route XMPP federation to, each once. */
export function xmppFederationRoutes(sites: readonly Site[]): EdgePool[] {
  return [...new Set(sites.map((site) => site.xmppFederationRoute))].filter((pool) => pool !== undefined);
}

function standbyFault(service: XmppService, before: readonly XmppService[]): string | undefined {
  const first = before[0]?.priority ?? 0;
  if (before.some((other) => other.edgePool === service.edgePool)) return "the SIP domain sits on it already";
  if (service.priority <= first) {
    return `its priority ${service.priority} is not larger than ${first}, that of the pool in service; the lowest number is tried first (RFC 2782)`;
  }
  if (service.priority > MAXIMUM_PRIORITY)
    return `its priority would be ${service.priority}, ${MAXIMUM_PRIORITY} is the largest; give one`;
  if (before.some((other) => other.priority === service.priority))
    return `another standby pool has priority ${service.priority} too`;
  const sharesHost = before.some((other) => hostKey(other.host) === hostKey(service.host));
  return sharesHost
    ? 'its SRV record would point to the same host as another pool\'s; give it an "xmppHost" of its own'
    : undefined;
}

/** xmpp-<site>, or xmpp-<pool> for a pool without a site. */
function standbyHost(pool: EdgePool): HostName {
  const word = pool.site ?? pool.fqdn.labels[0] ?? "";
  const label = `xmpp-${word.toLowerCase()}`
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/-+$/, "");
  return { kind: "below", labels: relativeOf([label === "xmpp" ? "xmpp-standby" : label]) };
}

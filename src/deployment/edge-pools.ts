/** Sites, Edge pools and Edge Servers, and the addresses that they are published with. */

import { quote } from "../dns/quotation.ts";
import { isInside } from "./address-rules.ts";
import { readHostName, textOf } from "./host-name.ts";
import { chosenServices, readComponents } from "./lab-services.ts";
import type { EdgePool, EdgeServer, Site } from "./model.ts";
import {
  addressesOfHost,
  healthCheckOf,
  hostFault,
  longestTtlOf,
  withoutDead,
  withoutObservedTwins,
} from "./observed-servers.ts";
import type { Path } from "./places.ts";
import {
  addressAt,
  addressesAt,
  checkPublished,
  hostNameAt,
  type PlacedAddress,
  type Reading,
  reportMissing,
  sameAddress,
} from "./reading.ts";
import type { DeploymentShape, EdgePoolShape } from "./schema.ts";
import { knownOnes } from "./wording.ts";

/** The port of XMPP server-to-server streams (RFC 6120 §14.7). */
const XMPP_PORT = 5269;

/** Skype for Business Server 2019, which has no XMPP gateway any more. */
const FIRST_VERSION_WITHOUT_XMPP = 8;

/** Whether partners can open XMPP streams to the pool. */
export function carriesXmpp(pool: Pick<EdgePool, "xmppPort" | "version">): boolean {
  return pool.xmppPort !== undefined && !isWithoutXmpp(pool);
}

/** Whether the pool's version has no XMPP at all. */
export function isWithoutXmpp(pool: { readonly version?: number | undefined }): boolean {
  return pool.version !== undefined && pool.version >= FIRST_VERSION_WITHOUT_XMPP;
}

/** Edge pools by the key of their FQDN. */
export type EdgePools = ReadonlyMap<string, EdgePool>;

/** Site names as they are written, by their lower-cased form. */
export type SiteNames = ReadonlyMap<string, string>;

/** Names of the sites; Lync compares them without regard to case. */
export function readSiteNames(reading: Reading, shapes: DeploymentShape["sites"] = []): SiteNames {
  const names = new Map<string, string>();
  for (const [index, shape] of shapes.entries()) {
    const name = typeof shape === "string" ? shape : shape.name;
    if (names.has(name.toLowerCase())) {
      reading.findings.error(
        `Cannot list site ${quote(name)} twice`,
        reading.places.ofValue(["sites", index]),
      );
    }
    names.set(name.toLowerCase(), name);
  }
  return names;
}

/** The sites with their routes. */
export function readSites(reading: Reading, pools: EdgePools, shapes: DeploymentShape["sites"] = []): Site[] {
  return shapes.map((shape, index) => {
    if (typeof shape === "string") return { name: shape, xmppFederationRoute: undefined };
    const route = shape.xmppFederationRoute?.replace(/^EdgeServer:/i, ""); // the service identity that Get-CsSite prints
    const path = ["sites", index, "xmppFederationRoute"];
    const owner = `XMPP federation route of site ${quote(shape.name)}`;
    return {
      name: shape.name,
      xmppFederationRoute: route === undefined ? undefined : edgePoolAt(reading, pools, path, route, owner),
    };
  });
}

/** The Edge pool of a name; `role` says what it is wanted for. */
export function edgePoolAt(
  reading: Reading,
  pools: EdgePools,
  path: Path,
  text: string,
  role: string,
): EdgePool | undefined {
  const read = readHostName(text);
  const pool = "name" in read ? pools.get(read.name.key) : undefined;
  if (pool !== undefined) return pool;
  const known = Array.from(pools.values(), ({ fqdn }) => textOf(fqdn));
  const message = `Cannot find Edge pool ${quote(text)}, ${role}: ${knownOnes(text, known)}`;
  reportMissing(reading, "edgePools", message, path);
  return undefined;
}

/** The site of a name as it was first written; `role` says what it is wanted for. */
export function siteAt(
  reading: Reading,
  sites: SiteNames,
  path: Path,
  text: string,
  role: string,
): string | undefined {
  const site = sites.get(text.replace(/^Site:/i, "").toLowerCase());
  if (site !== undefined) return site;
  const message = `Cannot find site ${quote(text)} of ${role}: ${knownOnes(text, [...sites.values()])}`;
  reportMissing(reading, "sites", message, path);
  return undefined;
}

/** All Edge pools. */
export function readEdgePools(
  reading: Reading,
  sites: SiteNames,
  shapes: readonly EdgePoolShape[] = [],
): EdgePools {
  const pools = new Map<string, EdgePool>();
  for (const [index, shape] of shapes.entries()) {
    const path = ["edgePools", index];
    const pool = readEdgePool(reading, sites, path, shape);
    if (pool === undefined) continue;
    const { key } = pool.fqdn;
    if (pools.has(key))
      reading.findings.error(
        `Cannot list Edge pool ${quote(shape.fqdn)} twice`,
        reading.places.ofValue([...path, "fqdn"]),
      );
    else pools.set(key, pool);
  }
  return pools;
}

function readEdgePool(
  reading: Reading,
  sites: SiteNames,
  path: Path,
  shape: EdgePoolShape,
): EdgePool | undefined {
  const owner = `Edge pool ${quote(shape.fqdn)}`;
  const fqdn = hostNameAt(reading, [...path, "fqdn"], shape.fqdn, "FQDN of an Edge pool");
  const site =
    shape.site === undefined ? undefined : siteAt(reading, sites, [...path, "site"], shape.site, owner);
  const accessEdgeFqdn =
    shape.accessEdgeFqdn === undefined
      ? undefined
      : hostNameAt(reading, [...path, "accessEdgeFqdn"], shape.accessEdgeFqdn, "Access Edge FQDN");
  const servers = (shape.servers ?? []).map((server, index) =>
    readServer(reading, [...path, "servers", index], server, owner),
  );
  const vips = addressesAt(reading, [...path, "vips"], shape.vips ?? [], owner);
  const components = readComponents(reading, [...path, "components"], shape.components);
  if (fqdn === undefined) return undefined;
  const xmppPort = xmppPortOf(shape, reading.gatesApply);
  const carries = carriesXmpp({ xmppPort, version: shape.version });
  const checked = carries ? publishedAddresses(reading, path, { shape, servers, vips, owner }) : [];
  const health = healthCheckOf(shape);
  const published = withoutDead(reading, { fqdn: textOf(fqdn), health, xmppPort }, checked);
  return {
    fqdn,
    site,
    accessEdgeFqdn,
    xmppPort,
    version: shape.version,
    loadBalancing: shape.loadBalancing ?? "dns",
    servers: servers.map((server) => server.model),
    vips: vips.map(({ address }) => address),
    publishedAddresses: published.map(({ address }) => address),
    checkedAddresses: checked.map(({ address }) => address),
    health,
    maximumHostTtl: longestTtlOf(shape),
    services: chosenServices(shape.services),
    components,
    place: reading.places.ofValue(path),
  };
}

/**
 * What Get-CsService shows as XmppListeningPort: empty where XMPP is not enabled on the pool. In a lab, whose
 * author has no such cmdlet before him, a port that is left out is the usual one.
 */
function xmppPortOf(shape: EdgePoolShape, gatesApply: boolean): number | undefined {
  if (shape.xmppPort === undefined) return gatesApply ? undefined : XMPP_PORT;
  return shape.xmppPort ?? undefined;
}

/** An Edge Server with the places of its addresses. */
interface PlacedServer {
  readonly model: EdgeServer;
  readonly owner: string;
  readonly path: Path;
  readonly addresses: readonly PlacedAddress[];
  readonly publicAddresses: readonly PlacedAddress[];
  /** Whether any was written, well or badly. */
  readonly hasAddresses: boolean;
}

type ServerShape = NonNullable<EdgePoolShape["servers"]>[number];

function readServer(reading: Reading, path: Path, shape: ServerShape, pool: string): PlacedServer {
  const place = reading.places.ofValue(path);
  if (typeof shape === "string") {
    const address = addressAt(reading, place, shape, pool);
    return placedServer({
      path,
      owner: pool,
      place,
      hasAddresses: true,
      addresses: address ? [address] : [],
    });
  }
  const owner = shape.fqdn === undefined ? pool : `Edge Server ${quote(shape.fqdn)}`;
  const fqdn =
    shape.fqdn === undefined
      ? undefined
      : hostNameAt(reading, [...path, "fqdn"], shape.fqdn, "FQDN of an Edge Server");
  const { host, drained } = shape;
  if (host !== undefined) {
    const addresses = readHost(reading, path, { ...shape, host }, pool);
    return placedServer({ path, owner, place, hasAddresses: true, fqdn, host, addresses, drained });
  }
  return placedServer({
    path,
    owner,
    place,
    hasAddresses: (shape.addresses ?? []).length + (shape.publicAddresses ?? []).length > 0,
    fqdn,
    addresses: addressesAt(reading, [...path, "addresses"], shape.addresses ?? [], owner),
    publicAddresses: addressesAt(reading, [...path, "publicAddresses"], shape.publicAddresses ?? [], owner),
    drained,
  });
}

/** A name that cannot be looked up is an error of the file; what comes of looking it up never is. */
function readHost(
  reading: Reading,
  path: Path,
  { host, addresses, publicAddresses }: Exclude<ServerShape, string> & { readonly host: string },
  pool: string,
): readonly PlacedAddress[] {
  const place = reading.places.ofValue([...path, "host"]);
  const fault = hostFault(host);
  if (fault !== undefined)
    reading.findings.error(`Cannot use ${quote(host)} as host of ${pool}: ${fault}`, place);
  if (addresses !== undefined || publicAddresses !== undefined) {
    const message = `Cannot use "host" ${quote(host)} of ${pool} together with "addresses" or "publicAddresses": give one or the other`;
    reading.findings.error(message, place);
  }
  return addressesOfHost(reading, place, host, pool);
}

type ServerParts = Pick<PlacedServer, "path" | "owner" | "addresses" | "hasAddresses"> &
  Pick<EdgeServer, "place"> & {
    readonly fqdn?: EdgeServer["fqdn"];
    readonly host?: string | undefined;
    readonly publicAddresses?: readonly PlacedAddress[];
    readonly drained?: boolean | undefined;
  };

function placedServer(parts: ServerParts): PlacedServer {
  const { path, owner, place, fqdn, addresses, publicAddresses = [], drained = false, hasAddresses } = parts;
  const model: EdgeServer = {
    fqdn,
    host: parts.host,
    addresses: addresses.map(({ address }) => address),
    publicAddresses: publicAddresses.map(({ address }) => address),
    drained,
    place,
  };
  return { model, owner, path, addresses, publicAddresses, hasAddresses };
}

interface PoolParts {
  readonly shape: EdgePoolShape;
  readonly servers: readonly PlacedServer[];
  readonly vips: readonly PlacedAddress[];
  readonly owner: string;
}

function publishedAddresses(reading: Reading, path: Path, pool: PoolParts): readonly PlacedAddress[] {
  const written =
    pool.shape.loadBalancing === "hardware"
      ? publishedVips(reading, path, pool)
      : publishedServers(reading, path, pool);
  const ofHosts = pool.servers.filter(({ model }) => model.host !== undefined);
  const observed = new Set(ofHosts.flatMap(({ addresses }) => addresses));
  const placed = observed.size === 0 ? written : withoutObservedTwins(reading, written, observed);
  for (const [index, { address, text, place }] of placed.entries()) {
    if (placed.findIndex((other) => sameAddress(other.address, address)) < index) {
      reading.findings.error(
        `Cannot publish address ${quote(text)} of ${pool.owner} twice: each Edge Server has its own`,
        place,
        "address-twice",
      );
    }
  }
  return placed;
}

/** Hardware load balancing: exactly the VIPs, and no NAT. */
function publishedVips(
  reading: Reading,
  path: Path,
  { servers, vips, owner, shape }: PoolParts,
): PlacedAddress[] {
  for (const server of servers) {
    if (server.publicAddresses.length > 0) {
      const message = `Cannot use "publicAddresses" of ${server.owner}: NAT is not supported with hardware load balancing; the VIPs are published`;
      reading.findings.error(
        message,
        reading.places.ofKey([...server.path, "publicAddresses"]),
        "nat-with-vip",
      );
    }
    if (server.model.drained) {
      const message = `Draining ${server.owner} changes nothing in the DNS: the VIPs of the hardware load balancer are published`;
      reading.findings.warning(message, reading.places.ofKey([...server.path, "drained"]));
    }
  }
  if ((shape.vips ?? []).length === 0) {
    const message = `Cannot publish ${owner}: it is balanced by hardware and has no "vips"; give the public virtual addresses of its Access Edge service`;
    reading.findings.error(message, reading.places.ofKey([...path, "loadBalancing"]), "vip-missing");
  }
  const cure = "NAT is not supported with hardware load balancing, so give the public VIP";
  return vips.filter((vip) => checkPublished(reading, vip, owner, cure));
}

/** DNS load balancing: the public side of every Edge Server that is not drained. */
function publishedServers(
  reading: Reading,
  path: Path,
  { servers, vips, owner, shape }: PoolParts,
): PlacedAddress[] {
  const place = reading.places.ofValue([...path, "servers"]);
  if (vips.length > 0) {
    const message = `Cannot use "vips" of ${owner}: it is balanced by DNS; set "loadBalancing: hardware" or leave them out`;
    reading.findings.error(message, reading.places.ofKey([...path, "vips"]), "vip-without-hardware");
  }
  if ((shape.servers ?? []).length === 0) {
    reading.findings.error(
      `Cannot publish ${owner}: it has no "servers"; give the addresses of its Edge Servers`,
      place,
      "server-missing",
    );
    return [];
  }
  const serving = servers.filter((server) => !server.model.drained);
  if (serving.length === 0) {
    const message = `Cannot publish ${owner}: every Edge Server of it is drained; leave one in service, or set "xmppPort: null" to take the pool out of XMPP federation`;
    reading.findings.error(message, place, "server-missing");
  }
  return serving.flatMap((server) => publicSide(reading, server));
}

/** Public addresses replace those of their family; of the other family, what is private stays inside. */
function publicSide(reading: Reading, server: PlacedServer): PlacedAddress[] {
  const { owner, addresses, publicAddresses, hasAddresses, model } = server;
  if (model.host !== undefined) return [...addresses]; // looked at when they were found
  if (!hasAddresses)
    reading.findings.error(
      `Cannot publish ${owner}: give its "addresses", or drain it`,
      model.place,
      "server-missing",
    );
  const behindNat = publicAddresses.length > 0;
  const ownFamily = publicAddresses.map(({ address }) => address.family);
  const direct = addresses.filter(({ address }) => !ownFamily.includes(address.family));
  const outside = behindNat ? direct.filter(({ address }) => !isInside(address)) : direct;
  const isFit = (placed: PlacedAddress) =>
    checkPublished(reading, placed, owner, 'give its public side under "publicAddresses"');
  return [...outside, ...publicAddresses].filter(isFit);
}

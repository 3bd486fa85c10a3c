/** Edge Servers as they were seen: the addresses of host names, and those that are down. Faults here never break a load. */

import { formatAddress, parseAddress } from "../dns/address.ts";
import { quote } from "../dns/quotation.ts";
import type { Place } from "../result.ts";
import { classifyAddress } from "./address-rules.ts";
import type { EdgePool, HealthCheck } from "./model.ts";
import { isAllowed, type PlacedAddress, type Reading, sameAddress } from "./reading.ts";
import type { EdgePoolShape } from "./schema.ts";

/** Seconds that addresses which may change at any time live in caches, unless the pool says otherwise. */
const WATCHED_TTL = 30;

const DEFAULT_CHECK: HealthCheck = { check: "tcp", interval: 5, timeout: 2, down: 3, up: 2 };

/** How the servers of a pool are checked; undefined where they are not. */
export function healthCheckOf({ health }: EdgePoolShape): HealthCheck | undefined {
  if (health === undefined) return undefined;
  const { check, interval, timeout, down, up } = DEFAULT_CHECK;
  return {
    check: health.check ?? check,
    interval: health.interval ?? interval,
    timeout: health.timeout ?? timeout,
    down: health.down ?? down,
    up: health.up ?? up,
  };
}

/** Most seconds for the TTL of the pool's addresses; undefined where they are as fixed as the file. */
export function longestTtlOf({ health, servers = [], maximumHostTtl }: EdgePoolShape): number | undefined {
  const isWatched = health !== undefined || servers.some((server) => hostOf(server) !== undefined);
  return maximumHostTtl ?? (isWatched ? WATCHED_TTL : undefined);
}

/** The host name that a server is given by. */
export function hostOf(server: NonNullable<EdgePoolShape["servers"]>[number]): string | undefined {
  return typeof server === "string" ? undefined : server.host;
}

/** What is wrong with a name that the system's resolver shall look up: names of Compose may hold underscores. */
export function hostFault(host: string): string | undefined {
  if (parseAddress(host) !== undefined) return 'it is an address; give it under "addresses"';
  return /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i.test(host)
    ? undefined
    : "letters, digits, hyphens, underscores and dots are allowed";
}

/** The addresses of a host name that may be published: those of now, else the last good ones; none is a warning. */
export function addressesOfHost(reading: Reading, place: Place, host: string, pool: string): PlacedAddress[] {
  const seen = reading.observations.hostNamed(host);
  const name = `host ${quote(host)} of ${pool}`;
  const now = (seen?.addresses ?? []).flatMap((text) => placed(text, place));
  const fit = now.filter((address) => mayBePublished(reading, address, name));
  if (fit.length > 0) return fit;
  const before = (seen?.lastGood ?? []).flatMap((text) => placed(text, place));
  if (before.length > 0) return before;
  if (seen !== undefined && now.length === 0) {
    const message = `Cannot find the addresses of ${name}: ${seen.fault ?? "it has none"}; it is in no answer until it has`;
    reading.findings.warning(message, place);
  }
  return [];
}

function placed(text: string, place: Place): PlacedAddress[] {
  const address = parseAddress(text);
  return address === undefined ? [] : [{ address, text, place }];
}

function mayBePublished(reading: Reading, { address, text, place }: PlacedAddress, name: string): boolean {
  const { kind, words } = classifyAddress(address);
  if (kind === "public" || kind === "documentation") return true;
  if (kind !== "never" && isAllowed(reading, kind)) return true;
  const cure = kind === "never" ? "" : '; set "allowPrivateAddresses: true" for a lab';
  reading.findings.warning(
    `Cannot publish address ${quote(text)}, which ${name} resolves to: it is ${words}; its other or last good addresses stay${cure}`,
    place,
  );
  return false;
}

/** Two host names may lead to one server: its address is published once. */
export function withoutObservedTwins(
  reading: Reading,
  addresses: readonly PlacedAddress[],
  observed: ReadonlySet<PlacedAddress>,
): PlacedAddress[] {
  return addresses.filter((one, index) => {
    const first = addresses.findIndex(({ address }) => sameAddress(address, one.address));
    const twin = addresses[first];
    if (first === index || twin === undefined || !(observed.has(one) || observed.has(twin))) return true;
    const message = `Address ${quote(one.text)} is found for two Edge Servers of one pool: it is published once`;
    reading.findings.warning(message, one.place);
    return false;
  });
}

/** Those that are up. An address family of which all are down keeps all: an RRset is never emptied by checks. */
export function withoutDead(
  reading: Reading,
  pool: Pick<EdgePool, "health" | "xmppPort"> & { readonly fqdn: string },
  addresses: readonly PlacedAddress[],
): readonly PlacedAddress[] {
  const { health, xmppPort, fqdn } = pool;
  if (health === undefined || xmppPort === undefined) return addresses;
  const isUp = ({ address }: PlacedAddress) =>
    !reading.observations.isDown(fqdn, formatAddress(address.octets), xmppPort);
  return [4, 6].flatMap((family) => {
    const all = addresses.filter(({ address }) => address.family === family);
    const up = all.filter(isUp);
    return up.length > 0 ? up : all;
  });
}

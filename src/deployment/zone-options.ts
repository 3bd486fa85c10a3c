/** TTL, name servers and SOA values: what every zone has, with what holds where nothing is said. */

import type { QueryAccess } from "../dns/prefix.ts";
import { quote } from "../dns/quotation.ts";
import type { HostName, NameServer, SoaValues, ZoneOptions } from "./model.ts";
import type { Path } from "./places.ts";
import { readAccess } from "./query-access.ts";
import { addressesAt, checkPublished, mailboxAt, type Reading, relativeHostAt } from "./reading.ts";
import type { ZoneShape } from "./schema.ts";
import type { TransferReader } from "./transfers.ts";

/** SOA values that one level says; the others are left to the next level. */
type OwnSoaValues = { readonly [Key in keyof SoaValues]: SoaValues[Key] | undefined };

/** What zones are read with: what is said of transfers before the first of them. */
export interface ZoneReading extends Reading {
  readonly transfers: TransferReader;
}

/** What one level (the defaults, a SIP domain, a zone) says. */
export interface OwnZoneOptions {
  readonly ttl: number | undefined;
  readonly nameServers: readonly NameServer[] | undefined;
  readonly soa: OwnSoaValues;
  readonly access: QueryAccess | undefined;
  readonly transfers: number | undefined;
}

type ZoneOptionsShape = Omit<ZoneShape, "records">;
type SoaShape = NonNullable<ZoneShape["soa"]>;

const DEFAULT_TTL = 3600;

/** Negative answers are forgotten after five minutes: a SIP domain that was just enabled should not wait for long. */
const DEFAULT_SOA = {
  refresh: 3600,
  retry: 600,
  expire: 1_209_600,
  minimum: 300,
};

/** Reads what one level says. */
export function readZoneOptions(reading: ZoneReading, path: Path, shape: ZoneOptionsShape): OwnZoneOptions {
  const nameServers = shape.nameServers?.map((server, index) =>
    readNameServer(reading, [...path, "nameServers", index], server),
  );
  const read = nameServers?.filter((server) => server !== undefined);
  return {
    ttl: shape.ttl,
    nameServers: read && withoutTwins(reading, read),
    soa: readSoa(reading, [...path, "soa"], shape.soa ?? {}),
    access: readAccess(reading, path, shape),
    transfers: reading.transfers.numberOf([...path, "transfers"], shape.transfers),
  };
}

/** The nearer level wins, key by key; what nobody says has its default. */
export function combineZoneOptions(own: OwnZoneOptions, common?: OwnZoneOptions): ZoneOptions {
  return {
    ttl: own.ttl ?? common?.ttl ?? DEFAULT_TTL,
    nameServers: own.nameServers ?? common?.nameServers ?? [],
    soa: combineSoa(own.soa, common?.soa),
    access: own.access ?? common?.access,
    transfers: own.transfers ?? common?.transfers,
  };
}

function readNameServer(
  reading: Reading,
  path: Path,
  shape: string | { host: string; addresses?: string[] | undefined },
): NameServer | undefined {
  const place = reading.places.ofValue(path);
  const text = typeof shape === "string" ? shape : shape.host;
  const texts = typeof shape === "string" ? [] : (shape.addresses ?? []);
  const owner = `name server ${quote(text)}`;
  const host = relativeHostAt(
    reading,
    typeof shape === "string" ? path : [...path, "host"],
    text,
    "name server",
  );
  const addresses = addressesAt(reading, [...path, "addresses"], texts, owner).filter((placed) =>
    checkPublished(reading, placed, owner, "give the address that resolvers reach it at"),
  );
  return host && { host, addresses: addresses.map(({ address }) => address), place };
}

function withoutTwins(reading: Reading, servers: readonly NameServer[]): NameServer[] {
  const seen = new Set<string>();
  return servers.filter(({ host, place }) => {
    const key = hostKey(host);
    if (seen.has(key)) reading.findings.error("Cannot list the same name server twice", place);
    return !seen.has(key) && seen.add(key);
  });
}

/** Equal for hosts that are equal. */
export function hostKey(host: HostName): string {
  return host.kind === "below" ? `${host.labels}+` : host.name.key;
}

function readSoa(reading: Reading, path: Path, shape: SoaShape): OwnSoaValues {
  const { primary, mailbox, refresh, retry, expire, minimum, serial } = shape;
  return {
    primary:
      primary === undefined
        ? undefined
        : relativeHostAt(reading, [...path, "primary"], primary, "primary name server"),
    mailbox: mailbox === undefined ? undefined : mailboxAt(reading, [...path, "mailbox"], mailbox),
    refresh,
    retry,
    expire,
    minimum,
    serial,
  };
}

function combineSoa(own: OwnSoaValues, common?: OwnSoaValues): SoaValues {
  return {
    primary: own.primary ?? common?.primary,
    mailbox: own.mailbox ?? common?.mailbox,
    refresh: own.refresh ?? common?.refresh ?? DEFAULT_SOA.refresh,
    retry: own.retry ?? common?.retry ?? DEFAULT_SOA.retry,
    expire: own.expire ?? common?.expire ?? DEFAULT_SOA.expire,
    minimum: own.minimum ?? common?.minimum ?? DEFAULT_SOA.minimum,
    serial: own.serial ?? common?.serial,
  };
}

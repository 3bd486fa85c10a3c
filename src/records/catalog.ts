/** The catalog zone (RFC 9432, version 2): a list of all zones, for secondaries to follow. */

import { createHash } from "node:crypto";
import type { Catalog } from "../deployment/model.ts";
import { TYPE } from "../dns/codes.ts";
import { DomainName } from "../dns/name.ts";
import { nsRdata, soaRdata } from "../dns/rdata.ts";
import { groupOfOne, type RRset, type ZoneGroup } from "../dns/rrset.ts";

/** Nobody resolves names by a catalog, so its name server is one that cannot be (RFC 9432 §4.1). */
const INVALID = DomainName.fromCheckedWire("\x07invalid\0");

/** Nobody caches it either. */
const TTL = 0;

const SOA_TIMES = { refresh: 3600, retry: 600, expire: 2_147_483_646, minimum: 0 };

/** The version of the schema (RFC 9432 §4.2.1), as a character string. */
const VERSION = Uint8Array.of(1, 0x32);

/** The catalog of these zones. */
export function catalogGroup({ apex, access, transfers }: Catalog, zones: readonly ZoneGroup[]): ZoneGroup {
  const soa = soaRdata({ mname: INVALID, rname: INVALID, serial: 0, ...SOA_TIMES });
  const rrsets: RRset[] = [
    { owner: apex, type: TYPE.SOA, ttl: TTL, rdatas: [soa] },
    { owner: apex, type: TYPE.NS, ttl: TTL, rdatas: [nsRdata(INVALID)] },
    { owner: below("\x07version", apex), type: TYPE.TXT, ttl: TTL, rdatas: [VERSION] },
  ];
  for (const { apexes } of zones) for (const member of apexes) rrsets.push(memberRRset(member, apex));
  return { ...groupOfOne({ apex, rrsets }), access, transfers };
}

function memberRRset(member: DomainName, catalog: DomainName): RRset {
  const owner = below(`\x20${labelOf(member)}\x05zones`, catalog);
  return { owner, type: TYPE.PTR, ttl: TTL, rdatas: [member.toBytes()] };
}

/** A label that stays with its zone for good: another one would make secondaries throw the zone away (RFC 9432 §5.4). */
function labelOf(member: DomainName): string {
  return createHash("sha256").update(member.key, "latin1").digest("hex").slice(0, 32);
}

/** Labels below the catalog's apex, whose length was looked at by `fitsCatalog`. */
function below(labels: string, catalog: DomainName): DomainName {
  return DomainName.fromCheckedWire(labels + catalog.wire);
}

/** Octets of the labels that stand before the catalog's name: a member's hash and "zones". */
const LABELS_LENGTH = 33 + 6;

/** Whether the names below the catalog's apex have room in 255 octets. */
export function fitsCatalog({ apex }: Catalog): boolean {
  return apex.wire.length + LABELS_LENGTH <= 255;
}

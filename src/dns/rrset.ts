/** RRsets (RFC 2181 §5) of class IN and the zones that hold them, before they are compiled. */

import type { Place } from "../result.ts";
import { typeName } from "./codes.ts";
import { type DomainName, nameText } from "./name.ts";
import type { QueryAccess } from "./prefix.ts";
import { quote } from "./quotation.ts";

/** All records of one owner and type. They share one TTL (RFC 2181 §5.2). */
export interface RRset {
  readonly owner: DomainName;
  readonly type: number;
  /** Seconds, 0 to 2^31 - 1 (RFC 2181 §8). */
  readonly ttl: number;
  /** RDATA of each record in wire form, names uncompressed; at least one, no two alike. */
  readonly rdatas: readonly Uint8Array[];
  /** Where each record was written, in the order of `rdatas`; left out where nobody wrote it. */
  readonly places?: readonly Place[] | undefined;
}

/** `"www.contoso.com A"`, as messages name an RRset. */
export function rrsetText({ owner, type }: Pick<RRset, "owner" | "type">): string {
  return quote(`${nameText(owner)} ${typeName(type)}`);
}

/** A zone's content: every RRset at or below its apex, SOA and NS among them. */
export interface Zone {
  readonly apex: DomainName;
  readonly rrsets: readonly RRset[];
}

/**
 * Zones that are alike but for their apex. Every owner at or below the model's apex, and every name at or
 * below it inside RDATA, stands for the same labels put in front of the apex of each member. So a million
 * SIP domains on one Edge pool need their common records once.
 *
 * The serial in the model's SOA is not looked at: it is set for each member (zone/serial.ts).
 */
export interface ZoneGroup {
  readonly model: Zone;
  /** The apex of every member, the model's own among them. */
  readonly apexes: readonly DomainName[];
  /** SOA serial that the operator fixed for these zones. */
  readonly serial?: number | undefined;
  /** What the serial must not be below (RFC 1982), where a master file says it. */
  readonly leastSerial?: number | undefined;
  /** Whom these zones answer; everybody unless it is said. It is no content: no serial rises with it. */
  readonly access?: QueryAccess | undefined;
  /** Which rights to transfers of the policy are theirs, counted from 1 (dns/transfer-policy.ts); 0: those of all. */
  readonly transfers?: number | undefined;
}

/** An ordinary zone as a group of one. */
export function groupOfOne(zone: Zone, serial?: number, access?: QueryAccess): ZoneGroup {
  return { model: zone, apexes: [zone.apex], serial, access };
}

/** Asks `respond` without sockets: a case is a row in presentation format. */

import { TYPE, typeFromName } from "../../src/dns/codes.ts";
import { readMasterFile } from "../../src/dns/master-file.ts";
import type { DomainName } from "../../src/dns/name.ts";
import { parseDomainName } from "../../src/dns/name.ts";
import { groupOfOne, type Zone, type ZoneGroup } from "../../src/dns/rrset.ts";
import { groupIntoRRsets } from "../../src/dns/rrset-grouping.ts";
import { type Client, UNKNOWN_CLIENT } from "../../src/responder/client.ts";
import { type Limits, respond, tcpLimits, udpLimits } from "../../src/responder/respond.ts";
import type { Result } from "../../src/result.ts";
import { compile } from "../../src/zone/compile.ts";
import type { Snapshot } from "../../src/zone/snapshot.ts";
import { decodeMessage, type Message } from "./decoder.ts";

/** The value of a result that must be good. */
export function expectValue<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.problems.map((problem) => problem.message).join("\n"));
}

export function nameOf(text: string): DomainName {
  return expectValue(parseDomainName(text));
}

/** A zone from master-file text. */
export function zoneOf(apex: string, text: string): Zone {
  const origin = nameOf(apex);
  const records = readMasterFile(text, {
    origin,
    defaultTtl: 3600,
    place: (line, column) => ({ file: apex, line, column }),
  });
  return { apex: origin, rrsets: expectValue(groupIntoRRsets(expectValue(records))) };
}

export function snapshotOf(groups: readonly ZoneGroup[], serial = 1): Snapshot {
  return expectValue(compile(groups, { serialOf: () => serial })).snapshot;
}

export function snapshotOfZones(zones: Readonly<Record<string, string>>, serial = 1): Snapshot {
  return snapshotOf(
    Object.entries(zones).map(([apex, text]) => groupOfOne(zoneOf(apex, text))),
    serial,
  );
}

/** What a request is made of; everything but the question has a usual value. */
export interface Request {
  /** `NAME TYPE`, class IN. */
  readonly ask?: string;
  readonly id?: number;
  readonly flags?: number;
  readonly class?: number;
  readonly edns?: Edns;
  readonly tcp?: boolean;
  /** Octets put behind the message. */
  readonly trailing?: Uint8Array;
}

export interface Edns {
  readonly version?: number;
  readonly payloadSize?: number;
  readonly flags?: number;
  /** Option code to option data. */
  readonly options?: Readonly<Record<number, Uint8Array>>;
}

export const RD = 0x0100;

/** A request in wire form. */
export function requestOf({
  ask,
  id = 0x1234,
  flags = RD,
  class: qclass = 1,
  edns,
  trailing,
}: Request): Uint8Array {
  const octets: number[] = [
    ...u16(id),
    ...u16(flags),
    ...u16(ask === undefined ? 0 : 1),
    0,
    0,
    0,
    0,
    ...u16(edns ? 1 : 0),
  ];
  if (ask !== undefined) {
    const [name = "", type = ""] = ask.split(" ");
    octets.push(...nameOf(name).toBytes(), ...u16(typeFromName(type) ?? Number(type)), ...u16(qclass));
  }
  if (edns !== undefined) octets.push(...optOf(edns));
  return Uint8Array.from([...octets, ...(trailing ?? [])]);
}

function optOf({ version = 0, payloadSize = 1232, flags = 0, options = {} }: Edns): number[] {
  const data = Object.entries(options).flatMap(([code, octets]) => [
    ...u16(Number(code)),
    ...u16(octets.length),
    ...octets,
  ]);
  return [0, ...u16(TYPE.OPT), ...u16(payloadSize), 0, version, ...u16(flags), ...u16(data.length), ...data];
}

export function u16(value: number): number[] {
  return [value >>> 8, value & 0xff];
}

export const UDP = udpLimits(1232);
export const TCP = tcpLimits(1232);

/** The reply's octets; none for silence. Octets outside of the reply are watched. */
export function exchange(
  snapshot: Snapshot,
  request: Uint8Array,
  limits: Limits = UDP,
  client: Client = UNKNOWN_CLIENT,
): Uint8Array {
  const margin = 16;
  const reply = new Uint8Array(65_535 + 2 * margin).fill(0xee);
  const length = respond(snapshot, request, 0, request.length, reply, margin, limits, client);
  const touched = [...reply.subarray(0, margin), ...reply.subarray(margin + length)].some(
    (octet) => octet !== 0xee,
  );
  if (touched && length === 0) throw new Error("octets were written for a silent reply");
  return reply.slice(margin, margin + length);
}

/** Asks and decodes; undefined for silence. */
export function ask(snapshot: Snapshot, request: Request): Message | undefined {
  const octets = exchange(snapshot, requestOf(request), request.tcp === true ? TCP : UDP);
  return octets.length === 0 ? undefined : decodeMessage(octets);
}

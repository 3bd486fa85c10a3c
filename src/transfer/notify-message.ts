/** NOTIFY (RFC 1996): the message that says that a zone has changed, and what is read of the answer to it. */

import { CLASS, OPCODE, TYPE } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import { uint16At } from "../dns/octets.ts";
import { concatenate, unsignedOctets } from "../dns/wire.ts";
import { HEADER_LENGTH, Query } from "../responder/query.ts";
import { MessageWriter } from "./message-writer.ts";
import { soaOf, type ZoneVersion } from "./version.ts";

const AUTHORITATIVE = 0x0400;

/** Octets of a header, a question and a SOA record with the longest names. */
const LONGEST_NOTIFY = 1_200;

/** Says that the zone has this version now (RFC 1996 §3.7: the SOA is a hint). */
export function writeNotify(version: ZoneVersion, apex: DomainName, id: number): Uint8Array {
  const octets = new Uint8Array(LONGEST_NOTIFY);
  const writer = new MessageWriter();
  writer.begin(octets, 0, octets.length);
  writer.question(concatenate([apex.toBytes(), unsignedOctets(TYPE.SOA, 2), unsignedOctets(CLASS.IN, 2)]));
  writer.record(soaOf(version));
  return octets.slice(0, writer.finish(id, (OPCODE.NOTIFY << 11) | AUTHORITATIVE, 1));
}

/** What an answer says. */
export interface NotifyAnswer {
  readonly id: number;
  readonly rcode: number;
  /** Where its TSIG record begins, 0 where it has none. */
  readonly tsigStart: number;
}

/** The answer in these octets; undefined where they are none (RFC 1996 §4.7). */
export function readNotifyAnswer(octets: Uint8Array): NotifyAnswer | undefined {
  if (octets.length < HEADER_LENGTH) return undefined;
  const flags = uint16At(octets, 2);
  if ((flags & 0x8000) === 0 || ((flags >>> 11) & 15) !== OPCODE.NOTIFY) return undefined;
  const query = new Query();
  query.read(octets, 0, octets.length);
  return { id: uint16At(octets, 0), rcode: flags & 15, tsigStart: query.isWellFormed ? query.tsigStart : 0 };
}

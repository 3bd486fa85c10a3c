/** A reply of ours taken apart, to be put together in a way that no reply of ours is. */

import { TYPE } from "../dns/codes.ts";
import { octetAt, uint16At } from "../dns/octets.ts";
import { concatenate, unsignedAt, unsignedOctets } from "../dns/wire.ts";

/** Octets of the header (RFC 1035 §4.1.1), and of the fixed part of a record behind its owner. */
const HEADER_LENGTH = 12;
const FIXED_LENGTH = 10;

export const FLAG = { AA: 0x0400, TC: 0x0200 } as const;

/** Where a record stands in a message. */
export interface RecordPlace {
  readonly section: "answer" | "authority" | "additional";
  readonly type: number;
  readonly ttl: number;
  readonly start: number;
  /** Where the fixed part begins. */
  readonly fixed: number;
  readonly rdata: number;
  readonly end: number;
}

/** A reply with its question; replies without one are not taken apart. */
export interface Reply {
  readonly octets: Uint8Array;
  readonly flags: number;
  readonly qtype: number;
  readonly questionEnd: number;
  readonly records: readonly RecordPlace[];
}

/** Takes a reply of ours apart; undefined where it has no question. */
export function readReply(octets: Uint8Array): Reply | undefined {
  if (octets.length < HEADER_LENGTH || uint16At(octets, 4) !== 1) return undefined;
  const questionEnd = endOfName(octets, HEADER_LENGTH) + 4;
  const records: RecordPlace[] = [];
  let at = questionEnd;
  for (const [index, section] of (["answer", "authority", "additional"] as const).entries()) {
    for (let left = uint16At(octets, 6 + 2 * index); left > 0; left--) {
      const record = recordAt(octets, at, section);
      records.push(record);
      at = record.end;
    }
  }
  return {
    octets,
    flags: uint16At(octets, 2),
    qtype: uint16At(octets, questionEnd - 4),
    questionEnd,
    records,
  };
}

function recordAt(octets: Uint8Array, start: number, section: RecordPlace["section"]): RecordPlace {
  const fixed = endOfName(octets, start);
  const rdata = fixed + FIXED_LENGTH;
  return {
    section,
    type: uint16At(octets, fixed),
    ttl: unsignedAt(octets, fixed + 4, 4),
    start,
    fixed,
    rdata,
    end: rdata + uint16At(octets, fixed + 8),
  };
}

/** The octet behind a name, whether or not it ends in a pointer. */
function endOfName(octets: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = octetAt(octets, at);
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
    if (length === 0) return at;
  }
}

/** The name at an offset of a reply of ours, without pointers. */
export function ownerAt(octets: Uint8Array, start: number): Uint8Array {
  const labels: Uint8Array[] = [];
  let at = start;
  for (;;) {
    const length = octetAt(octets, at);
    if (length >= 0xc0) {
      at = uint16At(octets, at) & 0x3fff;
      continue;
    }
    labels.push(octets.slice(at, at + 1 + length));
    if (length === 0) return concatenate(labels);
    at += 1 + length;
  }
}

/** What stands in a reply that is put together anew; records in wire form. The OPT record is kept. */
export interface Sections {
  readonly flags: number;
  readonly answer?: readonly Uint8Array[];
  readonly authority?: readonly Uint8Array[];
}

/** A reply with the question and the OPT record of another one. Names in its records may point to the question alone. */
export function withSections({ octets, questionEnd, records }: Reply, sections: Sections): Uint8Array {
  const { flags, answer = [], authority = [] } = sections;
  const opt = records
    .filter(({ type }) => type === TYPE.OPT)
    .map(({ start, end }) => octets.slice(start, end));
  const counts = [flags, 1, answer.length, authority.length, opt.length];
  return concatenate([
    octets.slice(0, 2),
    ...counts.map((number) => unsignedOctets(number, 2)),
    octets.slice(HEADER_LENGTH, questionEnd),
    ...answer,
    ...authority,
    ...opt,
  ]);
}

/** A record whose owner is the QNAME, in class IN. */
export function recordAtQname(type: number, ttl: number, rdata: Uint8Array): Uint8Array {
  return recordOf(Uint8Array.of(0xc0, HEADER_LENGTH), type, ttl, rdata);
}

/** A record in class IN. */
export function recordOf(owner: Uint8Array, type: number, ttl: number, rdata: Uint8Array): Uint8Array {
  const numbers = [unsignedOctets(type, 2), unsignedOctets(1, 2), unsignedOctets(ttl, 4)];
  return concatenate([owner, ...numbers, unsignedOctets(rdata.length, 2), rdata]);
}

/** The records of the answer section that are of this type. */
export function answersOf({ records }: Reply, type: number): readonly RecordPlace[] {
  return records.filter((record) => record.section === "answer" && record.type === type);
}

/** What makes of a query a message that no resolver would send. */

import { u16 } from "../conformance/harness.ts";

/** Something done to the octets of a query; the number decides what is left open. */
export interface Twist {
  readonly what: string;
  readonly apply: (octets: Uint8Array, number: number) => Uint8Array;
}

const QUESTION = 12;
const OPT = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];

/** The octets with some overwritten, by offset. */
function patched(octets: Uint8Array, patches: Readonly<Record<number, number>>): Uint8Array {
  const copy = Uint8Array.from(octets);
  for (const [at, octet] of Object.entries(patches)) if (Number(at) < copy.length) copy[Number(at)] = octet;
  return copy;
}

/** Records put behind the message and counted in a section: 6 answers, 8 authority, 10 additional. */
function withRecord(octets: Uint8Array, section: 6 | 8 | 10, record: readonly number[]): Uint8Array {
  const count = ((octets[section] ?? 0) << 8) + (octets[section + 1] ?? 0) + 1;
  const [high = 0, low = 0] = u16(count);
  return patched(Uint8Array.from([...octets, ...record]), { [section]: high, [section + 1]: low });
}

/** The header of a message and another question in wire form behind it. */
function asking(octets: Uint8Array, name: readonly number[]): Uint8Array {
  return patched(Uint8Array.from([...octets.slice(0, QUESTION), ...name, 0, 1, 0, 1]), { 10: 0, 11: 0 });
}

const A_RECORD = [1, 97, 0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];
const TSIG_RECORD = [
  ...[3, 107, 101, 121, 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 29],
  ...[11, ...Buffer.from("hmac-sha256"), 0, 0, 0, 101, 0, 0, 0, 1, 44, 0, 0, 18, 52, 0, 0, 0, 0],
];

export const TWISTS: readonly Twist[] = [
  { what: "another opcode", apply: (o, n) => patched(o, { 2: ((1 + (n % 15)) << 3) | (n & 1) }) },
  { what: "a response", apply: (o) => patched(o, { 2: 0x80 | (o[2] ?? 0) }) },
  { what: "an RCODE", apply: (o, n) => patched(o, { 3: (o[3] ?? 0) | (n % 16) }) },
  { what: "QDCOUNT 0, and the question", apply: (o) => patched(o, { 5: 0 }) },
  { what: "no question", apply: (o) => patched(o.slice(0, QUESTION), { 5: 0, 10: 0, 11: 0 }) },
  {
    what: "no question, OPT",
    apply: (o) => withRecord(patched(o.slice(0, QUESTION), { 5: 0, 11: 0 }), 10, OPT),
  },
  { what: "QDCOUNT 2, one question", apply: (o) => patched(o, { 5: 2 }) },
  {
    what: "two questions",
    apply: (o) =>
      patched(Uint8Array.from([...o.slice(0, QUESTION), ...A_RECORD.slice(0, 7), ...A_RECORD.slice(0, 7)]), {
        5: 2,
        10: 0,
        11: 0,
      }),
  },
  { what: "QDCOUNT 65535", apply: (o) => patched(o, { 4: 255, 5: 255 }) },
  { what: "cut short", apply: (o, n) => o.slice(0, n % o.length) },
  { what: "one octet short", apply: (o) => o.slice(0, -1) },
  {
    what: "octets behind",
    apply: (o, n) => Uint8Array.from([...o, ...new Uint8Array(1 + (n % 20)).fill(n)]),
  },
  { what: "QNAME a pointer forward", apply: (o) => asking(o, [0xc0, 0x20]) },
  { what: "QNAME a pointer to itself", apply: (o) => asking(o, [0xc0, 0x0c]) },
  { what: "QNAME a label and a loop", apply: (o) => asking(o, [1, 97, 0xc0, 0x0c]) },
  { what: "QNAME a pointer into the header", apply: (o) => asking(o, [0xc0, 0x04]) },
  { what: "QNAME a reserved label type", apply: (o, n) => asking(o, [n % 2 === 0 ? 0x40 : 0x80, 97, 0]) },
  { what: "QNAME an extended label", apply: (o) => asking(o, [0x41, 1, 97, 0]) },
  {
    what: "QNAME of 256 octets",
    apply: (o) => asking(o, [...new Array(127).fill([1, 97]).flat(), 1, 97, 0]),
  },
  { what: "an answer record", apply: (o) => withRecord(o, 6, A_RECORD) },
  { what: "an authority record", apply: (o) => withRecord(o, 8, A_RECORD) },
  { what: "an additional record", apply: (o) => withRecord(o, 10, A_RECORD) },
  { what: "an additional record cut short", apply: (o) => withRecord(o, 10, A_RECORD.slice(0, -2)) },
  { what: "ANCOUNT without a record", apply: (o) => patched(o, { 7: 1 }) },
  { what: "NSCOUNT without a record", apply: (o) => patched(o, { 9: 1 }) },
  { what: "ARCOUNT without a record", apply: (o) => patched(o, { 11: (o[11] ?? 0) + 1 }) },
  { what: "one OPT more", apply: (o) => withRecord(o, 10, OPT) },
  { what: "two OPT more", apply: (o) => withRecord(withRecord(o, 10, OPT), 10, OPT) },
  { what: "OPT as answer", apply: (o) => withRecord(o, 6, OPT) },
  { what: "OPT as authority", apply: (o) => withRecord(o, 8, OPT) },
  { what: "OPT with an owner", apply: (o) => withRecord(o, 10, [1, 97, ...OPT]) },
  { what: "OPT and a record behind it", apply: (o) => withRecord(withRecord(o, 10, OPT), 10, A_RECORD) },
  { what: "OPT cut short", apply: (o, n) => withRecord(o, 10, OPT.slice(0, 1 + (n % 10))) },
  { what: "OPT with RDLENGTH past the end", apply: (o) => withRecord(o, 10, [...OPT.slice(0, -1), 9]) },
  {
    what: "an option past the end",
    apply: (o) => withRecord(o, 10, [...OPT.slice(0, -1), 6, 0, 3, 0, 9, 1, 2]),
  },
  { what: "half an option", apply: (o) => withRecord(o, 10, [...OPT.slice(0, -1), 3, 0, 3, 0]) },
  {
    what: "a cookie of a wrong length",
    apply: (o, n) =>
      withRecord(o, 10, [...OPT.slice(0, -1), 4 + (n % 8), 0, 10, 0, n % 8, ...new Array(n % 8).fill(1)]),
  },
  {
    what: "client subnet that is none",
    apply: (o, n) => withRecord(o, 10, [...OPT.slice(0, -1), 8, 0, 8, 0, 4, 0, n % 5, 255, 255]),
  },
  { what: "a TSIG by nobody's key", apply: (o) => withRecord(o, 10, TSIG_RECORD) },
  { what: "a TSIG cut short", apply: (o, n) => withRecord(o, 10, TSIG_RECORD.slice(0, 15 + (n % 20))) },
  { what: "a TSIG before OPT", apply: (o) => withRecord(withRecord(o, 10, TSIG_RECORD), 10, OPT) },
  {
    what: "random octets behind the header",
    apply: (o, n) =>
      Uint8Array.from([
        ...o.slice(0, QUESTION),
        ...Array.from({ length: n % 60 }, (_, at) => (n >>> (at % 24)) ^ (at * 37)),
      ]),
  },
  { what: "an octet changed", apply: (o, n) => patched(o, { [2 + (n % (o.length - 2))]: (n >>> 8) & 255 }) },
];

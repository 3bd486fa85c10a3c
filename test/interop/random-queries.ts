/** Random questions about zones: names in, beside and below what is there, in all variants, and messages that are none. */

import fc from "fast-check";
import { TYPE, typeName } from "../../src/dns/codes.ts";
import { DomainName } from "../../src/dns/name.ts";
import { type Edns, nameOf, type Request, requestOf, u16 } from "../conformance/harness.ts";
import { label } from "./random-zones.ts";
import { nameBelow, type ZoneSet } from "./zone-set.ts";

export interface RandomQuery {
  /** As the conformance tests write it. */
  readonly request: Request;
  /** What was done to the octets, where they are no query that a resolver would send. */
  readonly twist?: string;
  readonly octets: Uint8Array;
}

/** A name to start from, and the types that are worth asking for. */
interface Place {
  readonly name: DomainName;
  readonly types: readonly number[];
}

/** A third of a zone's names would be long; the places are owners, the heads' names and what RDATA leads to. */
function placesOf(zones: ZoneSet): readonly Place[] {
  const owners = zones.owners.map(({ name, rrsets }) => ({ name, types: [...rrsets.keys()] }));
  const fixed = zones.fixed.map((name) => ({ name, types: [TYPE.SOA, TYPE.NS, TYPE.A, TYPE.DS] }));
  const around = zones.apexes.map(({ parent }) => ({ name: parent, types: [TYPE.NS, TYPE.DS] }));
  return [...owners, ...fixed, ...fixed, ...around, { name: nameOf("."), types: [TYPE.NS] }];
}

type Change = (name: DomainName, labels: readonly string[], number: number) => DomainName | undefined;

/** From a name that is there to one that may be there, or nearly. */
const CHANGES: readonly (readonly [weight: number, change: Change])[] = [
  [8, (name) => name],
  [4, (name, labels) => nameBelow(labels, name)],
  [2, (name, _labels, number) => above(name, 1 + (number % 3))],
  [2, (name, [label = "a"]) => nameBelow([label], name.parent)],
  [2, (name) => nameBelow(["*"], name)],
  [1, (name) => nameBelow(["*"], name.parent)],
  [2, replaceLabel],
  [2, (name) => rightBehind(name)],
  [1, (name) => rightBefore(name)],
  [1, fillUp],
];

const change = fc.oneof(
  ...CHANGES.map(([weight, arbitrary]) => ({ weight, arbitrary: fc.constant(arbitrary) })),
);

function above(name: DomainName, levels: number): DomainName {
  return levels === 0 ? name : above(name.parent, levels - 1);
}

function replaceLabel(
  name: DomainName,
  [label = "z"]: readonly string[],
  number: number,
): DomainName | undefined {
  const { labels } = name;
  if (labels.length === 0) return name;
  const at = number % labels.length;
  return nameBelow([...labels.slice(0, at), label, ...labels.slice(at + 1)], nameOf("."));
}

/** The next name in canonical order beside it (RFC 4034 §6.1). */
function rightBehind(name: DomainName): DomainName | undefined {
  const [first = "", ...others] = name.labels;
  return nameBelow([`${first}\0`, ...others], nameOf("."));
}

function rightBefore(name: DomainName): DomainName | undefined {
  const [first = "", ...others] = name.labels;
  const last = first.charCodeAt(first.length - 1);
  if (!(last > 0)) return name.parent;
  return nameBelow([`${first.slice(0, -1)}${String.fromCharCode(last - 1)}\xff`, ...others], nameOf("."));
}

/** As long as a name can be: 255 octets, or one less. */
function fillUp(name: DomainName, _labels: readonly string[], number: number): DomainName {
  let long = name;
  for (
    let left = 255 - (number % 2) - long.wire.length;
    left > 1;
    left = 255 - (number % 2) - long.wire.length
  )
    long = nameBelow(["f".repeat(Math.min(63, left === 65 ? 62 : left - 1))], long) ?? long;
  return long;
}

const COMMON = [
  TYPE.A,
  TYPE.AAAA,
  TYPE.NS,
  TYPE.SOA,
  TYPE.MX,
  TYPE.TXT,
  TYPE.SRV,
  TYPE.CNAME,
  TYPE.DNAME,
  TYPE.DS,
];
const RARE = [
  ...[TYPE.PTR, TYPE.CAA, TYPE.HTTPS, TYPE.TLSA, TYPE.NAPTR, TYPE.DNSKEY, TYPE.NSEC, TYPE.RRSIG, TYPE.NULL],
  ...[65_280, 65_534, 65_535, 1234, 3, 4, 7, 256, 32_768],
];
/** No data types: each server has its own mind about some of them. */
const META = [
  ...[TYPE.OPT, TYPE.TKEY, TYPE.TSIG, TYPE.IXFR, TYPE.AXFR, TYPE.MAILB, TYPE.MAILA, TYPE.ANY],
  ...[0, 128, 200, 248],
];

const options: fc.Arbitrary<NonNullable<Edns["options"]>> = fc.oneof(
  fc.constant({}),
  fc.constantFrom<NonNullable<Edns["options"]>>(
    { 3: new Uint8Array() },
    { 8: Uint8Array.of(0, 1, 24, 0, 192, 0, 2) },
    { 9: new Uint8Array() },
    { 10: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    { 12: new Uint8Array(30) },
    { 65001: Uint8Array.of(1, 2, 3) },
    { 5: Uint8Array.of(8, 13), 3: new Uint8Array(), 65002: new Uint8Array() },
  ),
);

const edns: fc.Arbitrary<Edns> = fc.record({
  version: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, fc.constantFrom(1, 255)),
  payloadSize: fc.constantFrom(0, 511, 512, 513, 800, 1232, 1400, 4096, 65_535),
  flags: fc.constantFrom(0, 0, 0x8000, 0x8000, 0x4000, 0x0001, 0xffff),
  options,
});

/** RD, AD, CD, the reserved bit, and bits that belong to replies: AA, TC, RA. */
const flags = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0x0100, 0x0020, 0x0010, 0x0130) },
  fc.constantFrom(0x0040, 0x0400, 0x0200, 0x0080, 0x07f0),
);

const qclass = fc.oneof(
  { weight: 40, arbitrary: fc.constant(1) },
  fc.constantFrom(3, 4, 254, 255, 0, 2, 65_535),
);

const MIXED_CASE = 3;

/** A question that makes sense, whatever its answer. */
function askedOf(zones: ZoneSet): fc.Arbitrary<Request> {
  const places = placesOf(zones);
  return fc
    .record({
      place: fc.nat({ max: places.length - 1 }),
      change,
      labels: fc.array(label, { minLength: 1, maxLength: 3 }),
      number: fc.nat(),
      type: fc.oneof(
        { weight: 12, arbitrary: fc.constant(undefined) },
        { weight: 12, arbitrary: fc.constantFrom(...COMMON) },
        { weight: 4, arbitrary: fc.constantFrom(...RARE) },
        { weight: 1, arbitrary: fc.constantFrom(...META) },
      ),
      flags,
      qclass,
      edns: fc.option(edns, { nil: undefined, freq: 2 }),
      tcp: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    })
    .map((drawn) => {
      const { name, types } = places[drawn.place] ?? { name: nameOf("."), types: [] };
      const changed = drawn.change(name, drawn.labels, drawn.number) ?? name;
      const shown = drawn.number % MIXED_CASE === 0 ? mixedCase(changed, drawn.number) : changed;
      const type = drawn.type ?? types[drawn.number % Math.max(1, types.length)] ?? TYPE.A;
      return {
        ask: `${shown} ${typeName(type)}`,
        flags: drawn.flags,
        class: drawn.qclass,
        ...(drawn.edns && { edns: drawn.edns }),
        tcp: drawn.tcp,
      };
    });
}

/** The name with some of its letters in the other case (RFC 4343). */
function mixedCase({ wire }: DomainName, number: number): DomainName {
  const octets = Array.from(wire, (octet, at) => {
    const isTurned = ((number >>> (at % 24)) & 1) === 1 && /[A-Za-z]/.test(octet);
    return isTurned ? String.fromCharCode(octet.charCodeAt(0) ^ 0x20) : octet;
  });
  return DomainName.fromCheckedWire(octets.join("")); // proof: 63 < "A", so no length is a letter
}

interface Twist {
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

const TWISTS: readonly Twist[] = [
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

/** Questions about the zones; one in `1 + plain` is no question that a resolver would ask. */
export function randomQueries(zones: ZoneSet, plain: number): fc.Arbitrary<RandomQuery> {
  const asked = askedOf(zones);
  const twisted = fc
    .record({ request: asked, twist: fc.constantFrom(...TWISTS), number: fc.nat() })
    .map(({ request, twist, number }) => ({
      request,
      twist: twist.what,
      octets: twist.apply(requestOf(request), number),
    }));
  return fc.oneof(
    { weight: plain, arbitrary: asked.map((request) => ({ request, octets: requestOf(request) })) },
    { weight: 1, arbitrary: twisted },
  );
}

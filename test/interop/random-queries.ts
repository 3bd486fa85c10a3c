/** Random questions about zones: names in, beside and below what is there, in all variants, some made into messages that are none. */

import fc from "fast-check";
import { TYPE, typeName } from "../../src/dns/codes.ts";
import { DomainName } from "../../src/dns/name.ts";
import { type Edns, nameOf, type Request, requestOf, u16 } from "../conformance/harness.ts";
import { label } from "./random-zones.ts";
import { TWISTS } from "./twists.ts";
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

/** RDLENGTH and RDATA: root names, then serial, refresh, retry, expire and minimum. */
const SOA_END = [0, 22, ...new Array<number>(22).fill(0)];

/** An IXFR of one of the zones or of what is none, with the SOA record that the client has of it (RFC 1995 §3). */
function incrementalOf(zones: ZoneSet, { ask = "", ...others }: Request, number: number): Query {
  const apex = zones.apexes[number % (2 * zones.apexes.length)];
  const request = { ...others, ask: `${apex ?? ask.split(" ")[0]} IXFR` };
  const octets = requestOf(request);
  const end = requestOf({ ask: request.ask }).length;
  const soa = [0xc0, 0x0c, ...u16(TYPE.SOA), ...u16(1), 0, 0, 0, 0, ...SOA_END];
  octets[9] = 1;
  return { request, octets: Uint8Array.from([...octets.subarray(0, end), ...soa, ...octets.subarray(end)]) };
}

type Query = Pick<RandomQuery, "request" | "octets">;

/** One in so many questions is an IXFR with its SOA record. */
const INCREMENTAL = 100;

function plainQueries(zones: ZoneSet): fc.Arbitrary<Query> {
  const asked = askedOf(zones);
  const incremental = fc
    .record({ request: asked, number: fc.nat() })
    .map(({ request, number }) => incrementalOf(zones, request, number));
  return fc.oneof(
    { weight: INCREMENTAL - 1, arbitrary: asked.map((request) => ({ request, octets: requestOf(request) })) },
    { weight: 1, arbitrary: incremental },
  );
}

/** Questions about the zones; one in `1 + plain` is no question that a resolver would ask. */
export function randomQueries(zones: ZoneSet, plain: number): fc.Arbitrary<RandomQuery> {
  const asked = plainQueries(zones);
  const twisted = fc
    .record({ query: asked, twist: fc.constantFrom(...TWISTS), number: fc.nat() })
    .map(({ query: { request, octets }, twist, number }) => ({
      request,
      twist: twist.what,
      octets: twist.apply(octets, number),
    }));
  return fc.oneof({ weight: plain, arbitrary: asked }, { weight: 1, arbitrary: twisted });
}

/** Random zones for the differential run: every construct of the field, in thousands of names. */

import fc from "fast-check";
import { TYPE } from "../../src/dns/codes.ts";
import { type DomainName, stringOf } from "../../src/dns/name.ts";
import { nameOf } from "../conformance/harness.ts";
import { RDATA_TEXT } from "../dns/arbitrary.ts";
import { nameBelow, ZoneSet } from "./zone-set.ts";

/** Ahead of Unix time, so that every server takes it as it stands (docs/zone-content.md). */
const SERIAL = 3_000_000_000;

/**
 * A zone, one below it with a name between, one below that, one beside them, a reverse zone, and one that is
 * all DNAME. The negative TTL is now that of the SOA record, now its minimum.
 */
const HEADS = {
  "alpha.test.": `@ 3600 IN SOA ns1 hostmaster ${SERIAL} 7200 900 1209600 300
@ 3600 IN NS ns1
@ 3600 IN NS ns2.beta.test.
@ 3600 IN A 192.0.2.1
@ 3600 IN MX 10 ns1
ns1 3600 IN A 192.0.2.53
ns1 3600 IN AAAA 2001:db8::53
child.sub 600 IN NS ns.child.sub
child.sub 600 IN NS ns2.beta.test.
child.sub 600 IN DS 12345 13 2 ${"ab".repeat(32)}
ns.child.sub 600 IN A 192.0.2.54`,
  "child.sub.alpha.test.": `@ 600 IN SOA ns hostmaster ${SERIAL} 7200 900 1209600 86400
@ 600 IN NS ns
@ 600 IN NS ns2.beta.test.
ns 600 IN A 192.0.2.54
grand 300 IN NS ns1.alpha.test.`,
  "grand.child.sub.alpha.test.": `@ 300 IN SOA ns1.alpha.test. hostmaster ${SERIAL} 7200 900 1209600 300
@ 300 IN NS ns1.alpha.test.
@ 300 IN TXT "the apex of a zone whose zone above is served too"`,
  "beta.test.": `@ 3600 IN SOA ns2 host\\.master ${SERIAL} 7200 900 1209600 0
@ 3600 IN NS ns2
ns2 3600 IN A 192.0.2.55
ns2 3600 IN AAAA 2001:db8::55
@ 3600 IN TXT "beta"`,
  "2.0.192.in-addr.arpa.": `@ 3600 IN SOA ns1.alpha.test. hostmaster.alpha.test. ${SERIAL} 7200 900 1209600 3600
@ 3600 IN NS ns1.alpha.test.
@ 3600 IN NS ns.elsewhere.example.`,
  "moved.test.": `@ 60 IN SOA ns1.alpha.test. hostmaster.alpha.test. ${SERIAL} 7200 900 1209600 3600
@ 60 IN NS ns1.alpha.test.
@ 60 IN TXT "beside the DNAME"
@ 60 IN DNAME beta.test.`,
};

const POOL = ["a", "b", "c", "d", "A", "www", "mail", "_tcp", "_xmpp-server", "1", "x--y", "*"];
const ODD = [
  "\0",
  ".",
  "\\",
  "*a",
  "\\052",
  "\xff",
  "@",
  "$",
  '"',
  ";",
  " ",
  "(",
  "a.b",
  "\x7f",
  "\xc4",
  "#",
];

/** Labels out of a small pool, so that names meet; a few with octets that are hard to write, or as long as can be. */
export const label: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...POOL) },
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z0-9_-]{1,9}$/) },
  { weight: 2, arbitrary: fc.constantFrom(...ODD) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ minLength: 1, maxLength: 6 }).map((octets) => stringOf(octets)),
  },
  { weight: 1, arbitrary: fc.constantFrom("x".repeat(63), "Yz".repeat(31)) },
);

const CONSTRUCTS = [
  "records",
  "addresses",
  "host",
  "pointer",
  "alias",
  "loop",
  "chain",
  "dname",
  "delegation",
  "many",
  "longest",
] as const;
type Construct = (typeof CONSTRUCTS)[number];

const WEIGHTS: Readonly<Record<Construct, number>> = {
  records: 12,
  addresses: 12,
  host: 6,
  pointer: 3,
  alias: 9,
  loop: 1,
  chain: 1,
  dname: 2,
  delegation: 4,
  many: 1,
  longest: 1,
};

/** Types without a name that would have to exist, and the RDATA that they may have. */
const PLAIN_TYPES = [TYPE.TXT, TYPE.TLSA, TYPE.SSHFP, TYPE.HINFO, TYPE.URI, TYPE.SPF, TYPE.OPENPGPKEY];

/** NSD wants its tag in lower case. */
const caa = fc
  .tuple(fc.constantFrom("issue", "issuewild", "iodef", "x1"), fc.boolean())
  .map(([tag, isCritical]) => ({
    type: TYPE.CAA,
    rdata: `${isCritical ? 128 : 0} ${tag} "ca.example; a=b"`,
  }));

const generic = fc
  .tuple(fc.constantFrom(65_280, 65_281, 1234), fc.uint8Array({ maxLength: 24 }))
  .map(([type, octets]) => ({
    type,
    rdata: octets.length === 0 ? "\\# 0" : `\\# ${octets.length} ${Buffer.from(octets).toString("hex")}`,
  }));

const plain: fc.Arbitrary<{ readonly type: number; readonly rdata: string }> = fc
  .constantFrom(...PLAIN_TYPES)
  .chain((type) => (RDATA_TEXT.get(type) ?? fc.constant("")).map((rdata) => ({ type, rdata })));

/** Something to add; numbers choose among what there is by then. */
interface Step {
  readonly construct: Construct;
  readonly above: number;
  readonly labels: readonly string[];
  readonly ttl: number;
  readonly choice: number;
  readonly target: number;
  readonly targetLabels: readonly string[];
  readonly record: { readonly type: number; readonly rdata: string };
}

const step: fc.Arbitrary<Step> = fc.record({
  construct: fc.oneof(
    ...CONSTRUCTS.map((construct) => ({
      weight: WEIGHTS[construct],
      arbitrary: fc.constant(construct),
    })),
  ),
  above: fc.nat(),
  labels: fc.oneof(
    { weight: 1, arbitrary: fc.constant<string[]>([]) },
    { weight: 9, arbitrary: fc.array(label, { minLength: 1, maxLength: 3 }) },
  ),
  ttl: fc.constantFrom(0, 1, 60, 300, 3600, 86_400, 0x7fffffff),
  choice: fc.nat(),
  target: fc.nat(),
  targetLabels: fc.array(label, { maxLength: 2 }),
  record: fc.oneof({ weight: 6, arbitrary: plain }, caa, generic),
});

/** Zones out of so many steps; some steps come to nothing, for no server would take what they would lead to. */
export function randomZones(steps: number): fc.Arbitrary<ZoneSet> {
  return fc.array(step, { minLength: steps, maxLength: steps }).map((all) => {
    const zones = new ZoneSet(HEADS);
    for (const one of all) take(zones, one);
    return zones;
  });
}

const ELSEWHERE = nameOf("host.elsewhere.example.");

function take(zones: ZoneSet, one: Step): void {
  const owner = nameBelow(one.labels, nameAt(zones, one.above));
  if (owner !== undefined) BUILD[one.construct](zones, owner, one);
}

/** A name to go on from: an apex a third of the time. */
function nameAt(zones: ZoneSet, choice: number): DomainName {
  const { apexes, owners } = zones;
  const isApex = choice % 3 === 0 || owners.length === 0;
  const names = isApex ? apexes : owners.map(({ name }) => name);
  return names[Math.floor(choice / 3) % names.length] ?? ELSEWHERE;
}

/** Where an alias leads: to a name that is there, below one, or away. */
function targetOf(zones: ZoneSet, { target, targetLabels }: Step): DomainName {
  if (target % 16 === 0) return ELSEWHERE;
  const name = nameAt(zones, target);
  return target % 2 === 0 ? name : (nameBelow(targetLabels, name) ?? name);
}

/** A host for MX, NS and SRV: one with addresses, or a name that nothing will ever be at. */
function hostOf(zones: ZoneSet, { target, choice }: Step): DomainName {
  const start = zones.owners.slice(target % Math.max(1, zones.owners.length));
  const host = start.find(({ rrsets }) => rrsets.has(TYPE.A) || rrsets.has(TYPE.AAAA))?.name;
  if (choice % 5 === 0 || host === undefined) return ELSEWHERE;
  return choice % 5 === 1 ? (nameBelow([`missing${choice % 100}`], host) ?? host) : host;
}

const address = (number: number): string => `198.51.${100 + (number % 2)}.${number % 251}`;
const address6 = (number: number): string => `2001:db8::${(number % 0xfffe).toString(16)}`;

const BUILD: Readonly<Record<Construct, (zones: ZoneSet, owner: DomainName, one: Step) => void>> = {
  records: (zones, owner, { ttl, record }) => void zones.add({ owner, ttl, ...record }),

  addresses: (zones, owner, { ttl, choice }) => {
    const count = 1 + (choice % 3);
    for (let number = 0; number < count; number++) {
      if (choice % 4 !== 1) zones.add({ owner, ttl, type: TYPE.A, rdata: address(choice + number) });
      if (choice % 4 !== 2) zones.add({ owner, ttl, type: TYPE.AAAA, rdata: address6(choice + number) });
    }
  },

  host: (zones, owner, one) => {
    const { ttl, choice } = one;
    const host = hostOf(zones, one);
    if (choice % 2 === 0) zones.add({ owner, ttl, type: TYPE.MX, rdata: `${choice % 7} ${host}` }, host);
    else zones.add({ owner, ttl, type: TYPE.SRV, rdata: `${choice % 3} 0 5269 ${host}` }, host);
  },

  pointer: (zones, owner, one) => {
    const { ttl, choice } = one;
    const target = targetOf(zones, one);
    const rdatas: readonly (readonly [type: number, rdata: string])[] = [
      [TYPE.PTR, `${target}`],
      [TYPE.NAPTR, `10 ${choice % 100} "s" "SIP+D2T" "" ${target}`],
      [TYPE.HTTPS, `1 ${target} alpn=h2,h3 port=${choice % 0xffff}`],
      [TYPE.HTTPS, "1 . ipv4hint=192.0.2.7"],
      [TYPE.SVCB, `0 ${target}`],
      [TYPE.RP, `${target} ${owner}`],
      [TYPE.AFSDB, `1 ${target}`],
      [TYPE.KX, `1 ${target}`],
      [TYPE.MINFO, `${target} ${owner}`],
    ];
    const [type, rdata] = rdatas[choice % rdatas.length] ?? [TYPE.PTR, "."];
    zones.add({ owner, ttl, type, rdata });
  },

  alias: (zones, owner, one) =>
    void zones.add({ owner, ttl: one.ttl, type: TYPE.CNAME, rdata: `${targetOf(zones, one)}` }),

  /** Two aliases that lead to one another, or one to itself. */
  loop: (zones, owner, { ttl, choice }) => {
    const other = choice % 3 === 0 ? owner : (nameBelow(["loop"], owner) ?? owner);
    zones.add({ owner, ttl, type: TYPE.CNAME, rdata: `${other}` });
    zones.add({ owner: other, ttl, type: TYPE.CNAME, rdata: `${owner}` });
  },

  /** Alias after alias, up to a dozen, to something or nothing. */
  chain: (zones, owner, one) => {
    let from = owner;
    for (let link = 0; link <= one.choice % 12; link++) {
      const to = nameBelow([`link${link}`], owner) ?? owner;
      zones.add({ owner: from, ttl: one.ttl, type: TYPE.CNAME, rdata: `${to}` });
      from = to;
    }
    zones.add({ owner: from, ttl: one.ttl, type: TYPE.A, rdata: address(one.choice) });
  },

  /** At times to a target so long that most names below are YXDOMAIN, at times to itself or below. */
  dname: (zones, owner, one) => {
    const long = ["y".repeat(63), "y".repeat(63), "y".repeat(60)];
    const targets = [
      targetOf(zones, one),
      nameBelow(long, nameAt(zones, one.target)),
      owner,
      nameBelow(["d"], owner),
    ];
    const target = targets[one.choice % 8] ?? targetOf(zones, one);
    zones.add({ owner, ttl: one.ttl, type: TYPE.DNAME, rdata: `${target}` });
  },

  /** NS at a name server below the cut, beside it, in another zone or elsewhere, and a DS record at times. */
  delegation: (zones, owner, one) => {
    const { ttl, choice } = one;
    const inside = nameBelow(["ns", ...(choice % 3 === 0 ? ["deep"] : [])], owner) ?? ELSEWHERE;
    zones.add({ owner: inside, ttl, type: TYPE.A, rdata: address(choice) });
    if (choice % 2 === 0) zones.add({ owner: inside, ttl, type: TYPE.AAAA, rdata: address6(choice) });
    const hosts = [inside, hostOf(zones, { ...one, choice: 2 }), ELSEWHERE, nameOf("ns2.beta.test.")];
    const chosen = hosts.filter((host, at) => ((choice >>> at) & 1) === 1 && hasAddresses(zones, host));
    for (const host of chosen.length === 0 ? [ELSEWHERE] : chosen)
      zones.add({ owner, ttl, type: TYPE.NS, rdata: `${host}` }, host);
    if (choice % 5 === 0 && zones.at(owner)?.rrsets.has(TYPE.NS))
      zones.add({ owner, ttl, type: TYPE.DS, rdata: `${choice % 65_536} 13 2 ${"cd".repeat(32)}` });
  },

  /** An RRset for which one message is too short, over UDP at least. */
  many: (zones, owner, { ttl, choice }) => {
    const count = [12, 28, 31, 40, 75, 100][choice % 6] ?? 12;
    for (let number = 0; number < count; number++) {
      const text = `"${"t".repeat(choice % 240)}${number}"`;
      if (choice % 2 === 0) zones.add({ owner, ttl, type: TYPE.A, rdata: `203.0.113.${number}` });
      else zones.add({ owner, ttl, type: TYPE.TXT, rdata: text });
    }
  },

  /** A name of 255 octets, or nearly. */
  longest: (zones, owner, { ttl, choice }) => {
    let name = owner;
    for (let left = 255 - name.wire.length; left > 2; left = 255 - name.wire.length) {
      const octets = Math.min(63, left - 1 - (left === 65 ? 1 : 0));
      name = nameBelow(["l".repeat(octets)], name) ?? name;
    }
    zones.add({ owner: name, ttl, type: TYPE.A, rdata: address(choice) });
  },
};

/** Whether a name server may be led to: it lies elsewhere, or its addresses are there. */
function hasAddresses(zones: ZoneSet, host: DomainName): boolean {
  if (zones.zoneOf(host) === undefined || host.equals(nameOf("ns2.beta.test."))) return true;
  const types = zones.at(host)?.rrsets;
  return types !== undefined && (types.has(TYPE.A) || types.has(TYPE.AAAA));
}

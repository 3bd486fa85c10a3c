/** Zones that hold every construct that answers are made of. */

import { type Prefix, parsePrefix } from "../../src/dns/prefix.ts";
import { groupOfOne, type ZoneGroup } from "../../src/dns/rrset.ts";
import { zoneOf } from "../conformance/harness.ts";

const APEX =
  "@ IN SOA ns hostmaster 0 7200 900 1209600 300\n@ IN NS ns\nns IN A 192.0.2.53\nns IN AAAA 2001:db8::53\n";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const lines = (count: number, line: (number: number) => string) => numbers(count).map(line).join("\n");

const LONG_LABEL = "l".repeat(63);

const EVERYTHING = `${APEX}
@ MX 10 mail
@ CAA 0 issue "ca.test"
mail A 192.0.2.25
_xmpp-server._tcp SRV 0 0 5269 xmpp
_xmpp-server._tcp SRV 0 0 5269 xmpp.other.test.
_refused._tcp SRV 0 0 0 .
xmpp A 192.0.2.10
xmpp A 192.0.2.11
xmpp AAAA 2001:db8::10
a.empty.non.terminal TXT "deep"
*.wild TXT "wild"
*.wild MX 5 mail
*.alias CNAME www.other.test.
www A 192.0.2.80
${lines(10, (n) => `c${n} CNAME c${n + 1}`)}
c11 A 192.0.2.99
loop1 CNAME loop2
loop2 CNAME loop1
out CNAME out.elsewhere.test.
inside CNAME www.inside.test.
into CNAME www.sub
below CNAME nothing.dname
dname DNAME other.test.
same DNAME same.other.test.
long DNAME ${LONG_LABEL}.${LONG_LABEL}.${LONG_LABEL}.test.
sub NS ns.sub
sub NS ns.other.test.
sub DS 1 8 2 ${"00".repeat(32)}
ns.sub A 192.0.2.54
wide NS ns1.wide
${lines(40, (n) => `ns1.wide AAAA 2001:db8::${n}`)}
signed NSEC a A RRSIG
signed RRSIG A 8 2 300 20300101000000 20200101000000 1 @ AAAA
opaque TYPE65280 \\# 3 010203
dotted\\.label A 192.0.2.81
_svc SVCB 1 www alpn=h2 ipv4hint=192.0.2.1
https HTTPS 0 www
naptr NAPTR 1 1 "s" "x" "" _svc
${lines(60, (n) => `many A 192.0.2.${n}`)}
${lines(30, (n) => `texts TXT "${String(n).repeat(60)}"`)}
${lines(8, (n) => `servers SRV ${n} 0 5269 edge${n}\nedge${n} A 192.0.2.${n}\nedge${n} AAAA 2001:db8::${n}`)}
`;

/** Its answers reach past what a compression pointer can point to. */
const LARGE = `${APEX}${lines(220, (n) => `mx MX ${n} host${n}.${"m".repeat(60)}`)}\n`;

const OTHER = `${APEX}www A 192.0.2.180\nxmpp A 192.0.2.110\n* CNAME www\nsame DNAME same.everything.test.\n`;
const INSIDE = `${APEX}www A 10.0.0.80\nxmpp A 10.0.0.10\n*.wild A 10.0.0.1\n`;

/** Clients in 192.0.2.0/24 and 2001:db8::/32 are answered in inside.test, but not 192.0.2.66. */
const INSIDERS = {
  allow: [prefix("192.0.2.0/24"), prefix("2001:db8::/32")],
  deny: [prefix("192.0.2.66")],
  others: "deny",
} as const;

function prefix(text: string): Prefix {
  const read = parsePrefix(text);
  if (read === undefined) throw new Error(`${text} is no prefix`);
  return read;
}

/** Ordinary zones, some of which have aliases into each other. */
export const GROUPS: readonly ZoneGroup[] = [
  groupOfOne(zoneOf("everything.test.", EVERYTHING)),
  groupOfOne(zoneOf("large.test.", LARGE)),
  groupOfOne(zoneOf("other.test.", OTHER)),
  groupOfOne(zoneOf("inside.test.", INSIDE), undefined, INSIDERS),
  groupOfOne(zoneOf("child.inside.test.", APEX)),
];

/** The root as a zone of ours, with a delegation and a wildcard. */
export const ROOT_GROUPS: readonly ZoneGroup[] = [
  groupOfOne(zoneOf(".", `${APEX}test NS ns.test\nns.test A 192.0.2.55\n* TXT "any"\n`)),
];

/** Questions that lead to each of those constructs. */
export const QUESTIONS = [
  "everything.test. SOA",
  "everything.test. MX",
  "everything.test. ANY",
  "_xmpp-server._tcp.everything.test. SRV",
  "_tcp.everything.test. SRV",
  "nothing.everything.test. A",
  "x.wild.everything.test. MX",
  "x.y.alias.everything.test. A",
  "c1.everything.test. A",
  "c4.everything.test. AAAA",
  "loop1.everything.test. A",
  "out.everything.test. A",
  "inside.everything.test. A",
  "into.everything.test. A",
  "below.everything.test. A",
  "www.dname.everything.test. A",
  "a.same.everything.test. A",
  `${LONG_LABEL}.long.everything.test. A`,
  "www.sub.everything.test. A",
  "sub.everything.test. DS",
  "a.wide.everything.test. A",
  "signed.everything.test. NSEC",
  "opaque.everything.test. TYPE65280",
  "dotted\\.label.everything.test. A",
  "_svc.everything.test. SVCB",
  "https.everything.test. HTTPS",
  "naptr.everything.test. NAPTR",
  "many.everything.test. A",
  "texts.everything.test. TXT",
  "servers.everything.test. SRV",
  "mx.large.test. MX",
  "www.other.test. A",
  "inside.test. SOA",
  "x.wild.inside.test. A",
  "child.inside.test. DS",
  "example.org. A",
  ". NS",
  "test. A",
] as const;

/**
 * Any octets as the master file of a zone, with files that it may include, up to the compiled zone. What can be
 * read is written out and read again: it has to be the same.
 */

import { Findings } from "../../src/deployment/findings.ts";
import { NOTHING_OBSERVED } from "../../src/deployment/observations.ts";
import { ValuePlaces } from "../../src/deployment/places.ts";
import type { Reading } from "../../src/deployment/reading.ts";
import { checkRecordAddresses } from "../../src/deployment/record-addresses.ts";
import { ZoneFiles } from "../../src/deployment/zone-file.ts";
import { type IncludedFile, type ResourceRecord, readAsFarAsPossible } from "../../src/dns/master-file.ts";
import { groupOfOne, type RRset } from "../../src/dns/rrset.ts";
import { groupIntoRRsets } from "../../src/dns/rrset-grouping.ts";
import { formatZoneFile } from "../../src/dns/zone-file.ts";
import { failed, type Problem, success } from "../../src/result.ts";
import { checkPartOfZone } from "../../src/zone/check.ts";
import { compile } from "../../src/zone/compile.ts";
import { expectValue, nameOf } from "../conformance/harness.ts";
import { changeText } from "./mutate-text.ts";
import type { Target } from "./target.ts";

const APEX = nameOf("a.test.");
/** A bound that is reached in less time than a million records take, whatever the length of each. */
const MOST_GENERATED = 10;
const MOST_RECORDS = 1_000;
/** More octets of RDATA than that need not be written out and read again each time: $GENERATE makes many of few. */
const MOST_REREAD = 4_000;

const encode = (text: string) => new TextEncoder().encode(text);

const ZONE_FILE = "db";
/** What the zone file may include: one, one without end, a chain, and some that cannot be read. */
const INCLUDED: Readonly<Record<string, Uint8Array>> = {
  inc: encode("inc A 192.0.2.2\n  AAAA 2001:db8::2\n"),
  self: encode("self A 192.0.2.3\n$INCLUDE self\n"),
  back: encode("$INCLUDE db\n"),
  origin: encode("$ORIGIN in.origin.\n@ A 192.0.2.4\n$TTL 5\n"),
  faulty: encode("x A\n) (\n$ORIGIN ..\ny A 192.0.2.5\n"),
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`deep${n}`, encode(`$INCLUDE deep${n + 1}\n`)]),
  ),
  binary: Uint8Array.of(0xff, 0x80, 0),
};

function execute(input: Uint8Array): void {
  const reading = readingOf({ ...INCLUDED, [ZONE_FILE]: input });
  const file = ZoneFiles.openNamed(reading, ["zoneFile"], ZONE_FILE);
  if (file !== undefined) checkFile(file, reading);
  const lines = input.reduce((count, octet) => count + (octet === 0x0a ? 1 : 0), 1);
  for (const problem of reading.findings.problems) checkProblem(problem, lines);
}

function readingOf(files: Readonly<Record<string, Uint8Array>>): Reading {
  return {
    findings: new Findings(),
    places: new ValuePlaces(),
    incomplete: new Set(),
    files: {
      read: (path) => {
        const octets = Object.hasOwn(files, path) ? files[path] : undefined;
        return octets === undefined ? failed("Cannot read the file: there is none") : success(octets);
      },
    },
    observations: NOTHING_OBSERVED,
    path: "",
    gatesApply: true,
    allowPrivateAddresses: undefined,
  };
}

function checkFile(file: IncludedFile, reading: Reading): void {
  const common = { origin: APEX, defaultTtl: 3600, mostGenerated: MOST_GENERATED };
  const { records, problems } = readAsFarAsPossible(file.text, { ...file, ...common, inheritsTtl: true });
  reading.findings.addAll(problems);
  if (records.length > MOST_RECORDS) throw new Error(`there are ${records.length} records`);
  checkRecordAddresses(reading, "a.test", records);
  const rrsets = rrsetsOf(records, reading);
  reading.findings.addAll(checkPartOfZone({ apex: APEX, rrsets }));
  const compiled = compile([groupOfOne({ apex: APEX, rrsets })], { serialOf: () => 1 });
  if (!compiled.ok) reading.findings.addAll(compiled.problems);
  const length = records.reduce((sum, { rdata }) => sum + rdata.length, 0);
  if (rrsets.length > 0 && length <= MOST_REREAD) checkWritten(rrsets);
}

function rrsetsOf(records: readonly ResourceRecord[], { findings }: Reading): readonly RRset[] {
  const grouped = groupIntoRRsets(records);
  if (grouped.ok) findings.addAll(grouped.remarks);
  return expectValue(grouped);
}

/** A zone that is written as a master file is the same when that is read. */
function checkWritten(rrsets: readonly RRset[]): void {
  const text = formatZoneFile({ apex: APEX, rrsets });
  const place = (line: number, column: number) => ({ file: "written", line, column });
  const read = readAsFarAsPossible(text, { origin: APEX, defaultTtl: 1, place });
  const [problem] = read.problems;
  if (problem !== undefined) throw new Error(`what was written cannot be read: ${problem.message}\n${text}`);
  const again = expectValue(groupIntoRRsets(read.records));
  const [written, reread] = [contentOf(rrsets), contentOf(again)];
  if (written !== reread) throw new Error(`what was written reads otherwise:\n${written}\n${reread}`);
}

/** Case counts in RDATA. Owners that differ in nothing else are one name, and one of them stands for all. */
function contentOf(rrsets: readonly RRset[]): string {
  const lines = rrsets.flatMap(({ owner, type, ttl, rdatas }) =>
    rdatas.map((rdata) => `${owner.key} ${type} ${ttl} ${Buffer.from(rdata).toString("hex")}`),
  );
  return lines.sort().join("\n");
}

/** What no message may hold, and how none may end. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\.$/u;

/** A problem is a sentence on one line, at a place that the file has. */
function checkProblem({ message, place }: Problem, lines: number): void {
  if (message === "" || UNFIT.test(message))
    throw new Error(`this is no message: ${JSON.stringify(message)}`);
  if (place?.file !== ZONE_FILE || place.line === undefined) return;
  if (place.line < 1 || place.line > lines || (place.column ?? 1) < 1)
    throw new Error(`"${message}" is at ${place.line}:${place.column} of ${lines} lines`);
}

const HEAD = "$TTL 300\n@ IN SOA ns host 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n";

const seeds = [
  HEAD,
  `${HEAD}$ORIGIN sub\n@ 60 IN TXT "a b" c\\"d \\# \\065\n  MX 10 mail\nmail A 192.0.2.2\n$INCLUDE inc below\n`,
  `${HEAD}$GENERATE 1-3 h$ A 192.0.2.$\n$GENERATE 0-30/10 \${1,3,x} TXT "\${-2,2,n} $$"\n`,
  "@ 1W2D3H4M5S IN SOA ( ns ; one\n host.a.test.\n 1 1h 1m\n 1w 1d )\n@ NS ns.b.test.\n",
  `${HEAD}a AAAA 2001:db8::192.0.2.1\nb CNAME c\nd DNAME e.\nf TYPE65280 \\# 4 01020304\ng A \\# 4 C0000201\n`,
  `${HEAD}s SRV 0 0 5269 ns\nn NAPTR 1 2 "s" "x+y" "!^.*$!z!" .\nc CAA 128 issue "ca; x=y"\nu URI 1 2 "xmpp:a"\n`,
  `${HEAD}_s SVCB 1 . alpn="h2,h3\\\\,x" port=1 no-default-alpn ipv4hint=192.0.2.1 ech=AAAA key667=x mandatory=alpn\n_h HTTPS 0 x\n`,
  `${HEAD}d DS 1 8 2 ${"ab".repeat(32)}\nk DNSKEY 257 3 13 AQID BAUG\nr RRSIG A 8 2 300 20300101000000 1893456000 7 @ AAAA\n`,
  `${HEAD}n NSEC b A RRSIG TYPE1234\nm NSEC3 1 0 5 AB 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A NS\np NSEC3PARAM 1 0 0 -\n`,
  `${HEAD}t TLSA 3 1 1 ${"cd".repeat(32)}\ns SSHFP 4 2 ${"ef".repeat(32)}\nc CERT PKIX 1 RSASHA256 AAAA\no OPENPGPKEY AAAA\n`,
  `${HEAD}w WKS 192.0.2.1 TCP 25 53\nh HINFO "a" b\nr RP m t\na AFSDB 1 b\nx KX 1 y\nm MINFO a b\nz ZONEMD 1 1 1 ${"00".repeat(48)}\nc CSYNC 1 3 A NS\n`,
  `${HEAD}$INCLUDE self\n$INCLUDE back\n$INCLUDE deep0\n$INCLUDE faulty\n$INCLUDE ../out\n$INCLUDE none x\n$INCLUDE binary\n$INCLUDE origin o\n`,
  `${HEAD}*.w TXT ""\nsub NS ns.sub\nns.sub A 192.0.2.9\nb CNAME a\nb A 10.0.0.1\nc.d A 127.0.0.1\nd DNAME x.\nns A 192.0.2.1\nns 5 A 192.0.2.7\n`,
  '\ufeff@ CH TXT x\n 300 A\n"q" A 192.0.2.1\n(\n"open\n',
];

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the syntax of BIND
const words = [
  ...'$ORIGIN $TTL $INCLUDE $GENERATE IN CH @ ( ) " ; \\ \\000 \\255 \\# \\. \\" * . .. \\@ $ $$ ${0,1,d} 1-5 0-10/3'.split(
    " ",
  ),
  ..."a ns.a.test. 192.0.2.1 2001:db8::1 ::1 ::ffff:1.2.3.4 0 1 300 65535 65536 2147483647 2147483648 4294967295 4294967296 1h30m".split(
    " ",
  ),
  ..."\\#\t0|\\# 4 01020304|inc|self|db|deep0|alpn=h2|port=53|mandatory=port|ipv4hint=192.0.2.1,192.0.2.2|20300101000000|AAAA==|TYPE0|TYPE41|TYPE65535|CLASS1|é|\u2028|\0".split(
    "|",
  ),
  `${"l".repeat(63)}`,
  `${"l".repeat(64)}`,
  `${"a.".repeat(127)}`,
  `"${"x".repeat(255)}"`,
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the syntax of BIND

export const target: Target = {
  seeds: seeds.map(encode),
  longest: 800,
  words: words.map(encode),
  change: changeText,
  execute,
};

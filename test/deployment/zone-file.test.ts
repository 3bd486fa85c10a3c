import { describe, expect, test } from "vitest";
import { formatRecord } from "../../src/dns/zone-file.ts";
import { good, load, saidOf } from "./given.ts";

type Files = Readonly<Record<string, string>>;

const ZONE = "zones: { a.test: { zoneFile: db.a } }\n";

/** The records of the only zone. */
function recordsOf(yaml: string, files: Files): string[] {
  const [zone] = good(yaml, files).zones;
  return (zone?.records ?? []).map(({ owner, ttl, type, rdata }) => formatRecord(owner, ttl, type, rdata));
}

describe("zoneFile", () => {
  test.each<{ why: string; yaml?: string; files: Files; records: readonly string[] }>([
    {
      why: "all that a master file can hold",
      files: {
        "db.a": `$TTL 1h ; units as in BIND
@ SOA ns1 hostmaster (
    2026112200 ; serial
    7200 900 1209600 300 )
  NS ns1
ns1 60 A 192.0.2.53
a\\.b TXT "a;b" c\\"d
any TYPE65280 \\# 2 0A0B
$ORIGIN sub
www A 192.0.2.80
`,
      },
      records: [
        "a.test. 3600 IN SOA ns1.a.test. hostmaster.a.test. 2026112200 7200 900 1209600 300",
        "a.test. 3600 IN NS ns1.a.test.",
        "ns1.a.test. 60 IN A 192.0.2.53",
        'a\\.b.a.test. 3600 IN TXT "a;b" "c\\"d"',
        "any.a.test. 3600 IN TYPE65280 \\# 2 0A0B",
        "www.sub.a.test. 3600 IN A 192.0.2.80",
      ],
    },
    {
      why: "before any $TTL, a record has the TTL of the one before it (RFC 1035 §5.1), the first that of the zone",
      files: {
        "db.a": "x A 192.0.2.1\ny 60 A 192.0.2.1\nz A 192.0.2.1\n$TTL 30\nw 50 A 192.0.2.1\nv A 192.0.2.1\n",
      },
      records: [
        "x.a.test. 3600 IN A 192.0.2.1",
        "y.a.test. 60 IN A 192.0.2.1",
        "z.a.test. 60 IN A 192.0.2.1",
        "w.a.test. 50 IN A 192.0.2.1",
        "v.a.test. 30 IN A 192.0.2.1",
      ],
    },
    {
      why: "records of the deployment file stand beside those of the zone file",
      yaml: "zones: { a.test: { zoneFile: db.a, records: y A 192.0.2.2, ttl: 5 } }\n",
      files: { "db.a": "x A 192.0.2.1\n" },
      records: ["x.a.test. 5 IN A 192.0.2.1", "y.a.test. 5 IN A 192.0.2.2"],
    },
    {
      why: "$INCLUDE: origin and owner are local to the file, $TTL goes on, as in BIND",
      files: {
        "db.a": "$TTL 100\nx A 192.0.2.1\n$INCLUDE inc.db sub\n TXT x\nafter A 192.0.2.2\n",
        "inc.db": "$TTL 777\nin A 192.0.2.3\n$ORIGIN deeper\ny A 192.0.2.9\n",
      },
      records: [
        "x.a.test. 100 IN A 192.0.2.1",
        "in.sub.a.test. 777 IN A 192.0.2.3",
        "y.deeper.sub.a.test. 777 IN A 192.0.2.9",
        'x.a.test. 777 IN TXT "x"',
        "after.a.test. 777 IN A 192.0.2.2",
      ],
    },
    {
      why: "paths are relative to the file that includes, quoted or not",
      files: {
        "db.a": '$INCLUDE "zones/one.db"\n',
        "zones/one.db": "$INCLUDE two.db\n$INCLUDE ../three.db\n",
        "zones/two.db": "two A 192.0.2.2\n",
        "three.db": "three A 192.0.2.3\n",
      },
      records: ["two.a.test. 3600 IN A 192.0.2.2", "three.a.test. 3600 IN A 192.0.2.3"],
    },
    {
      why: "a file may be included twice, and absolute paths lead anywhere",
      files: { "db.a": "$INCLUDE /srv/one.db x\n$INCLUDE /srv/one.db y\n", "/srv/one.db": "@ A 192.0.2.1\n" },
      records: ["x.a.test. 3600 IN A 192.0.2.1", "y.a.test. 3600 IN A 192.0.2.1"],
    },
    {
      why: "a zone file elsewhere includes what stands beside it",
      yaml: "zones: { a.test: { zoneFile: /etc/bind/db.a } }\n",
      files: { "/etc/bind/db.a": "$INCLUDE sub/one.db\n", "/etc/bind/sub/one.db": "x A 192.0.2.1\n" },
      records: ["x.a.test. 3600 IN A 192.0.2.1"],
    },
    {
      why: "records in the deployment file may include and generate too",
      yaml: "zones:\n  a.test:\n    records: |\n      $INCLUDE one.db\n      $GENERATE 1-2 h$ A 192.0.2.$\n",
      files: { "one.db": "x A 192.0.2.1\n" },
      records: [
        "x.a.test. 3600 IN A 192.0.2.1",
        "h1.a.test. 3600 IN A 192.0.2.1",
        "h2.a.test. 3600 IN A 192.0.2.2",
      ],
    },
  ])("$why", ({ yaml = ZONE, files, records }) => expect(recordsOf(yaml, files)).toEqual(records));

  const OUTSIDE = "it lies outside of the working directory; give an absolute path if that is meant";
  const deep = (levels: number) =>
    Object.fromEntries(Array.from({ length: levels }, (_, at) => [`f${at}`, `$INCLUDE f${at + 1}\n`]));

  test.each<{ why: string; yaml?: string; files: Files; said: readonly string[] }>([
    { why: "absent", files: {}, said: ['1:30 error: Cannot read "db.a": there is no such file'] },
    {
      why: "not in UTF-16, cut",
      files: { "db.a": "a\0b" },
      said: [
        "db.a:1:2 error: Cannot read the file as text: it holds a NUL character; save it as UTF-8, or as UTF-16 with a byte order mark",
      ],
    },
    {
      why: "problems have the place in the master file, whichever it is",
      files: { "db.a": "x A 192.0.2.300\n$INCLUDE inc.db\n", "inc.db": "\n  y A\n" },
      said: [
        'db.a:1:5 error: Cannot read RDATA of A "192.0.2.300": an IPv4 address in dotted form is wanted',
        'inc.db:2:3 error: Cannot read type "y": a type such as A, SRV or TYPE65280 is wanted',
      ],
    },
    {
      why: "an included file that is absent",
      files: { "db.a": "$INCLUDE inc.db\n" },
      said: ['db.a:1:10 error: Cannot read "inc.db": there is no such file'],
    },
    {
      why: "no path",
      files: { "db.a": '$INCLUDE\n$INCLUDE ""\n' },
      said: [
        "db.a:1:1 error: Cannot read $INCLUDE: the path of a file is wanted",
        'db.a:2:10 error: Cannot include "": the path of a file is wanted',
      ],
    },
    {
      why: "an origin that is none",
      files: { "db.a": "$INCLUDE x a..b\n" },
      said: ['db.a:1:12 error: Cannot read origin "a..b" of $INCLUDE: it has an empty label'],
    },
    {
      why: "a surplus word",
      files: { "db.a": "$INCLUDE x y z\n", x: "" },
      said: ['db.a:1:14 error: Cannot read "z": nothing is wanted there behind $INCLUDE'],
    },
    {
      why: "itself",
      files: { "db.a": "$INCLUDE ./db.a\n" },
      said: [
        'db.a:1:10 error: Cannot include "./db.a": it is being read already, and would include itself without end',
      ],
    },
    {
      why: "a circle",
      files: { "db.a": "$INCLUDE z/b\n", "z/b": "$INCLUDE ../db.a\n" },
      said: [
        'z/b:1:10 error: Cannot include "../db.a": it is being read already, and would include itself without end',
      ],
    },
    {
      why: "out of the deployment's directory",
      files: { "db.a": "$INCLUDE ../x\n$INCLUDE z/../../x\n" },
      said: [
        `db.a:1:10 error: Cannot include "../x": ${OUTSIDE}`,
        `db.a:2:10 error: Cannot include "z/../../x": ${OUTSIDE}`,
      ],
    },
    {
      why: "too deep",
      yaml: "zones: { a.test: { zoneFile: f0 } }\n",
      files: deep(12),
      said: [
        'f9:1:10 error: Cannot include "f10": files include each other 10 deep by here, which is the most',
      ],
    },
    {
      why: "an address that no host has",
      files: { "db.a": "x A 0.0.0.0\n" },
      said: ['db.a:1:1 error: Cannot publish address "0.0.0.0" of "x.a.test": it is unspecified (RFC 1122)'],
    },
    {
      why: "SOA values in two places",
      yaml: "zones: { a.test: { zoneFile: db.a, soa: { serial: 5, refresh: 6 } } }\n",
      files: { "db.a": "@ SOA ns h 1 2 3 4 5\n" },
      said: [
        '1:54 error: Cannot use "refresh" here: the records of zone "a.test" have a SOA record, which says it; leave one of the two out',
      ],
    },
  ])("$why is a problem", ({ yaml = ZONE, files, said }) => expect(saidOf(load(yaml, files))).toEqual(said));

  test("files that include each other twice over are bounded", () => {
    const files = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`f${at}`, at < 9 ? `$INCLUDE f${at + 1}\n`.repeat(3) : ""]),
    );
    const said = saidOf(load("zones: { a.test: { zoneFile: f0 } }\n", files));
    expect(said).toContainEqual(
      expect.stringContaining("the zone consists of 1000 files by here, which is the most"),
    );
  });
});

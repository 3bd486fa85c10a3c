/** Aliases, wildcards, zone cuts: all kinds of names that lead elsewhere. */

import { describe, expect, test } from "vitest";
import { runCases } from "./cases.ts";
import { ask, nameOf, snapshotOf, snapshotOfZones, zoneOf } from "./harness.ts";

const BASE = `
@ 3600 IN SOA ns hostmaster 0 7200 900 1209600 300
@ 3600 IN NS ns
ns 3600 IN A 192.0.2.53
`;

const snapshot = snapshotOfZones({
  "alpha.test.": `${BASE}
www 300 IN CNAME web
web 300 IN A 192.0.2.80
away 300 IN CNAME host.beta.test.
gone 300 IN CNAME nothing.beta.test.
outside 300 IN CNAME www.example.org.
loop 300 IN CNAME pool
pool 300 IN CNAME loop
self 300 IN CNAME self
c1 IN CNAME c2
c2 IN CNAME c3
c3 IN CNAME c4
c4 IN CNAME c5
c5 IN CNAME c6
c6 IN CNAME c7
c7 IN CNAME c8
c8 IN CNAME web
c0 IN CNAME c1
*.wild 300 IN A 192.0.2.7
ent.deep.wild 300 IN TXT "x"
*.alias 300 IN CNAME web
child 300 IN NS ns.child
child 300 IN NS ns.beta.test.
ns.child 300 IN A 192.0.2.99
child 300 IN DS 1 13 2 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F
old 300 IN DNAME new
old-friend 300 IN CNAME a.old
a.new 300 IN A 192.0.2.60
over 300 IN DNAME beta.test.
`,
  "beta.test.": `${BASE}\nhost 300 IN A 192.0.2.90\nmail 300 IN MX 5 web.alpha.test.\n`,
  "served.alpha.test.": BASE,
});

const ALPHA = "alpha.test. 300 SOA ns.alpha.test. hostmaster.alpha.test. 1 7200 900 1209600 300";
const BETA = ALPHA.replaceAll("alpha", "beta");
const SERVED = ALPHA.replaceAll("alpha", "served.alpha");
const WEB = "web.alpha.test. 300 A 192.0.2.80";

describe("respond() follows aliases through all zones it serves", () => {
  runCases(snapshot, [
    {
      why: "CNAME and its target's records",
      ask: "www.alpha.test. A",
      rcode: "NOERROR",
      answer: ["www.alpha.test. 300 CNAME web.alpha.test.", WEB],
    },
    {
      why: "CNAME itself",
      ask: "www.alpha.test. CNAME",
      rcode: "NOERROR",
      answer: ["www.alpha.test. 300 CNAME web.alpha.test."],
    },
    {
      why: "the target lacks the type",
      ask: "www.alpha.test. AAAA",
      rcode: "NOERROR",
      answer: ["www.alpha.test. 300 CNAME web.alpha.test."],
      authority: [ALPHA],
    },
    {
      why: "into another zone",
      ask: "away.alpha.test. A",
      rcode: "NOERROR",
      answer: ["away.alpha.test. 300 CNAME host.beta.test.", "host.beta.test. 300 A 192.0.2.90"],
    },
    {
      why: "the RCODE is that of the last name",
      ask: "gone.alpha.test. A",
      rcode: "NXDOMAIN",
      answer: ["gone.alpha.test. 300 CNAME nothing.beta.test."],
      authority: [BETA],
    },
    {
      why: "out of all zones",
      ask: "outside.alpha.test. A",
      rcode: "NOERROR",
      answer: ["outside.alpha.test. 300 CNAME www.example.org."],
    },
    {
      why: "a loop of two ends",
      ask: "loop.alpha.test. A",
      rcode: "NOERROR",
      answer: ["loop.alpha.test. 300 CNAME pool.alpha.test.", "pool.alpha.test. 300 CNAME loop.alpha.test."],
    },
    {
      why: "a loop of one ends",
      ask: "self.alpha.test. A",
      rcode: "NOERROR",
      answer: ["self.alpha.test. 300 CNAME self.alpha.test."],
    },
    {
      why: "additional data from another zone",
      ask: "mail.beta.test. MX",
      rcode: "NOERROR",
      answer: ["mail.beta.test. 300 MX 5 web.alpha.test."],
      additional: [WEB],
    },
  ]);

  test("a chain of eight links is followed to its end", () => {
    expect(ask(snapshot, { ask: "c1.alpha.test. A" })?.answer).toHaveLength(9);
  });

  test("of one of nine the first eight are given: a resolver goes on from there", () => {
    expect(ask(snapshot, { ask: "c0.alpha.test. A" })).toMatchObject({
      rcode: "NOERROR",
      flags: "QR AA RD",
      answer: [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `c${n}.alpha.test. 3600 CNAME c${n + 1}.alpha.test.`),
      authority: [],
    });
  });
});

describe("respond() expands wildcards (RFC 4592)", () => {
  runCases(snapshot, [
    {
      why: "one label",
      ask: "a.wild.alpha.test. A",
      rcode: "NOERROR",
      answer: ["a.wild.alpha.test. 300 A 192.0.2.7"],
    },
    {
      why: "several labels",
      ask: "a.b.wild.alpha.test. A",
      rcode: "NOERROR",
      answer: ["a.b.wild.alpha.test. 300 A 192.0.2.7"],
    },
    {
      why: "the wildcard by its own name",
      ask: "*.wild.alpha.test. A",
      rcode: "NOERROR",
      answer: ["*.wild.alpha.test. 300 A 192.0.2.7"],
    },
    {
      why: "type that the wildcard lacks",
      ask: "a.wild.alpha.test. TXT",
      rcode: "NOERROR",
      authority: [ALPHA],
    },
    {
      why: "an empty non-terminal stops it (§2.2.2)",
      ask: "deep.wild.alpha.test. A",
      rcode: "NOERROR",
      authority: [ALPHA],
    },
    {
      why: "and is the closest encloser of what lies below",
      ask: "x.deep.wild.alpha.test. A",
      rcode: "NXDOMAIN",
      authority: [ALPHA],
    },
    {
      why: "the name above it does not match",
      ask: "wild.alpha.test. A",
      rcode: "NOERROR",
      authority: [ALPHA],
    },
    {
      why: "a wildcard alias",
      ask: "x.alias.alpha.test. A",
      rcode: "NOERROR",
      answer: ["x.alias.alpha.test. 300 CNAME web.alpha.test.", WEB],
    },
  ]);
});

describe("respond() refers below a zone cut (RFC 1034 §4.3.2)", () => {
  const referral = {
    rcode: "NOERROR",
    replyFlags: "QR RD",
    authority: ["child.alpha.test. 300 NS ns.child.alpha.test.", "child.alpha.test. 300 NS ns.beta.test."],
    additional: ["ns.child.alpha.test. 300 A 192.0.2.99", "ns.beta.test. 3600 A 192.0.2.53"],
  };
  runCases(snapshot, [
    { why: "a name below the cut", ask: "x.child.alpha.test. A", ...referral },
    { why: "the cut itself", ask: "child.alpha.test. A", ...referral },
    { why: "NS of the cut are not ours to answer", ask: "child.alpha.test. NS", ...referral },
    { why: "glue is not an answer", ask: "ns.child.alpha.test. A", ...referral },
    {
      why: "DS is the parent's (RFC 4035 §3.1.4.1)",
      ask: "child.alpha.test. DS",
      rcode: "NOERROR",
      answer: [
        "child.alpha.test. 300 DS 1 13 2 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
      ],
    },
    {
      why: "a zone of ours below another answers for itself",
      ask: "served.alpha.test. TXT",
      rcode: "NOERROR",
      authority: [SERVED],
    },
    {
      why: "but its DS is its parent's to deny",
      ask: "served.alpha.test. DS",
      rcode: "NXDOMAIN",
      authority: [ALPHA],
    },
  ]);
});

describe("respond() synthesizes from DNAME (RFC 6672)", () => {
  runCases(snapshot, [
    {
      why: "below it",
      ask: "a.old.alpha.test. A",
      rcode: "NOERROR",
      answer: [
        "old.alpha.test. 300 DNAME new.alpha.test.",
        "a.old.alpha.test. 300 CNAME a.new.alpha.test.",
        "a.new.alpha.test. 300 A 192.0.2.60",
      ],
    },
    {
      why: "behind an alias",
      ask: "old-friend.alpha.test. A",
      rcode: "NOERROR",
      answer: [
        "old-friend.alpha.test. 300 CNAME a.old.alpha.test.",
        "old.alpha.test. 300 DNAME new.alpha.test.",
        "a.old.alpha.test. 300 CNAME a.new.alpha.test.",
        "a.new.alpha.test. 300 A 192.0.2.60",
      ],
    },
    { why: "not at its owner (§2.3)", ask: "old.alpha.test. A", rcode: "NOERROR", authority: [ALPHA] },
    {
      why: "into another zone",
      ask: "host.over.alpha.test. A",
      rcode: "NOERROR",
      answer: [
        "over.alpha.test. 300 DNAME beta.test.",
        "host.over.alpha.test. 300 CNAME host.beta.test.",
        "host.beta.test. 300 A 192.0.2.90",
      ],
    },
  ]);

  test("a DNAME of a group's content is another record in each of its zones", () => {
    const apexes = ["one.test.", "two.test."].map(nameOf);
    const model = zoneOf("one.test.", `${BASE}\no 300 IN DNAME o.two.test.`);
    expect(ask(snapshotOf([{ model, apexes }]), { ask: "x.o.one.test. A" })?.answer).toEqual([
      "o.one.test. 300 DNAME o.two.test.",
      "x.o.one.test. 300 CNAME x.o.two.test.",
      "o.two.test. 300 DNAME o.two.test.",
      "x.o.two.test. 300 CNAME x.o.two.test.",
    ]);
  });

  test("YXDOMAIN where the new name is too long (§2.2)", () => {
    const long = snapshotOfZones({
      "d.test.": `${BASE}\nx IN DNAME ${"a".repeat(60)}.${"b".repeat(60)}.test.`,
    });
    const label = "c".repeat(63);
    const reply = ask(long, { ask: `${label}.${label}.${label}.x.d.test. A` });
    expect(reply).toMatchObject({ rcode: "YXDOMAIN", flags: "QR AA RD" });
    expect(reply?.answer).toHaveLength(1);
  });
});

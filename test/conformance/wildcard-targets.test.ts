/** Addresses of targets that a wildcard covers go along as others do (RFC 4592 §3.3.1): NSD, Knot and BIND send them, too. */

import { describe } from "vitest";
import { runCases } from "./cases.ts";
import { snapshotOfZones } from "./harness.ts";

const APEX = "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n";

const SNAPSHOT = snapshotOfZones({
  "alpha.test.": `${APEX}
*.w    SRV 0 0 1 t.w2
*.w    SRV 0 0 2 t.w2
*.w    SRV 0 0 3 u.deep.w2
*.w2   A 192.0.2.1
*.w2   AAAA 2001:db8::1
*.w2   TXT "not for others"
two    MX 1 t.w2
other  MX 1 Foo.w.beta.test.
none   MX 1 foo.none.w2
none.w2 TXT "no wildcard below"
txt    MX 1 foo.t
*.t    TXT "no address"
dname  KX 1 foo.moved
moved  DNAME elsewhere.example.
sub    NS foo.sub
*.sub  A 192.0.2.2
moved2 KX 1 foo.moved.beta.test.
gone   KX 1 foo.beta.test.
`,
  "beta.test.": `${APEX}
*.w    A 192.0.2.3
moved  DNAME elsewhere.example.
`,
});

const ALPHA = ["t.w2.alpha.test. 3600 A 192.0.2.1", "t.w2.alpha.test. 3600 AAAA 2001:db8::1"];
const DEEP = ["u.deep.w2.alpha.test. 3600 A 192.0.2.1", "u.deep.w2.alpha.test. 3600 AAAA 2001:db8::1"];

describe("respond() adds the addresses of a target that a wildcard covers", () => {
  runCases(SNAPSHOT, [
    {
      why: "in the zone, under the target's own name, each target once",
      ask: "foo.w.alpha.test. SRV",
      rcode: "NOERROR",
      answer: [1, 2]
        .map((port) => `foo.w.alpha.test. 3600 SRV 0 0 ${port} t.w2.alpha.test.`)
        .concat("foo.w.alpha.test. 3600 SRV 0 0 3 u.deep.w2.alpha.test."),
      additional: [...ALPHA, ...DEEP],
    },
    {
      why: "whoever leads there",
      ask: "two.alpha.test. MX",
      rcode: "NOERROR",
      answer: ["two.alpha.test. 3600 MX 1 t.w2.alpha.test."],
      additional: ALPHA,
    },
    {
      why: "in another zone of ours",
      ask: "other.alpha.test. MX",
      rcode: "NOERROR",
      answer: ["other.alpha.test. 3600 MX 1 Foo.w.beta.test."],
      additional: ["foo.w.beta.test. 3600 A 192.0.2.3"],
    },
    {
      why: "glue, as NSD sends it",
      ask: "x.sub.alpha.test. A",
      rcode: "NOERROR",
      replyFlags: "QR RD",
      authority: ["sub.alpha.test. 3600 NS foo.sub.alpha.test."],
      additional: ["foo.sub.alpha.test. 3600 A 192.0.2.2"],
    },
  ]);
});

describe("respond() adds none", () => {
  runCases(SNAPSHOT, [
    {
      why: "the closest encloser has no wildcard below it (RFC 4592 §3.3.1)",
      ask: "none.alpha.test. MX",
      rcode: "NOERROR",
      answer: ["none.alpha.test. 3600 MX 1 foo.none.w2.alpha.test."],
    },
    {
      why: "the wildcard has no address",
      ask: "txt.alpha.test. MX",
      rcode: "NOERROR",
      answer: ["txt.alpha.test. 3600 MX 1 foo.t.alpha.test."],
    },
    {
      why: "the target lies below a DNAME",
      ask: "dname.alpha.test. KX",
      rcode: "NOERROR",
      answer: ["dname.alpha.test. 3600 KX 1 foo.moved.alpha.test."],
    },
    {
      why: "it does so in another zone",
      ask: "moved2.alpha.test. KX",
      rcode: "NOERROR",
      answer: ["moved2.alpha.test. 3600 KX 1 foo.moved.beta.test."],
    },
    {
      why: "another zone has no such name",
      ask: "gone.alpha.test. KX",
      rcode: "NOERROR",
      answer: ["gone.alpha.test. 3600 KX 1 foo.beta.test."],
    },
  ]);
});

/** The examples of the RFCs, with their numbers, on the zones that the RFCs give. */

import { readFileSync } from "node:fs";
import { describe } from "vitest";
import { runCases } from "./cases.ts";
import { snapshotOfZones } from "./harness.ts";

/** Zones in test/conformance/zones, by apex. */
function snapshotOfFiles(files: Readonly<Record<string, string>>) {
  const texts = Object.entries(files).map(([apex, name]) => {
    return [apex, readFileSync(`test/conformance/zones/${name}.zone`, "utf8")] as const;
  });
  return snapshotOfZones(Object.fromEntries(texts));
}

const ROOT_SOA = ". 86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 1 1800 300 604800 86400";
const SRI_NIC = ["SRI-NIC.ARPA. 86400 A 26.0.0.73", "SRI-NIC.ARPA. 86400 A 10.0.0.51"];
const LOWER_SRI_NIC = SRI_NIC.map((line) => line.replace("SRI-NIC.ARPA.", "sri-nic.arpa."));

describe("RFC 1034 §6.2, asked of C.ISI.EDU", () => {
  runCases(snapshotOfFiles({ ".": "rfc1034-root", "edu.": "rfc1034-edu", "isi.edu.": "isi.edu" }), [
    {
      why: "6.2.1 the addresses",
      ask: "SRI-NIC.ARPA. A",
      rcode: "NOERROR",
      answer: SRI_NIC,
    },
    {
      why: "6.2.2 all types; of late one of them is enough (RFC 8482 §4.1)",
      ask: "SRI-NIC.ARPA. ANY",
      rcode: "NOERROR",
      answer: SRI_NIC,
    },
    {
      why: "6.2.3 additional addresses",
      ask: "SRI-NIC.ARPA. MX",
      rcode: "NOERROR",
      answer: ["SRI-NIC.ARPA. 86400 MX 0 SRI-NIC.ARPA."],
      additional: LOWER_SRI_NIC,
    },
    {
      why: "6.2.4 no such type; of late with the SOA (RFC 2308 §2.2)",
      ask: "SRI-NIC.ARPA. NS",
      rcode: "NOERROR",
      authority: [ROOT_SOA],
    },
    {
      why: "6.2.5 no such name",
      ask: "SIR-NIC.ARPA. A",
      rcode: "NXDOMAIN",
      authority: [ROOT_SOA],
    },
    {
      why: "6.2.6 a referral, with addresses of which the zone knows one and has one for glue",
      ask: "BRL.MIL. A",
      rcode: "NOERROR",
      replyFlags: "QR RD",
      authority: ["MIL. 86400 NS SRI-NIC.ARPA.", "MIL. 86400 NS A.ISI.EDU."],
      additional: [...LOWER_SRI_NIC, "a.isi.edu. 86400 A 26.3.0.103"],
    },
    {
      why: "6.2.7 an alias, followed into another zone of this server",
      ask: "USC-ISIC.ARPA. A",
      rcode: "NOERROR",
      answer: ["USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.", "C.ISI.EDU. 86400 A 10.0.0.52"],
    },
    {
      why: "6.2.8 the alias itself",
      ask: "USC-ISIC.ARPA. CNAME",
      rcode: "NOERROR",
      answer: ["USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU."],
    },
  ]);
});

describe("RFC 1034 §6.2.7, asked of a server without ISI.EDU", () => {
  runCases(snapshotOfFiles({ ".": "rfc1034-root", "edu.": "rfc1034-edu" }), [
    {
      why: "the alias, and where to ask on",
      ask: "USC-ISIC.ARPA. A",
      rcode: "NOERROR",
      answer: ["USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU."],
      authority: [
        "isi.edu. 172800 NS VAXA.ISI.edu.",
        "isi.edu. 172800 NS A.ISI.edu.",
        "isi.edu. 172800 NS VENERA.ISI.edu.",
      ],
      additional: [
        "vaxa.isi.edu. 172800 A 10.2.0.27",
        "vaxa.isi.edu. 172800 A 128.9.0.33",
        "a.isi.edu. 172800 A 26.3.0.103",
        "venera.isi.edu. 172800 A 10.1.0.52",
        "venera.isi.edu. 172800 A 128.9.0.32",
      ],
    },
  ]);
});

describe("RFC 4592 §2.2.1", () => {
  const SOA = "example. 300 SOA ns.example.com. hostmaster.example. 1 3600 600 1209600 300";
  runCases(snapshotOfFiles({ "example.": "rfc4592" }), [
    {
      why: "synthesized from *.example.",
      ask: "host3.example. MX",
      rcode: "NOERROR",
      answer: ["host3.example. 3600 MX 10 host1.example."],
      additional: ["host1.example. 3600 A 192.0.2.1"],
    },
    {
      why: "the wildcard has no A RRset: no error, but no data",
      ask: "host3.example. A",
      rcode: "NOERROR",
      authority: [SOA],
    },
    {
      why: "bar.example. does not exist, but the wildcard does",
      ask: "foo.bar.example. TXT",
      rcode: "NOERROR",
      answer: ['foo.bar.example. 3600 TXT "this is a wildcard"'],
    },
    { why: "host1.example. exists", ask: "host1.example. MX", rcode: "NOERROR", authority: [SOA] },
    { why: "sub.*.example. exists", ask: "sub.*.example. MX", rcode: "NOERROR", authority: [SOA] },
    {
      why: "_tcp.host1.example. exists, without data",
      ask: "_telnet._tcp.host1.example. SRV",
      rcode: "NXDOMAIN",
      authority: [SOA],
    },
    {
      why: "subdel.example. exists and is a zone cut",
      ask: "host.subdel.example. A",
      rcode: "NOERROR",
      replyFlags: "QR RD",
      authority: ["subdel.example. 3600 NS ns.example.com.", "subdel.example. 3600 NS ns.example.net."],
    },
    { why: "*.example. exists", ask: "ghost.*.example. MX", rcode: "NXDOMAIN", authority: [SOA] },
    {
      why: "§2.2.2: host2.example. exists, as there is a name below it",
      ask: "host2.example. TXT",
      rcode: "NOERROR",
      authority: [SOA],
    },
    {
      why: "§2.3: the wildcard itself is an ordinary name",
      ask: "*.example. TXT",
      rcode: "NOERROR",
      answer: ['*.example. 3600 TXT "this is a wildcard"'],
    },
  ]);
});

describe("RFC 6672 §2.2, table 1, rows 1 to 6 without 5: example.com. to example.net.", () => {
  const DNAME = "example.com. 3600 DNAME example.net.";
  const redirected = (labels: string) => [DNAME, `${labels}.example.com. 3600 CNAME ${labels}.example.net.`];
  runCases(snapshotOfFiles({ "example.com.": "rfc6672" }), [
    { why: "1 no match above", ask: "com. A", rcode: "REFUSED", replyFlags: "QR RD" },
    {
      why: "2 the owner itself is not redirected",
      ask: "example.com. TXT",
      rcode: "NOERROR",
      answer: ['example.com. 3600 TXT "the apex itself stays"'],
    },
    {
      why: "2 [0] of type DNAME it is the owner",
      ask: "example.com. DNAME",
      rcode: "NOERROR",
      answer: [DNAME],
    },
    { why: "3 a name below is", ask: "a.example.com. A", rcode: "NOERROR", answer: redirected("a") },
    { why: "4 so are deeper ones", ask: "a.b.example.com. A", rcode: "NOERROR", answer: redirected("a.b") },
    { why: "6 whatever its name", ask: "foo.example.com. A", rcode: "NOERROR", answer: redirected("foo") },
    {
      why: "§3.3: a query for CNAME has the synthesized one for its answer",
      ask: "a.example.com. CNAME",
      rcode: "NOERROR",
      answer: redirected("a"),
    },
  ]);
});

describe("RFC 6672 §2.2, table 1, rows 5 and 7: a DNAME below the apex", () => {
  const labels = "l".repeat(63);
  runCases(snapshotOfFiles({ "example.com.": "rfc6672-inner" }), [
    {
      why: "5 ab.example.com. does not lie below b.example.com.",
      ask: "ab.example.com. TXT",
      rcode: "NOERROR",
      answer: ['ab.example.com. 3600 TXT "no match"'],
    },
    {
      why: "7 the labels below it are kept",
      ask: "a.x.example.com. A",
      rcode: "NOERROR",
      answer: ["x.example.com. 3600 DNAME example.net.", "a.x.example.com. 3600 CNAME a.example.net."],
    },
    {
      why: "a name that would be longer than 255 octets: YXDOMAIN (§2.2)",
      ask: `${labels}.long.example.com. A`,
      rcode: "YXDOMAIN",
      answer: [
        `long.example.com. 3600 DNAME ${["a", "b", "c"].map((letter) => `${letter}23456789012345678901234567890123456789012345678901234567890123`).join(".")}.example.net.`,
      ],
    },
  ]);
});

const redirecting = (apex: string, dname: string) =>
  snapshotOfZones({
    [apex]: `@ 3600 SOA ns.test. hm.test. 1 2 3 4 5\n@ 3600 NS ns.test.\n@ 3600 DNAME ${dname}\n`,
  });

describe("RFC 6672 §2.2, table 1, row 8: example.com. to y.example.net.", () => {
  runCases(redirecting("example.com.", "y.example.net."), [
    {
      why: "8 the target may be longer than the owner",
      ask: "a.example.com. A",
      rcode: "NOERROR",
      answer: ["example.com. 3600 DNAME y.example.net.", "a.example.com. 3600 CNAME a.y.example.net."],
    },
  ]);
});

describe("RFC 6672 §2.2, table 1, row 9: example.com. to itself", () => {
  runCases(redirecting("example.com.", "example.com."), [
    {
      why: "9 the alias once",
      ask: "cyc.example.com. A",
      rcode: "NOERROR",
      answer: ["example.com. 3600 DNAME example.com.", "cyc.example.com. 3600 CNAME cyc.example.com."],
    },
  ]);
});

describe("RFC 6672 §2.2, table 1, row 10: example.com. to c.example.com.", () => {
  const grown = (times: number) => `cyc.${"c.".repeat(times)}example.com.`;
  runCases(redirecting("example.com.", "c.example.com."), [
    {
      why: "10 the name grows for as long as any chain is followed: eight links",
      ask: "cyc.example.com. A",
      rcode: "NOERROR",
      answer: [
        "example.com. 3600 DNAME c.example.com.",
        ...[0, 1, 2, 3, 4, 5, 6, 7].map((times) => `${grown(times)} 3600 CNAME ${grown(times + 1)}`),
      ],
    },
  ]);
});

describe("RFC 6672 §2.2: a name that grows until it is too long", () => {
  const label = "l".repeat(63);
  const grown = (times: number) => `a.${`${label}.`.repeat(times)}grow.test.`;
  runCases(redirecting("grow.test.", `${label}.grow.test.`), [
    {
      why: "YXDOMAIN, with the DNAME and the links up to there, as BIND and Knot say",
      ask: "a.grow.test. A",
      tcp: true,
      rcode: "YXDOMAIN",
      answer: [
        `grow.test. 3600 DNAME ${label}.grow.test.`,
        ...[0, 1, 2].map((times) => `${grown(times)} 3600 CNAME ${grown(times + 1)}`),
      ],
    },
  ]);
});

describe("RFC 6672 §2.2: a target of 250 octets", () => {
  const target = `${["a", "b", "c"].map((letter) => letter.repeat(63)).join(".")}.${"d".repeat(56)}.`;
  const DNAME = `x. 3600 DNAME ${target}`;
  runCases(redirecting("x.", target), [
    {
      why: "a first label of five octets with its length leaves 255",
      ask: "four.x. A",
      tcp: true,
      rcode: "NOERROR",
      answer: [DNAME, `four.x. 3600 CNAME four.${target}`],
    },
    { why: "one over five is YXDOMAIN", ask: "fiver.x. A", rcode: "YXDOMAIN", answer: [DNAME] },
  ]);
});

describe("RFC 6672 §2.2, table 1, rows 11 and 12: x. to the root", () => {
  const last = ["x. 3600 DNAME .", "shortloop.x. 3600 CNAME shortloop."];
  runCases(redirecting("x.", "."), [
    {
      why: "11 the DNAME holds for what it made, too",
      ask: "shortloop.x.x. A",
      rcode: "NOERROR",
      answer: [...last, "shortloop.x.x. 3600 CNAME shortloop.x."],
    },
    { why: "12 out of our zones", ask: "shortloop.x. A", rcode: "NOERROR", answer: last },
  ]);
});

/** Names and types that are there, and those that are not (RFC 1034 §4.3.2, RFC 2308, RFC 8020). */

import { describe } from "vitest";
import { runCases } from "./cases.ts";
import { SOA, snapshot } from "./contoso.ts";

const XMPP_A = ["xmpp.contoso.com. 300 A 203.0.113.10", "xmpp.contoso.com. 300 A 203.0.113.11"];
const XMPP_AAAA = ["xmpp.contoso.com. 300 AAAA 2001:db8::10"];
const SRV = "_xmpp-server._tcp.contoso.com. 3600 SRV 0 0 5269 xmpp.contoso.com.";

describe("respond() answers what a zone holds", () => {
  runCases(snapshot, [
    {
      why: "SRV with the addresses of its target (RFC 2782)",
      ask: "_xmpp-server._tcp.contoso.com. SRV",
      rcode: "NOERROR",
      answer: [SRV],
      additional: [...XMPP_A, ...XMPP_AAAA],
    },
    { why: "A of every Edge Server", ask: "xmpp.contoso.com. A", rcode: "NOERROR", answer: XMPP_A },
    { why: "AAAA", ask: "xmpp.contoso.com. AAAA", rcode: "NOERROR", answer: XMPP_AAAA },
    {
      why: "NS with the address of the name server",
      ask: "contoso.com. NS",
      rcode: "NOERROR",
      answer: ["contoso.com. 3600 NS ns1.contoso.com."],
      additional: ["ns1.contoso.com. 3600 A 203.0.113.53"],
    },
    {
      why: "MX with the address of the mail server",
      ask: "contoso.com. MX",
      rcode: "NOERROR",
      answer: ["contoso.com. 3600 MX 10 mail.contoso.com."],
      additional: ["mail.contoso.com. 3600 A 203.0.113.25"],
    },
    {
      why: "SOA with its own TTL",
      ask: "contoso.com. SOA",
      rcode: "NOERROR",
      answer: [SOA.replace(" 300 SOA", " 3600 SOA")],
    },
    {
      why: "a service that is not offered has no addresses to add (RFC 2782)",
      ask: "refused._tcp.contoso.com. SRV",
      rcode: "NOERROR",
      answer: ["refused._tcp.contoso.com. 3600 SRV 0 0 0 ."],
    },
    {
      why: "unknown type, stored as it is (RFC 3597)",
      ask: "opaque.contoso.com. TYPE65280",
      rcode: "NOERROR",
      answer: ["opaque.contoso.com. 3600 TYPE65280 \\# 3 010203"],
    },
    {
      why: "a dot inside a label is an ordinary octet",
      ask: "dotted\\.label.contoso.com. A",
      rcode: "NOERROR",
      answer: ["dotted\\.label.contoso.com. 3600 A 203.0.113.81"],
    },
    {
      why: "ANY is answered with one RRset (RFC 8482 §4.1)",
      ask: "xmpp.contoso.com. ANY",
      rcode: "NOERROR",
      answer: XMPP_A,
    },
    {
      why: "class ANY is answered as class IN, but for AA",
      ask: "xmpp.contoso.com. A",
      class: 255,
      rcode: "NOERROR",
      replyFlags: "QR RD",
      answer: XMPP_A,
    },
  ]);
});

describe("respond() denies what a zone does not hold", () => {
  runCases(snapshot, [
    {
      why: "empty non-terminal is NODATA (RFC 8020)",
      ask: "_tcp.contoso.com. A",
      rcode: "NOERROR",
      authority: [SOA],
    },
    {
      why: "AAAA of an A-only host is NODATA",
      ask: "www.contoso.com. AAAA",
      rcode: "NOERROR",
      authority: [SOA],
    },
    {
      why: "the SOA's TTL is its MINIMUM (RFC 2308 §5)",
      ask: "contoso.com. TXT",
      rcode: "NOERROR",
      authority: [SOA],
    },
    { why: "no such name", ask: "nothing.contoso.com. A", rcode: "NXDOMAIN", authority: [SOA] },
    {
      why: "direct TLS is not offered",
      ask: "_xmpps-server._tcp.contoso.com. SRV",
      rcode: "NXDOMAIN",
      authority: [SOA],
    },
    {
      why: "no such name, far below",
      ask: "a.b.c.d.e.f.contoso.com. A",
      rcode: "NXDOMAIN",
      authority: [SOA],
    },
    {
      why: "no such name below an existing one",
      ask: "a.xmpp.contoso.com. A",
      rcode: "NXDOMAIN",
      authority: [SOA],
    },
    {
      why: "two labels are not one with a dot",
      ask: "dotted.label.contoso.com. A",
      rcode: "NXDOMAIN",
      authority: [SOA],
    },
    { why: "NULL is a type like others", ask: "xmpp.contoso.com. NULL", rcode: "NOERROR", authority: [SOA] },
    {
      why: "DS at an apex whose parent is not ours",
      ask: "contoso.com. DS",
      rcode: "NOERROR",
      authority: [SOA],
    },
  ]);
});

describe("respond() refuses what is in none of its zones", () => {
  runCases(snapshot, [
    { why: "another domain", ask: "example.org. A", rcode: "REFUSED", replyFlags: "QR RD" },
    { why: "the root", ask: ". NS", rcode: "REFUSED", replyFlags: "QR RD" },
    { why: "the parent", ask: "com. NS", rcode: "REFUSED", replyFlags: "QR RD" },
    {
      why: "a single label, as ejabberd asks at its start",
      ask: "vm. A",
      rcode: "REFUSED",
      replyFlags: "QR RD",
    },
    { why: "a name that only ends alike", ask: "notcontoso.com. A", rcode: "REFUSED", replyFlags: "QR RD" },
    {
      why: "EDE 20 Not Authoritative says why (RFC 8914 §4.21)",
      ask: "example.org. A",
      edns: {},
      rcode: "REFUSED",
      replyFlags: "QR RD",
      opt: ["15:0014"],
    },
    { why: "class CH", ask: "version.bind. TXT", class: 3, rcode: "REFUSED", replyFlags: "QR RD" },
    { why: "class HS", ask: "contoso.com. A", class: 4, rcode: "REFUSED", replyFlags: "QR RD" },
    { why: "AXFR over UDP, as NSD and Knot", ask: "contoso.com. AXFR", rcode: "NOTIMP", replyFlags: "QR RD" },
    { why: "IXFR", ask: "contoso.com. IXFR", rcode: "REFUSED", replyFlags: "QR RD" },
  ]);
});

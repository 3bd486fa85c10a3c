/** Answers to QCLASS ANY were authoritative: nobody can vouch for the classes that he does not serve (RFC 1035 §6.2). */

import { describe } from "vitest";
import { type Case, runCases } from "../conformance/cases.ts";
import { snapshotOfZones } from "../conformance/harness.ts";

const snapshot = snapshotOfZones({
  "contoso.com.": `
@ 3600 IN SOA ns1 hostmaster 1 3600 600 1209600 300
@ 3600 IN NS ns1
ns1 3600 IN A 203.0.113.53
alias 3600 IN CNAME ns1
sub 3600 IN NS ns.sub
ns.sub 3600 IN A 203.0.113.54
`,
});

const A = "ns1.contoso.com. 3600 A 203.0.113.53";
const SOA = "contoso.com. 300 SOA ns1.contoso.com. hostmaster.contoso.com. 1 3600 600 1209600 300";

const IN_ANY_CLASS: readonly Case[] = [
  { why: "an answer", ask: "ns1.contoso.com. A", rcode: "NOERROR", answer: [A] },
  {
    why: "an alias",
    ask: "alias.contoso.com. A",
    rcode: "NOERROR",
    answer: ["alias.contoso.com. 3600 CNAME ns1.contoso.com.", A],
  },
  { why: "NODATA", ask: "ns1.contoso.com. TXT", rcode: "NOERROR", authority: [SOA] },
  { why: "NXDOMAIN", ask: "nothing.contoso.com. A", rcode: "NXDOMAIN", authority: [SOA] },
  {
    why: "a referral",
    ask: "x.sub.contoso.com. A",
    rcode: "NOERROR",
    authority: ["sub.contoso.com. 3600 NS ns.sub.contoso.com."],
    additional: ["ns.sub.contoso.com. 3600 A 203.0.113.54"],
  },
  { why: "no zone of ours", ask: "example.org. A", rcode: "REFUSED" },
];

describe("respond() gives QCLASS ANY the records of class IN, never as authority", () => {
  runCases(
    snapshot,
    IN_ANY_CLASS.map((row) => ({ ...row, class: 255, replyFlags: "QR RD" })),
  );
});

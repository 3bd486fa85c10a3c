/** The queries of RFC 8906 §8 that a server must not mistake for attacks, and what it owes them. */

import { describe } from "vitest";
import { runCases } from "./cases.ts";
import { SOA, snapshot } from "./contoso.ts";

const ASK = "contoso.com. SOA";
const ANSWER = [SOA.replace(" 300 SOA", " 3600 SOA")];
const CLIENT_SUBNET = Uint8Array.of(0, 1, 24, 0, 203, 0, 113);

describe("RFC 8906 §8.1, basic DNS", () => {
  runCases(snapshot, [
    {
      why: "§8.1.1 SOA of a configured zone",
      ask: ASK,
      flags: 0,
      rcode: "NOERROR",
      replyFlags: "QR AA",
      answer: ANSWER,
    },
    {
      why: "§8.1.2 unknown type",
      ask: "contoso.com. TYPE1000",
      flags: 0,
      rcode: "NOERROR",
      replyFlags: "QR AA",
      authority: [SOA],
    },
    {
      why: "§8.1.3.1 CD=1",
      ask: ASK,
      flags: 0x0010,
      rcode: "NOERROR",
      replyFlags: "QR AA CD",
      answer: ANSWER,
    },
    { why: "§8.1.3.1 AD=1", ask: ASK, flags: 0x0020, rcode: "NOERROR", replyFlags: "QR AA", answer: ANSWER },
    {
      why: "§8.1.3.2 reserved bit",
      ask: ASK,
      flags: 0x0040,
      rcode: "NOERROR",
      replyFlags: "QR AA",
      answer: ANSWER,
    },
    {
      why: "§8.1.3.3 RD=1",
      ask: ASK,
      flags: 0x0100,
      rcode: "NOERROR",
      replyFlags: "QR AA RD",
      answer: ANSWER,
    },
    { why: "§8.1.4 opcode 15 without a question", flags: 0x7800, rcode: "NOTIMP", replyFlags: "QR" },
    { why: "§8.1.4 opcode 15 with a question", ask: ASK, flags: 0x7800, rcode: "NOTIMP", replyFlags: "QR" },
    {
      why: "§8.1.5 TCP",
      ask: ASK,
      flags: 0,
      tcp: true,
      rcode: "NOERROR",
      replyFlags: "QR AA",
      answer: ANSWER,
    },
  ]);
});

describe("RFC 8906 §8.2, extended DNS", () => {
  const edns = (why: string, options: object, rest: object = {}) => ({
    why,
    ask: ASK,
    flags: 0,
    edns: options,
    rcode: "NOERROR",
    replyFlags: "QR AA",
    answer: ANSWER,
    opt: [],
    ...rest,
  });
  runCases(snapshot, [
    edns("§8.2.1 plain EDNS", { version: 0 }),
    edns("§8.2.2 version 1", { version: 1 }, { rcode: "BADVERS", replyFlags: "QR", answer: [] }),
    edns("§8.2.3 unknown option", { options: { 100: Uint8Array.of() } }),
    edns("§8.2.4 unknown flag", { flags: 0x0040 }),
    edns(
      "§8.2.5 version 1 with unknown flag",
      { version: 1, flags: 0x0040 },
      { rcode: "BADVERS", replyFlags: "QR", answer: [] },
    ),
    edns(
      "§8.2.6 version 1 with unknown option",
      { version: 1, options: { 100: Uint8Array.of(1, 2, 3) } },
      { rcode: "BADVERS", replyFlags: "QR", answer: [] },
    ),
    edns("§8.2.8 DO=1", { flags: 0x8000 }),
    edns(
      "§8.2.10 NSID, COOKIE, ECS and EXPIRE together",
      {
        options: { 3: Uint8Array.of(), 10: new Uint8Array(8), 8: CLIENT_SUBNET, 9: Uint8Array.of() },
      },
      { opt: ["9:00127500"] },
    ), // EXPIRE: 1,209,600 seconds; the others are not switched on here
  ]);
});

/** What is answered, refused or met with silence before a zone is looked at; the order is docs/query-checks.md. */

import { describe, expect, test } from "vitest";
import { snapshot } from "./contoso.ts";
import { decodeMessage } from "./decoder.ts";
import { exchange, RD, requestOf, u16 } from "./harness.ts";

const ASK = "xmpp.contoso.com. A";
const QUESTION = [
  4,
  ...Buffer.from("xmpp"),
  7,
  ...Buffer.from("contoso"),
  3,
  ...Buffer.from("com"),
  0,
  0,
  1,
  0,
  1,
];
const OPT = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];
const SOA_RECORD = [0, 0, 6, 0, 1, 0, 0, 0, 0, 0, 0];

/** A message from its header's fields and what follows. */
function message(flags: number, counts: readonly number[], body: readonly number[]): Uint8Array {
  return Uint8Array.from([0x12, 0x34, ...u16(flags), ...counts.flatMap(u16), ...body]);
}

/** `RCODE flags question|- opt|-`, or SILENCE. */
function outcome(request: Uint8Array): string {
  const octets = exchange(snapshot, request);
  if (octets.length === 0) return "SILENCE";
  const reply = decodeMessage(octets);
  return `${reply.rcode} ${reply.flags} ${reply.question ?? "-"} ${reply.opt ? "opt" : "-"}`;
}

const rows: readonly (readonly [why: string, request: Uint8Array, outcome: string])[] = [
  ["nothing at all", new Uint8Array(0), "SILENCE"],
  ["shorter than a header", new Uint8Array(11), "SILENCE"],
  ["a response could feed a loop", requestOf({ ask: ASK, flags: 0x8000 }), "SILENCE"],
  ["a response with an unknown opcode", requestOf({ ask: ASK, flags: 0xf800 }), "SILENCE"],
  ["opcode STATUS", requestOf({ ask: ASK, flags: 0x1000 }), `NOTIMP QR ${ASK} -`],
  ["opcode NOTIFY", requestOf({ ask: "contoso.com. SOA", flags: 0x2400 }), "NOTIMP QR contoso.com. SOA -"],
  [
    "opcode UPDATE with records",
    message(0x2800, [1, 0, 1, 0], [...QUESTION, ...SOA_RECORD]),
    `NOTIMP QR ${ASK} -`,
  ],
  ["opcode 15, header alone", message(0x7800, [0, 0, 0, 0], []), "NOTIMP QR - -"],
  ["no question (RFC 9619)", message(RD, [0, 0, 0, 0], []), "FORMERR QR RD - -"],
  ["two questions (RFC 9619)", message(RD, [2, 0, 0, 0], [...QUESTION, ...QUESTION]), "FORMERR QR RD - -"],
  ["question announced and not there", message(RD, [1, 0, 0, 0], []), "FORMERR QR RD - -"],
  ["a name that ends with the message", message(RD, [1, 0, 0, 0], [4, 120, 109]), "FORMERR QR RD - -"],
  ["a name without type and class", message(RD, [1, 0, 0, 0], QUESTION.slice(0, -2)), "FORMERR QR RD - -"],
  ["a pointer in QNAME", message(RD, [1, 0, 0, 0], [0xc0, 12, 0, 1, 0, 1]), "FORMERR QR RD - -"],
  ["label type 01", message(RD, [1, 0, 0, 0], [0x41, 1, 0, 0, 1, 0, 1]), "FORMERR QR RD - -"],
  [
    "a name of 256 octets",
    message(RD, [1, 0, 0, 0], [...[63, 63, 63, 62].flatMap((n) => [n, ...Array(n).fill(97)]), 0, 0, 1, 0, 1]),
    "FORMERR QR RD - -",
  ],
  ["an answer in a query", message(RD, [1, 1, 0, 0], [...QUESTION, ...SOA_RECORD]), `FORMERR QR RD ${ASK} -`],
  [
    "an authority record in a query",
    message(RD, [1, 0, 1, 0], [...QUESTION, ...SOA_RECORD]),
    `FORMERR QR RD ${ASK} -`,
  ],
  [
    "octets behind the last record",
    requestOf({ ask: ASK, trailing: Uint8Array.of(0) }),
    `FORMERR QR RD ${ASK} -`,
  ],
  [
    "an additional record announced and not there",
    message(RD, [1, 0, 0, 1], QUESTION),
    `FORMERR QR RD ${ASK} -`,
  ],
  [
    "RDLENGTH past the end",
    message(RD, [1, 0, 0, 1], [...QUESTION, ...OPT.slice(0, -1), 1]),
    `FORMERR QR RD ${ASK} -`,
  ],
  ["two OPT records", message(RD, [1, 0, 0, 2], [...QUESTION, ...OPT, ...OPT]), `FORMERR QR RD ${ASK} opt`],
  [
    "an OPT whose owner is not the root",
    message(RD, [1, 0, 0, 1], [...QUESTION, 1, 97, ...OPT]),
    `FORMERR QR RD ${ASK} -`,
  ],
  [
    "an option past the end of OPT",
    message(RD, [1, 0, 0, 1], [...QUESTION, ...OPT.slice(0, -1), 4, 0, 10, 0, 9]),
    `FORMERR QR RD ${ASK} opt`,
  ],
  [
    "an additional record that is of no concern",
    message(RD, [1, 0, 0, 1], [...QUESTION, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]),
    `NOERROR QR AA RD ${ASK} -`,
  ],
  [
    "its owner may be a pointer",
    message(RD, [1, 0, 0, 1], [...QUESTION, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]),
    `NOERROR QR AA RD ${ASK} -`,
  ],
  [
    "label type 01 in its owner",
    message(RD, [1, 0, 0, 1], [...QUESTION, 0x41, 97, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]),
    `FORMERR QR RD ${ASK} -`,
  ],
  ["half a pointer", message(RD, [1, 0, 0, 1], [...QUESTION, 0xc0]), `FORMERR QR RD ${ASK} -`],
  [
    "type OPT as a question: no name holds it, as NSD and Knot say",
    requestOf({ ask: "contoso.com. OPT" }),
    "NOERROR QR AA RD contoso.com. OPT -",
  ],
  [
    "the SOA that IXFR carries, the name no zone of ours",
    message(RD, [1, 0, 1, 0], [...QUESTION.slice(0, -4), 0, 251, 0, 1, ...SOA_RECORD]),
    "NOTAUTH QR RD xmpp.contoso.com. IXFR -",
  ],
];

describe("respond() checks a request in order", () => {
  for (const [why, request, wanted] of rows) test(why, () => expect(outcome(request)).toBe(wanted));
});

describe("respond() answers TSIG with a key it does not know (RFC 8945 §5.2.1)", () => {
  const mac = [0, 4, 1, 2, 3, 4];
  const tsigOf = (rdata: readonly number[]) => [
    3,
    107,
    101,
    121,
    0,
    0,
    250,
    0,
    255,
    0,
    0,
    0,
    0,
    ...u16(rdata.length),
    ...rdata,
  ];
  const algorithm = [4, ...Buffer.from("hmac"), 0];
  const times = [0, 0, 1, 2, 3, 4, 1, 44];
  const good = tsigOf([...algorithm, ...times, ...mac, 0x12, 0x34, 0, 0, 0, 0]);

  test("NOTAUTH with an unsigned TSIG that says BADKEY", () => {
    const octets = exchange(snapshot, message(RD, [1, 0, 0, 1], [...QUESTION, ...good]));
    const reply = decodeMessage(octets);
    expect(reply.rcode).toBe("NOTAUTH");
    expect(reply.answer).toEqual([]);
    const unsigned = tsigOf([...algorithm, ...times, 0, 0, 0x12, 0x34, 0, 17, 0, 0]);
    expect([...octets.subarray(-unsigned.length)]).toEqual(unsigned);
  });

  test("NOTAUTH without it where it has no room", () => {
    const long = [
      ...Array.from({ length: 3 }, () => [63, ...Array(63).fill(0x61)]).flat(),
      61,
      ...Array(61).fill(0x62),
      0,
    ];
    const question = [...long, 0, 1, 0, 1];
    const tsig = tsigOf([...long, ...times, ...mac, 0x12, 0x34, 0, 0, 0, 0]);
    const octets = exchange(snapshot, message(RD, [1, 0, 0, 1], [...question, ...tsig]));
    expect(decodeMessage(octets)).toMatchObject({ rcode: "NOTAUTH", additional: [] });
    expect(octets).toHaveLength(12 + question.length);
  });

  test.each([
    ["not the last record", [1, 0, 0, 2], [...QUESTION, ...good, ...OPT]],
    ["a MAC past the end", [1, 0, 0, 1], [...QUESTION, ...tsigOf([...algorithm, ...times, 0, 99])]],
    [
      "other data past the end",
      [1, 0, 0, 1],
      [...QUESTION, ...tsigOf([...algorithm, ...times, ...mac, 0, 0, 0, 0, 0, 9])],
    ],
    [
      "a pointer in the algorithm's name",
      [1, 0, 0, 1],
      [...QUESTION, ...tsigOf([0xc0, 12, ...times, ...mac])],
    ],
    ["no room for a MAC's length", [1, 0, 0, 1], [...QUESTION, ...tsigOf([...algorithm, ...times])]],
  ])("FORMERR: %s", (_, counts, body) => {
    expect(outcome(message(RD, counts, body))).toMatch(/^FORMERR/);
  });
});

describe("respond() gives the question back octet for octet", () => {
  test.each([
    "xMpP.ConToSo.COM. A",
    "_XMPP-server._TCP.contoso.com. SRV",
    "NOTHING.contoso.com. A",
    "eXample.org. A",
  ])("%s", (ask) => {
    const request = requestOf({ ask });
    const reply = exchange(snapshot, request);
    expect(reply.subarray(12, request.length)).toEqual(request.subarray(12));
    expect(decodeMessage(reply).id).toBe(0x1234);
  });
});

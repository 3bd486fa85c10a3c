/** TSIG against messages as kdig 3.2 and dig 9.18 sign them, and against ourselves. */

import { describe, expect, test } from "vitest";
import { parseHex } from "../../src/dns/base-encoding.ts";
import { RCODE } from "../../src/dns/codes.ts";
import { Secret, type TsigAlgorithm, type TsigKey } from "../../src/dns/transfer-policy.ts";
import { readName, readTsig, skipRecord, type TsigRecord } from "../../src/tsig/message.ts";
import {
  addUnsignedError,
  errorLength,
  ReplySigner,
  signatureLength,
  signRequest,
} from "../../src/tsig/sign.ts";
import { isContinuationSigned, isReplySigned, type Verdict, verifyRequest } from "../../src/tsig/verify.ts";
import { nameOf, requestOf } from "../conformance/harness.ts";

const SECRET = new TextEncoder().encode("01234567890123456789012345678901");
/** When the messages below were signed. */
const SIGNED = 0x6b03669a;

function keyOf(algorithm: TsigAlgorithm, name = "key.alpha.test.", secret = SECRET): TsigKey {
  return { name: nameOf(name), algorithm, secret: new Secret(secret) };
}

const KDIG_SHA256 =
  "98930120000100000000000105616c70686104746573740000060001036b657905616c70686104746573740000fa00ff00000000003d0b686d61632d7368613235360000006b03669a012c0020b1eea05476ac990be136a66d2d702aed303ac1d38539703e702c01147734e20e989300000000";
const KDIG_SHA512 =
  "1c940120000100000000000205616c706861047465737400000600010000291000000000000000036b657905616c70686104746573740000fa00ff00000000005d0b686d61632d7368613531320000006b03669a012c00406201f08a9a7a2e123c3ca38a55876af6f133417196a9e657cd637b3439a86e4bda9302f9c88a7777f7f2c45bbaf60826b582b81cec9b7a235117d9b3b02f0ceb1c9400000000";
const DIG_SHA384 =
  "bfec0120000100000000000205616c7068610474657374000006000100002904d000000000000c000a000833b53705b6b85873036b657905616c70686104746573740000fa00ff00000000004d0b686d61632d7368613338340000006b03669a012c003029ee0c00031d093cced54f5eaa5422ab1979e5a0f0891d3aa069febf0e24b5aa46d0733617f04db04f17eaeb8c3cc123bfec00000000";
const DIG_SHA256_TRUNCATED =
  "3e300120000100000000000205616c7068610474657374000006000100002904d000000000000c000a0008309152134c3293ef036b657905616c70686104746573740000fa00ff00000000002d0b686d61632d7368613235360000006b03669a012c00107e321d2571996d098ede23085cd513823e3000000000";

function octetsOf(hex: string): Uint8Array {
  return parseHex(hex) ?? new Uint8Array();
}

/** The TSIG record of a message with one question, an OPT record perhaps, and no other records before it. */
function tsigOf(octets: Uint8Array): TsigRecord {
  const [question, records] = [questionEnd(octets), octets[11] ?? 0];
  let start = question;
  for (let left = sectionCount(octets) + records - 1; left > 0; left--)
    start = skipRecord(octets, 0, start, octets.length);
  const record = readTsig(octets, 0, start, octets.length);
  if (record === undefined) throw new Error("the message ends in no TSIG record");
  return record;
}

function sectionCount(octets: Uint8Array): number {
  return (octets[7] ?? 0) + (octets[9] ?? 0);
}

function questionEnd(octets: Uint8Array): number {
  let at = 12;
  while ((octets[at] ?? 0) > 0) at += 1 + (octets[at] ?? 0);
  return at + 5;
}

function verdictOf(octets: Uint8Array, keys: readonly TsigKey[], now = SIGNED): Verdict {
  return verifyRequest(keys, octets, 0, tsigOf(octets), now);
}

describe("verifyRequest()", () => {
  test.each([
    ["hmac-sha256 by kdig", KDIG_SHA256, keyOf("hmac-sha256")],
    ["hmac-sha512 by kdig, behind OPT", KDIG_SHA512, keyOf("hmac-sha512")],
    ["hmac-sha384 by dig, behind OPT with a cookie", DIG_SHA384, keyOf("hmac-sha384")],
    ["a MAC truncated to half (RFC 8945 §5.2.2.1)", DIG_SHA256_TRUNCATED, keyOf("hmac-sha256")],
    ["a key whose name differs in case", KDIG_SHA256, keyOf("hmac-sha256", "KEY.Alpha.TEST.")],
  ])("takes %s", (_, hex, key) => {
    expect(verdictOf(octetsOf(hex), [key])).toEqual({ kind: "good", key });
  });

  test.each<[string, TsigKey[], number, Verdict["kind"], number | undefined]>([
    ["no key of the name", [keyOf("hmac-sha256", "other.test.")], SIGNED, "refused", RCODE.BADKEY],
    ["another algorithm", [keyOf("hmac-sha512")], SIGNED, "refused", RCODE.BADKEY],
    [
      "another secret",
      [keyOf("hmac-sha256", "key.alpha.test.", SECRET.subarray(1))],
      SIGNED,
      "refused",
      RCODE.BADSIG,
    ],
    ["the last second", [keyOf("hmac-sha256")], SIGNED + 300, "good", undefined],
    ["a second too late", [keyOf("hmac-sha256")], SIGNED + 301, "out-of-time", undefined],
    ["a second too early", [keyOf("hmac-sha256")], SIGNED - 301, "out-of-time", undefined],
    [
      "another secret and too late: the MAC is looked at first",
      [keyOf("hmac-sha256", "key.alpha.test.", SECRET.subarray(1))],
      SIGNED + 9999,
      "refused",
      RCODE.BADSIG,
    ],
  ])("%s", (_, keys, now, kind, error) => {
    const verdict = verdictOf(octetsOf(KDIG_SHA256), keys, now);
    expect(verdict.kind).toBe(kind);
    expect(verdict.kind === "refused" ? verdict.error : undefined).toBe(error);
  });

  test("hears of every octet that is changed", () => {
    const genuine = octetsOf(KDIG_SHA256);
    const { start } = tsigOf(genuine);
    for (let at = 2; at < start; at++) {
      if (at >= 4 && at < 12) continue; // the counts: another message altogether
      const forged = genuine.slice();
      forged[at] = (forged[at] ?? 0) ^ 0x20;
      if (at >= 12 && at < 24) continue; // label lengths move the rest; the next loop changes letters
      const record = readTsig(forged, 0, start, forged.length);
      if (record === undefined) throw new Error("the record itself was not touched");
      expect(verifyRequest([keyOf("hmac-sha256")], forged, 0, record, SIGNED).kind).toBe("refused");
    }
  });

  test.each([
    ["nine octets", 9],
    ["less than half", 15],
    ["more than whole", 33],
  ])("calls a MAC of %s malformed (RFC 8945 §5.2.2.1)", (_, length) => {
    const octets = octetsOf(KDIG_SHA256);
    const record = { ...tsigOf(octets), mac: new Uint8Array(length) };
    expect(verifyRequest([keyOf("hmac-sha256")], octets, 0, record, SIGNED)).toEqual({ kind: "malformed" });
  });

  test("puts the original ID back that a forwarder changed", () => {
    const octets = octetsOf(KDIG_SHA256);
    octets[0] = 0x11;
    octets[1] = 0x22;
    expect(verdictOf(octets, [keyOf("hmac-sha256")]).kind).toBe("good");
  });
});

describe("readTsig()", () => {
  const start = tsigOf(octetsOf(KDIG_SHA256)).start;
  test.each<[string, number, ...number[]]>([
    ["another type", start + 16, 0, 1],
    ["an RDLENGTH that is not its own", start + 25, 0x3c],
    ["class IN", start + 18, 0, 1],
    ["a TTL", start + 23, 1],
    ["a MAC past the end", start + 26 + 13 + 8, 0xff],
    ["a pointer in the algorithm's name", start + 26, 0xc0],
  ])("refuses %s", (_, at, ...values) => {
    const octets = octetsOf(KDIG_SHA256);
    octets.set(values, at);
    expect(readTsig(octets, 0, start, octets.length)).toBeUndefined();
  });
});

test.each([
  ["half of a record", 3],
  ["a name that does not end", 1],
])("readTsig() refuses %s", (_, octetsLeft) => {
  const octets = octetsOf(KDIG_SHA256).fill(1, -1);
  expect(readTsig(octets, 0, octets.length - octetsLeft, octets.length)).toBeUndefined();
});

describe("skipRecord()", () => {
  const FIXED = [0, 1, 0, 1, 0, 0, 0, 0, 0, 0];
  const long = Array.from({ length: 126 }, () => [1, 0x61]).flat();
  test.each<[string, readonly number[], number]>([
    ["the root as owner", [0, ...FIXED], 11],
    ["labels", [1, 0x61, 2, 0x62, 0x63, 0, ...FIXED], 16],
    ["a name of 255 octets", [...long, 1, 0x61, 0, ...FIXED], 265],
    ["RDATA", [0, ...FIXED.slice(0, -1), 3, 1, 2, 3], 14],
    ["a label of 64 octets", [64, ...Array(64).fill(0x61), 0, ...FIXED], -1],
    ["a name of 257 octets", [...long, 1, 0x61, 1, 0x61, 0, ...FIXED], -1],
    ["a label past the end", [5, 0x61], -1],
    ["a name that does not end", [1, 0x61], -1],
    ["a pointer past the end", [0xc0], -1],
    ["a pointer to itself", [0xc0, 12, ...FIXED], -1],
    ["a pointer ahead", [0xc0, 14, 0, ...FIXED], -1],
    ["no room for type and class", [0, ...FIXED.slice(1)], -1],
    ["RDATA past the end", [0, ...FIXED.slice(0, -1), 3, 1, 2], -1],
  ])("%s", (_, record, end) => {
    const octets = Uint8Array.of(...Array(12).fill(0), ...record);
    expect(skipRecord(octets, 0, 12, octets.length)).toBe(end < 0 ? end : 12 + end);
  });
});

describe("readName()", () => {
  /** At 1: B.a. At 6: C and a pointer to 1. At 10: a pointer to 6. */
  const octets = Uint8Array.of(9, 1, 0x42, 1, 0x61, 0, 1, 0x43, 0xc0, 0, 0xc0, 5, 0);
  test.each<[string, number, string, number]>([
    ["lower-cased", 1, "\x01b\x01a\0", 6],
    ["shortened by a pointer", 6, "\x01c\x01b\x01a\0", 10],
    ["shortened by a pointer to one", 10, "\x01c\x01b\x01a\0", 12],
  ])("%s", (_, at, wire, end) => {
    expect(readName(octets, 1, at, octets.length)).toEqual({ wire, end });
  });
});

describe("ReplySigner", () => {
  const key = keyOf("hmac-sha384");

  function replyOf(request: Uint8Array, room: number): Uint8Array {
    const reply = new Uint8Array(request.length + room);
    reply.set(request);
    reply[2] = 0x84;
    return reply;
  }

  test("signs a stream that its receiver verifies message by message (RFC 8945 §5.3.1)", () => {
    const question = requestOf({ ask: "alpha.test. AXFR" });
    const request = signRequest(key, question, SIGNED);
    expect(verdictOf(request.octets, [key]).kind).toBe("good");
    const signer = new ReplySigner(key, tsigOf(request.octets));
    expect(signer.room).toBe(signatureLength(key));

    const messages = [0, 1, 2].map(() => {
      const reply = replyOf(question, signer.room);
      const length = signer.sign(reply, 0, question.length, SIGNED + 1);
      expect(length).toBe(reply.length); // the room is what is needed, no more
      return reply;
    });
    const records = messages.map(tsigOf);
    const [first, second, third] = messages;
    const [one, two, three] = records;
    if (!(first && second && third && one && two && three)) throw new Error("three were signed");
    expect(isReplySigned(key, request.mac, first, one, SIGNED)).toBe(true);
    expect(isReplySigned(key, request.mac, first, one, SIGNED + 302)).toBe(false);
    expect(isReplySigned(key, one.mac, first, one, SIGNED)).toBe(false);
    expect(isContinuationSigned(key, one.mac, second, two)).toBe(true);
    expect(isContinuationSigned(key, two.mac, third, three)).toBe(true);
    expect(isContinuationSigned(key, one.mac, third, three)).toBe(false); // one left out
    expect(isContinuationSigned(key, one.mac, second, { ...two, mac: two.mac.subarray(0, 9) })).toBe(false);
    const others = [keyOf("hmac-sha384", "other.test."), keyOf("hmac-sha512")];
    for (const other of others) expect(isReplySigned(other, request.mac, first, one, SIGNED)).toBe(false);
  });

  test("answers out of time with the request's time, ours beside it", () => {
    const question = requestOf({ ask: "alpha.test. SOA" });
    const request = signRequest(key, question, SIGNED);
    const reply = replyOf(question, signatureLength(key) + 6);
    new ReplySigner(key, tsigOf(request.octets)).signOutOfTime(reply, 0, question.length, SIGNED + 1000);
    const record = tsigOf(reply);
    expect(record).toMatchObject({ timeSigned: SIGNED, fudge: 300, error: RCODE.BADTIME });
    expect([...record.other]).toEqual([0, 0, 0x6b, 0x03, 0x6a, 0x82]);
    expect(isReplySigned(key, request.mac, reply, record, SIGNED)).toBe(true);
  });

  test("an unsigned error has no MAC and the request's names", () => {
    const octets = octetsOf(KDIG_SHA256);
    const record = tsigOf(octets);
    const reply = replyOf(octets.subarray(0, record.start), errorLength(record));
    reply[11] = 0;
    expect(addUnsignedError(reply, 0, record.start, record, RCODE.BADKEY)).toBe(reply.length);
    expect(tsigOf(reply)).toMatchObject({
      keyName: record.keyName,
      algorithm: record.algorithm,
      error: RCODE.BADKEY,
      mac: new Uint8Array(),
    });
  });
});

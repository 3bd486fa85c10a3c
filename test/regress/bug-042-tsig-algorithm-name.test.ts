/** A TSIG whose algorithm name was compressed or over-long met NOTAUTH: what cannot be read is FORMERR (RFC 8945 §5.2). */

import { expect, test } from "vitest";
import { snapshot } from "../conformance/contoso.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { exchange, RD, requestOf, u16 } from "../conformance/harness.ts";

/** Labels of these lengths, without the root. */
function labels(...lengths: readonly number[]): number[] {
  return lengths.flatMap((length) => [length, ...Array<number>(length).fill(97)]);
}

const POINTER_TO_QNAME = [0xc0, 12];
const KEY = [...labels(3), 0];
const ALGORITHM = [...labels(4), 0];

function signed(owner: readonly number[], algorithm: readonly number[]): Uint8Array {
  const times = [0, 0, 1, 2, 3, 4, 1, 44];
  const rdata = [...algorithm, ...times, 0, 4, 1, 2, 3, 4, 0x12, 0x34, 0, 0, 0, 0];
  const tsig = [...owner, 0, 250, 0, 255, 0, 0, 0, 0, ...u16(rdata.length), ...rdata];
  const request = requestOf({ ask: "xmpp.contoso.com. A", flags: RD, trailing: Uint8Array.from(tsig) });
  request[11] = 1; // one additional record
  return request;
}

test.each<{ why: string; owner?: readonly number[]; algorithm?: readonly number[]; rcode: string }>([
  { why: "plain names", rcode: "NOTAUTH" },
  { why: "an algorithm name of 255 octets", algorithm: [...labels(63, 63, 63, 61), 0], rcode: "NOTAUTH" },
  { why: "the root as algorithm", algorithm: [0], rcode: "NOTAUTH" },
  { why: "a key name that is compressed", owner: POINTER_TO_QNAME, rcode: "NOTAUTH" },
  { why: "an algorithm name of 256 octets", algorithm: [...labels(63, 63, 63, 62), 0], rcode: "FORMERR" },
  { why: "an algorithm name of 321 octets", algorithm: [...labels(63, 63, 63, 63, 63), 0], rcode: "FORMERR" },
  { why: "a pointer as algorithm name", algorithm: POINTER_TO_QNAME, rcode: "FORMERR" },
  {
    why: "an algorithm name that a pointer ends",
    algorithm: [...labels(4), ...POINTER_TO_QNAME],
    rcode: "FORMERR",
  },
  { why: "a reserved label type", algorithm: [0x41, 1, 0], rcode: "FORMERR" },
  { why: "a key name of 256 octets", owner: [...labels(63, 63, 63, 62), 0], rcode: "FORMERR" },
])("respond() meets a TSIG with $why with $rcode", ({ owner = KEY, algorithm = ALGORITHM, rcode }) => {
  expect(decodeMessage(exchange(snapshot, signed(owner, algorithm))).rcode).toBe(rcode);
});

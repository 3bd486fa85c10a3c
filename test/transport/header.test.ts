/** RCODEs of replies that the responder itself has written, where they lie among other octets. */

import { expect, test } from "vitest";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { udpExtras } from "../../src/responder/extras.ts";
import { udpLimits } from "../../src/responder/respond.ts";
import { rcodeOf, wholeRcodeOf } from "../../src/transport/header.ts";
import { snapshot } from "../conformance/contoso.ts";
import { exchange, type Request, requestOf } from "../conformance/harness.ts";

const COOKIES = { secrets: secretMemory([new Uint8Array(16)]), required: true };
const LIMITS = udpLimits(1232, udpExtras({ cookies: COOKIES }));
const CLIENT_COOKIE = { 10: new Uint8Array(8) };
const ASK = "xmpp.contoso.com. A";

const cases: { why: string; request: Request; header: number; whole: number }[] = [
  { why: "NOERROR with an answer", request: { ask: ASK }, header: 0, whole: 0 },
  { why: "NOERROR with an OPT record", request: { ask: ASK, edns: {} }, header: 0, whole: 0 },
  { why: "REFUSED without OPT", request: { ask: "example.org. A" }, header: 5, whole: 5 },
  { why: "REFUSED with OPT", request: { ask: "example.org. A", edns: {} }, header: 5, whole: 5 },
  { why: "NXDOMAIN", request: { ask: "none.contoso.com. A", edns: {} }, header: 3, whole: 3 },
  { why: "BADVERS", request: { ask: ASK, edns: { version: 1 } }, header: 0, whole: 16 },
  { why: "BADVERS for the root", request: { ask: ". NS", edns: { version: 1 } }, header: 0, whole: 16 },
  { why: "BADCOOKIE", request: { ask: ASK, edns: { options: CLIENT_COOKIE } }, header: 7, whole: 23 },
  { why: "a cookie asked for alone", request: { edns: { options: CLIENT_COOKIE } }, header: 0, whole: 0 },
];

test.each(cases)("wholeRcodeOf() of $why", ({ request, header, whole }) => {
  const reply = exchange(snapshot, requestOf(request), LIMITS);
  const among = new Uint8Array(40 + reply.length).fill(0xee);
  among.set(reply, 20);
  expect([rcodeOf(among, 20), wholeRcodeOf(among, 20, reply.length)]).toEqual([header, whole]);
});

test("wholeRcodeOf() keeps to the header where octets are no DNS", () => {
  const request = new Uint8Array(12).fill(0);
  request[3] = 7;
  request[5] = 1;
  request[11] = 1;
  expect(wholeRcodeOf(request, 0, request.length)).toBe(7);
  expect(wholeRcodeOf(new Uint8Array(40).fill(0xff, 0, 4), 0, 40)).toBe(15);
});

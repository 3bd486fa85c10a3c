/** Whatever octets come: no throw, no reply over the limit, no octet outside of the reply, the same reply again. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { tcpExtras, udpExtras } from "../../src/responder/extras.ts";
import { type Limits, respond, tcpLimits, udpLimits } from "../../src/responder/respond.ts";
import { snapshot } from "../conformance/contoso.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";

const EXTRAS = {
  cookies: { secrets: secretMemory([new Uint8Array(16), new Uint8Array(16).fill(1)]), required: true },
  name: "edge-dns",
  chaos: true,
  version: "x".repeat(64),
};
const LIMITS = [
  udpLimits(1232),
  udpLimits(512),
  udpLimits(4096),
  tcpLimits(1232),
  udpLimits(512, udpExtras(EXTRAS)),
  tcpLimits(1232, tcpExtras(EXTRAS, 10_000)),
];
const CLIENT = { octets: Uint8Array.of(192, 0, 2, 1), offset: 0, length: 4, time: 1_700_000_000.5 };

const names = fc.constantFrom(
  "contoso.com.",
  "_xmpp-server._tcp.contoso.com.",
  "_tcp.contoso.com.",
  "XMPP.contoso.com.",
  "nothing.contoso.com.",
  "example.org.",
  ".",
);
const types = fc.constantFrom(
  "A",
  "AAAA",
  "SRV",
  "NS",
  "MX",
  "SOA",
  "ANY",
  "OPT",
  "TSIG",
  "AXFR",
  "TYPE0",
  "TYPE65535",
);
const edns = fc.option(
  fc.record({
    version: fc.constantFrom(0, 0, 0, 1, 255),
    payloadSize: fc.nat(0xffff),
    flags: fc.nat(0xffff),
    options: fc.dictionary(fc.nat(20).map(String), fc.uint8Array({ maxLength: 40 }), { maxKeys: 4 }),
  }),
  { nil: undefined },
);
const requests = fc
  .record({ name: names, type: types, id: fc.nat(0xffff), flags: fc.nat(0xffff), edns })
  .map(({ name, type, edns: options, ...rest }) =>
    requestOf({ ask: `${name} ${type}`, ...rest, ...(options && { edns: options }) }),
  );

/** A request with some octets overwritten, cut short or with octets behind it. */
const mutated = fc
  .tuple(
    requests,
    fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 8 }),
    fc.nat(600),
    fc.uint8Array({ maxLength: 30 }),
  )
  .map(([request, changes, length, tail]) => {
    const octets = Uint8Array.from([...request, ...tail]);
    for (const [at, octet] of changes) if (at < octets.length) octets[at] = octet;
    return octets.subarray(0, Math.max(length, octets.length % 40));
  });

/** Places the request inside larger memory, so that reading past its end would be seen as another reply. */
function replyTo(request: Uint8Array, limits: Limits, margin: number): Uint8Array {
  const around = new Uint8Array(request.length + 2 * margin).fill(margin);
  around.set(request, margin);
  const reply = new Uint8Array(66_000).fill(0xee);
  const length = respond(snapshot, around, margin, request.length, reply, margin, limits, CLIENT);
  expect(reply.subarray(0, margin).every((octet) => octet === 0xee)).toBe(true);
  return reply.slice(margin, margin + length);
}

function holds(request: Uint8Array, limits: Limits): void {
  const reply = replyTo(request, limits, 7);
  expect(reply).toEqual(replyTo(request, limits, 31));
  expect(reply.length).toBeLessThanOrEqual(Math.max(limits.plain, limits.payloadSize));
  if (reply.length === 0) {
    expect(request.length < 12 || (request[2] ?? 0) >= 0x80).toBe(true); // RFC 8906: silence is for these alone
    return;
  }
  const message = decodeMessage(reply);
  expect(reply.subarray(0, 2)).toEqual(request.subarray(0, 2));
  expect(message.flags).toMatch(/^QR/);
  if (message.opt === undefined) expect(reply.length).toBeLessThanOrEqual(limits.plain);
}

test("any octets", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 700 }), fc.constantFrom(...LIMITS), holds), {
    numRuns: 2000,
  });
});

test("any octets behind a header that asks one question", () => {
  const asked = fc
    .uint8Array({ maxLength: 400 })
    .map((body) => Uint8Array.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, ...body]));
  fc.assert(fc.property(asked, fc.constantFrom(...LIMITS), holds), { numRuns: 2000 });
});

test("requests, whole and mutated", () => {
  fc.assert(fc.property(fc.oneof(requests, mutated), fc.constantFrom(...LIMITS), holds), { numRuns: 4000 });
});

/** With cookies required, a flooded prefix heard nothing: BADCOOKIE above the rate was withheld as an error, so nobody there got a cookie or was sent to TCP. */

import { describe, expect, test } from "vitest";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { udpExtras } from "../../src/responder/extras.ts";
import { RateLimiter, WITHHELD } from "../../src/responder/rate-limiter.ts";
import { respond, udpLimits } from "../../src/responder/respond.ts";
import { decodeMessage, type Message } from "../conformance/decoder.ts";
import { type Edns, type Request, requestOf, snapshotOfZones } from "../conformance/harness.ts";

const SNAPSHOT = snapshotOfZones({
  "one.test.": "@ SOA ns hostmaster 1 7200 900 1209600 300\n@ NS ns\nns A 203.0.113.53\n",
});
const LIMITS = udpLimits(
  1232,
  udpExtras({ cookies: { secrets: secretMemory([new Uint8Array(16)]), required: true }, name: undefined }),
);
const CLIENT = { octets: Uint8Array.of(192, 0, 2, 1), offset: 0, length: 4, time: 1000 };

/** Asks over UDP as a client whose prefix may have one reply of a kind in a second. */
function stage(slip = 1): (request: Request) => Message | undefined {
  const options = { responsesPerSecond: 1, slip, ipv4PrefixLength: 24, ipv6PrefixLength: 56, exempt: [] };
  const limiter = new RateLimiter(options, 1, { limited: () => undefined, slipped: () => undefined });
  const reply = new Uint8Array(2_000);
  return (request) => {
    const octets = requestOf(request);
    const written = respond(SNAPSHOT, octets, 0, octets.length, reply, 0, LIMITS, CLIENT);
    const length = limiter.limit(reply, 0, written, CLIENT);
    return length === WITHHELD ? undefined : decodeMessage(reply.slice(0, length));
  };
}

const withCookie = (length: number): Request => ({
  ask: "ns.one.test. A",
  edns: { options: { 10: new Uint8Array(length) } },
});

describe("BADCOOKIE above the rate", () => {
  test.each([
    { length: 8, options: [] },
    { length: 24, options: [expect.stringMatching(/^10:/)] },
    { length: 40, options: [expect.stringMatching(/^10:/)] },
  ])("sends a client with $length octets of a cookie to TCP", ({ length, options }) => {
    const ask = stage();
    const request = withCookie(length);
    expect(ask(request)?.rcode).toBe("BADCOOKIE");
    const reply = ask(request);
    expect(reply).toMatchObject({ rcode: "NOERROR", flags: "QR TC RD", answer: [], opt: { options } });
    expect(reply?.length).toBeLessThanOrEqual(requestOf(request).length);
  });

  test("is counted by itself: other errors leave it alone", () => {
    const ask = stage();
    expect(ask({ ask: "two.test. A" })?.rcode).toBe("REFUSED");
    expect(ask({ ask: "two.test. A" })).toBe(undefined);
    expect(ask(withCookie(8))?.rcode).toBe("BADCOOKIE");
  });

  test("is withheld without slip, as all is", () => {
    const ask = stage(0);
    ask(withCookie(8));
    expect(ask(withCookie(8))).toBe(undefined);
  });
});

test("BADVERS is an error", () => {
  const ask = stage();
  const edns: Edns = { version: 1 };
  expect(ask({ ask: "ns.one.test. A", edns })?.rcode).toBe("BADVERS");
  expect(ask({ ask: "ns.one.test. A", edns })).toBe(undefined);
});

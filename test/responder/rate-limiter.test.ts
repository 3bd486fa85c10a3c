/** Replies are counted by prefix, kind and second; what is above the rate is truncated or withheld. */

import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/dns/address.ts";
import { parsePrefix } from "../../src/dns/prefix.ts";
import type { Client } from "../../src/responder/client.ts";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { udpExtras } from "../../src/responder/extras.ts";
import { RateLimiter, type RateLimitOptions, WITHHELD } from "../../src/responder/rate-limiter.ts";
import { type Limits, respond, udpLimits } from "../../src/responder/respond.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { type Request, requestOf, snapshotOfZones } from "../conformance/harness.ts";

const ZONE = "@ IN SOA ns hostmaster 1 7200 900 1209600 300\n@ IN NS ns\nns IN A 203.0.113.53\n";
const snapshot = snapshotOfZones({ "one.test.": ZONE, "two.test.": ZONE });
const COOKIES = { secrets: secretMemory([new Uint8Array(16)]), required: false };
const LIMITS = udpLimits(1232, udpExtras({ cookies: COOKIES, name: "a-name-of-some-length.example" }));

const ANSWER = "ns.one.test. A";
const NODATA = "ns.one.test. AAAA";
const NXDOMAIN = "nothing.one.test. A";
const REFUSED = "three.test. A";

/** A server's UDP side without the sockets. */
class Stage {
  readonly counts = { limited: 0, slipped: 0 };
  readonly reply = new Uint8Array(2000);
  readonly #limiter: RateLimiter;
  readonly #limits: Limits;

  constructor(options: Partial<RateLimitOptions> = {}, limits = LIMITS) {
    this.#limits = limits;
    const defaults = { responsesPerSecond: 3, slip: 1, ipv4PrefixLength: 24, ipv6PrefixLength: 56 };
    this.#limiter = new RateLimiter({ ...defaults, exempt: [], ...options }, 0x5eed, {
      limited: () => void this.counts.limited++,
      slipped: () => void this.counts.slipped++,
    });
  }

  /** The length that goes out. */
  ask(request: Request | string, from = "192.0.2.1", time = 1000): number {
    const octets = requestOf(typeof request === "string" ? { ask: request } : request);
    const address = parseAddress(from)?.octets ?? new Uint8Array(0);
    const client: Client = { octets: address, offset: 0, length: address.length, time };
    const length = respond(snapshot, octets, 0, octets.length, this.reply, 9, this.#limits, client);
    return this.#limiter.limit(this.reply, 9, length, client);
  }

  /** What becomes of each of several replies: whole, truncated or withheld. */
  fates(asked: readonly (readonly [request: Request | string, from?: string, time?: number])[]): string {
    return asked
      .map((each) => {
        const length = this.ask(...each);
        if (length === WITHHELD) return "-";
        return (this.reply[11] ?? 0) & 2 ? "T" : "W";
      })
      .join("");
  }
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe("RateLimiter", () => {
  test("lets replies up to the rate pass in each second", () => {
    const stage = new Stage();
    const asked = [1000, 1000.9, 1000.2, 1000.3, 1000.99, 1001, 1001, 1001, 1001].map(
      (time) => [ANSWER, "192.0.2.1", time] as const,
    );
    expect(stage.fates(asked)).toBe("WWWTTWWWT");
    expect(stage.counts).toEqual({ limited: 3, slipped: 3 });
  });

  test.each([
    ["an address of the same /24", "192.0.2.255", "T"],
    ["one of the next", "192.0.3.1", "W"],
    ["one of IPv6", "2001:db8::1", "W"],
  ])("counts prefixes apart: %s", (_, other, fate) => {
    const stage = new Stage();
    stage.fates(times(3, [ANSWER]));
    expect(stage.fates([[ANSWER, other]])).toBe(fate);
  });

  test.each([
    ["of the same /56", "2001:db8:0:0ff::1", "T"],
    ["of the next", "2001:db8:0:100::1", "W"],
  ])("counts IPv6 by prefix: an address %s", (_, other, fate) => {
    const stage = new Stage();
    stage.fates(times(3, [ANSWER, "2001:db8:0:1::1"]));
    expect(stage.fates([[ANSWER, other]])).toBe(fate);
  });

  test("has prefix lengths that can be set", () => {
    const stage = new Stage({ ipv4PrefixLength: 32, ipv6PrefixLength: 32 });
    stage.fates(times(3, [ANSWER]));
    stage.fates(times(3, [ANSWER, "2001:db8::1"]));
    expect(
      stage.fates([
        [ANSWER, "192.0.2.2"],
        [ANSWER, "2001:db8:ffff::1"],
      ]),
    ).toBe("WT");
  });

  test("counts kinds of reply apart", () => {
    const stage = new Stage();
    for (const kind of [ANSWER, NODATA, NXDOMAIN, REFUSED]) expect(stage.fates(times(3, [kind]))).toBe("WWW");
    expect(stage.fates([[ANSWER], [NODATA], [NXDOMAIN], [REFUSED]])).toBe("TTT-");
  });

  test("counts NXDOMAIN for each zone, whatever the name", () => {
    const stage = new Stage();
    const asked = ["a.one.test. A", "b.one.test. A", "c.d.one.test. A", "e.one.test. A", "a.two.test. A"];
    expect(stage.fates(asked.map((ask) => [ask]))).toBe("WWWTW");
  });

  test.each([
    [0, "WWW------"],
    [1, "WWWTTTTTT"],
    [2, "WWW-T-T-T"],
    [3, "WWW--T--T"],
  ])("with slip %i", (slip, wanted) => {
    expect(new Stage({ slip }).fates(times(9, [ANSWER]))).toBe(wanted);
  });

  test("withholds errors: truncated ones would send nobody anywhere, and they could go round and round", () => {
    expect(new Stage().fates(times(5, [REFUSED]))).toBe("WWW--");
  });

  test("truncates BADCOOKIE: over TCP there is an answer", () => {
    const cookies = { ...COOKIES, required: true };
    const stage = new Stage({}, udpLimits(1232, udpExtras({ cookies, name: undefined })));
    const request = { ask: ANSWER, edns: { options: { 10: new Uint8Array(8) } } };
    expect(stage.fates(times(5, [request]))).toBe("WWWTT");
    expect(stage.fates(times(4, [{ ask: ANSWER, edns: { version: 1 } }]))).toBe("WWW-");
  });

  test("truncated is the question, TC and the OPT record with the cookie of a client that sent as long a one", () => {
    const stage = new Stage({ responsesPerSecond: 1 });
    const request = { ask: NXDOMAIN, edns: { options: { 10: new Uint8Array(24) } } };
    stage.ask(request);
    const length = stage.ask(request);
    const message = decodeMessage(stage.reply.slice(9, 9 + length));
    expect(message).toMatchObject({
      rcode: "NOERROR",
      flags: "QR TC RD",
      question: NXDOMAIN,
      answer: [],
      authority: [],
      additional: [],
    });
    expect(message.opt?.options).toEqual([expect.stringMatching(/^10:/)]);
    expect(length).toBe(requestOf(request).length);
    expect(decodeMessage(stage.reply.slice(9, 9 + stage.ask(ANSWER)))).toMatchObject({ opt: undefined });
  });

  test.each([
    { why: "no EDNS", request: {} },
    { why: "no options", request: { edns: {} } },
    { why: "NSID", request: { edns: { options: { 3: new Uint8Array() } } } },
    { why: "EXPIRE", request: { edns: { options: { 9: new Uint8Array() } } } },
    { why: "a client cookie", request: { edns: { options: { 10: new Uint8Array(8) } } } },
    { why: "a short server cookie", request: { edns: { options: { 10: new Uint8Array(23) } } } },
    {
      why: "a client cookie and NSID",
      request: { edns: { options: { 3: new Uint8Array(), 10: new Uint8Array(8) } } },
    },
    { why: "a server cookie", request: { edns: { options: { 10: new Uint8Array(24) } } }, cookie: true },
    {
      why: "a server cookie and NSID",
      request: { edns: { options: { 3: new Uint8Array(), 10: new Uint8Array(24) } } },
      cookie: true,
    },
    {
      why: "a client cookie, padded",
      request: { edns: { options: { 10: new Uint8Array(8), 12: new Uint8Array(12) } } },
      cookie: true,
    },
    {
      why: "a client cookie, padded by an octet too few",
      request: { edns: { options: { 10: new Uint8Array(8), 12: new Uint8Array(11) } } },
    },
  ])("a truncated reply is never longer than its query: $why", ({ request, cookie = false }) => {
    const stage = new Stage({ responsesPerSecond: 1 });
    const query: Request = { ask: "one.test. SOA", ...request };
    stage.ask(query);
    const length = stage.ask(query);
    expect(length).toBeLessThanOrEqual(requestOf(query).length);
    const { opt } = decodeMessage(stage.reply.slice(9, 9 + length));
    expect(opt !== undefined).toBe(query.edns !== undefined);
    expect(opt?.options ?? []).toEqual(cookie ? [expect.stringMatching(/^10:/)] : []);
  });

  test("does not limit a client with a valid cookie", () => {
    const stage = new Stage({ responsesPerSecond: 1 });
    const ask = (cookie: Uint8Array) => ({ ask: ANSWER, edns: { options: { 10: cookie } } });
    const length = stage.ask(ask(new Uint8Array(8)));
    const cookie = decodeMessage(stage.reply.slice(9, 9 + length)).opt?.options[0]?.slice(3) ?? "";
    const valid = Uint8Array.from(Buffer.from(cookie, "hex"));
    expect(stage.fates(times(4, [ask(valid)]))).toBe("WWWW");
    expect(stage.fates([[ask(valid), "192.0.2.2"]])).toBe("T"); // it is another's
  });

  test("does not limit those exempt", () => {
    const exempt = ["192.0.2.7", "2001:db8::/32"].flatMap((text) => parsePrefix(text) ?? []);
    const stage = new Stage({ exempt });
    expect(stage.fates(times(5, [ANSWER, "192.0.2.7"]))).toBe("WWWWW");
    expect(stage.fates(times(5, [ANSWER, "2001:db8:1::1"]))).toBe("WWWWW");
    expect(stage.fates([[ANSWER, "192.0.2.8"]])).toBe("T");
    expect(stage.counts.limited).toBe(1);
  });

  test("leaves silence and clients without an address alone", () => {
    const stage = new Stage({ responsesPerSecond: 1 });
    expect(times(3, 0).map(() => stage.ask({ ask: ANSWER, flags: 0x8000 }))).toEqual([0, 0, 0]);
    expect(stage.fates(times(3, [ANSWER, ""]))).toBe("WWW");
  });

  test("prefixes that would share a place are counted beside each other", () => {
    const stage = new Stage();
    const prefixes = Array.from({ length: 2000 }, (_, n) => `10.${n >> 8}.${n & 255}.1`); // some 30 pairs share one
    const round = () => stage.fates(prefixes.map((from) => [ANSWER, from]));
    for (let whole = 0; whole < 3; whole++) expect(round()).toBe("W".repeat(2000));
    expect(round()).toBe("T".repeat(2000));
  });

  test("a flood from many prefixes in one second pushes nobody over the rate, and frees nobody", () => {
    const stage = new Stage({ responsesPerSecond: 20 });
    stage.fates(times(25, [ANSWER, "203.0.113.1"]));
    let limited = 0;
    for (let high = 0; high < 256; high++)
      for (let low = 0; low < 256; low++)
        if (stage.fates([[ANSWER, `10.${high}.${low}.1`]]) !== "W") limited++;
    expect(limited).toBe(0);
    expect(stage.fates([[ANSWER, "203.0.113.2"]])).toBe("T");
  });
});

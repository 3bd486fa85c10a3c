/** Cookies as RFC 9018 makes them: its test vectors, and what is no cookie of ours. */

import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/dns/address.ts";
import type { Client } from "../../src/responder/client.ts";
import { replaceSecrets, secretMemory } from "../../src/responder/cookie-secrets.ts";
import { COOKIE, CookieJar, type CookieState } from "../../src/responder/cookies.ts";

const SECRET = "e5e973e5a6b2a43f48e7dc849e37bfcf";

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

function jarOf(...secrets: readonly string[]): CookieJar {
  return new CookieJar({ secrets: secretMemory(secrets.map(hex)), required: false });
}

function clientAt(address: string, time: number): Client {
  const octets = parseAddress(address)?.octets ?? new Uint8Array(0);
  return { octets: Uint8Array.of(9, 9, ...octets), offset: 2, length: octets.length, time };
}

/** What a jar says of option data, and the option data of its reply. */
function examined(jar: CookieJar, cookie: string, client: Client): [state: CookieState, reply: string] {
  const data = hex(cookie);
  const state = jar.examine(Uint8Array.of(7, ...data), 1, data.length, client);
  return [state, Buffer.from(jar.reply).toString("hex")];
}

/** Seconds since 1970 of a UTC date as the RFC writes it. */
const at = (date: string) => Date.parse(`${date} UTC`) / 1000;

describe("RFC 9018 appendix A", () => {
  test("A.1: learning a new server cookie", () => {
    const client = clientAt("198.51.100.100", at("Wed Jun 5 2019 10:53:05"));
    const wanted = [COOKIE.CLIENT, "2464c4abcf10c957010000005cf79f111f8130c3eee29480"];
    expect(examined(jarOf(SECRET), "2464c4abcf10c957", client)).toEqual(wanted);
  });

  test("A.2: the same client learning a renewed (fresh) server cookie, 40 minutes later", () => {
    const client = clientAt("198.51.100.100", at("Wed Jun 5 2019 11:33:05"));
    const cookie = "2464c4abcf10c957010000005cf79f111f8130c3eee29480";
    const wanted = [COOKIE.VALID, "2464c4abcf10c957010000005cf7a871d4a564a1442aca77"];
    expect(examined(jarOf(SECRET), cookie, client)).toEqual(wanted);
  });

  describe("A.3: another client learning a renewed server cookie; reserved bits are hashed as they came", () => {
    const cookie = "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5";

    test("it is older than an hour, so a new one is made", () => {
      const client = clientAt("203.0.113.203", at("Wed Jun 5 2019 11:38:20"));
      const wanted = [COOKIE.INVALID, "fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e"];
      expect(examined(jarOf(SECRET), cookie, client)).toEqual(wanted);
    });

    test("when it was made it was valid, and given back", () => {
      const client = clientAt("203.0.113.203", at("Wed Jun 5 2019 09:46:25"));
      expect(examined(jarOf(SECRET), cookie, client)).toEqual([COOKIE.VALID, cookie]);
    });
  });

  test("A.4: IPv6 query with rolled over secret", () => {
    const jar = jarOf("445536bcd2513298075a5d379663c962", "dd3bdf9344b678b185a6f5cb60fca715");
    const client = clientAt("2001:db8:220:1:59de:d0f4:8769:82b8", at("Wed Jun 5 2019 13:39:21"));
    const cookie = "22681ab97d52c298010000005cf7c57926556bd0934c72f8";
    const wanted = [COOKIE.VALID, "22681ab97d52c298010000005cf7c609a6bb79d16625507a"];
    expect(examined(jar, cookie, client)).toEqual(wanted);
  });
});

describe("CookieJar", () => {
  const CLIENT = "2464c4abcf10c957";
  const COOKIE_A1 = `${CLIENT}010000005cf79f111f8130c3eee29480`;
  const MADE = 1_559_731_985;
  const stateOf = (cookie: string, address = "198.51.100.100", time = MADE) =>
    examined(jarOf(SECRET), cookie, clientAt(address, time))[0];

  test.each([
    [0, COOKIE.MALFORMED],
    [7, COOKIE.MALFORMED],
    [8, COOKIE.CLIENT],
    [9, COOKIE.MALFORMED],
    [15, COOKIE.MALFORMED],
    [16, COOKIE.INVALID],
    [40, COOKIE.INVALID],
    [41, COOKIE.MALFORMED],
  ])("takes option data of %i octets for what it is (RFC 7873 §5.2.2)", (length, wanted) => {
    expect(stateOf("01".repeat(length))).toBe(wanted);
  });

  test.each([
    ["a second before its hour is over", 3599, COOKIE.VALID],
    ["at the end of its hour", 3600, COOKIE.VALID],
    ["an hour and a second old", 3601, COOKIE.INVALID],
    ["from a clock five minutes ahead", -300, COOKIE.VALID],
    ["from a clock further ahead", -301, COOKIE.INVALID],
    ["of another age of the counter", 2 ** 32, COOKIE.VALID],
  ])("checks the time stamp: %s (RFC 9018 §4.3)", (_, age, wanted) => {
    expect(stateOf(COOKIE_A1, undefined, MADE + age)).toBe(wanted);
  });

  test.each([
    ["another address", COOKIE_A1, "198.51.100.101"],
    ["another client cookie", COOKIE_A1.replace(/^24/, "25"), "198.51.100.100"],
    ["another version", COOKIE_A1.replace("9570100", "9570200"), "198.51.100.100"],
    ["another hash", COOKIE_A1.replace(/80$/, "81"), "198.51.100.100"],
    ["another secret's hash", `${CLIENT}010000005cf79f11${"00".repeat(8)}`, "198.51.100.100"],
  ])("does not know a cookie for %s", (_, cookie, address) => {
    expect(stateOf(cookie, address)).toBe(COOKIE.INVALID);
  });

  test("gives a young cookie back, and makes a new one after half an hour", () => {
    const replyAt = (time: number) => examined(jarOf(SECRET), COOKIE_A1, clientAt("198.51.100.100", time))[1];
    expect(replyAt(MADE + 1799)).toBe(COOKIE_A1);
    expect(replyAt(MADE + 1800)).not.toBe(COOKIE_A1);
  });
});

test("a jar takes new secrets at the next cookie, and so does the one that requires nothing", () => {
  const [old, now] = [SECRET, "445536bcd2513298075a5d379663c962"];
  const secrets = secretMemory([hex(old)]);
  const jar = new CookieJar({ secrets, required: true });
  const client = clientAt("198.51.100.100", 1_559_731_985);
  const [, first] = examined(jar, "2464c4abcf10c957", client);
  replaceSecrets(secrets, [hex(now), hex(old)]);
  const [, second] = examined(jarOf(now), "2464c4abcf10c957", client);
  for (const each of [jar, jar.optional()])
    expect(examined(each, first, client)).toEqual([COOKIE.VALID, second]);
  replaceSecrets(secrets, [hex(now)]);
  for (const each of [jar, jar.optional()])
    expect(examined(each, first, client)).toEqual([COOKIE.INVALID, second]);
});

import { describe, expect, it } from "vitest";
import { parseSeconds, parseTtl } from "../../src/dns/ttl.ts";

describe("parseTtl()", () => {
  it.each([
    { why: "seconds", text: "3600", ttl: 3600 },
    { why: "units", text: "1h30m", ttl: 5400 },
    { why: "every unit, either case", text: "1W1d1H1m1S", ttl: 694_861 },
    { why: "zero: not to be cached", text: "0", ttl: 0 },
    { why: "the greatest (RFC 2181 §8)", text: "2147483647", ttl: 2_147_483_647 },
    { why: "over 31 bits", text: "2147483648", ttl: undefined },
    { why: "far over", text: "9".repeat(400), ttl: undefined },
    { why: "a number behind units: NSD and BIND differ", text: "1h30", ttl: undefined },
    { why: "a unit alone", text: "h", ttl: undefined },
    { why: "a sign", text: "-1", ttl: undefined },
    { why: "a fraction", text: "1.5h", ttl: undefined },
    { why: "nothing", text: "", ttl: undefined },
  ])("$text: $why", ({ text, ttl }) => {
    expect(parseTtl(text)).toBe(ttl);
  });

  it("parseSeconds() goes up to the maximum it is given", () => {
    expect(parseSeconds("4294967295", 0xffffffff)).toBe(0xffffffff);
  });
});

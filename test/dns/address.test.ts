import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatAddress,
  formatIpv4,
  formatIpv6,
  parseAddress,
  parseIpv4,
  parseIpv6,
} from "../../src/dns/address.ts";
import { hex } from "./presentation.ts";

describe("parseIpv4()", () => {
  it.each([
    { why: "dotted form", text: "192.0.2.1", octets: "c0 00 02 01" },
    { why: "the ends of the range", text: "0.0.0.255", octets: "00 00 00 ff" },
    { why: "an octet over 255", text: "256.1.1.1", octets: undefined },
    { why: "a leading zero could be octal", text: "192.0.02.1", octets: undefined },
    { why: "three numbers mean something else to inet_aton()", text: "192.0.1", octets: undefined },
    { why: "five numbers", text: "1.2.3.4.5", octets: undefined },
    { why: "a final dot", text: "1.2.3.4.", octets: undefined },
    { why: "hex", text: "0x7f.0.0.1", octets: undefined },
    { why: "a prefix length", text: "192.0.2.0/24", octets: undefined },
    { why: "a blank", text: " 192.0.2.1", octets: undefined },
    { why: "a line end", text: "192.0.2.1\n", octets: undefined },
    { why: "nothing", text: "", octets: undefined },
  ])("$text: $why", ({ text, octets }) => {
    const parsed = parseIpv4(text);
    expect(parsed && hex(parsed)).toBe(octets);
  });
});

describe("parseIpv6() and formatIpv6()", () => {
  it.each([
    { why: "lower case (RFC 5952 §4.3)", text: "2001:DB8::1", formatted: "2001:db8::1" },
    { why: "leading zeros go (§4.1)", text: "2001:0db8:0:0:0:0:0:0001", formatted: "2001:db8::1" },
    { why: "the longest run is elided (§4.2.3)", text: "2001:0:0:1:0:0:0:1", formatted: "2001:0:0:1::1" },
    { why: "the first of equal runs (§4.2.3)", text: "2001:db8:0:0:1:0:0:1", formatted: "2001:db8::1:0:0:1" },
    {
      why: "one group is not elided (§4.2.2)",
      text: "2001:db8::1:1:1:1:1",
      formatted: "2001:db8:0:1:1:1:1:1",
    },
    { why: "zeros alone", text: "0:0:0:0:0:0:0:0", formatted: "::" },
    { why: "loopback", text: "::1", formatted: "::1" },
    { why: "zeros at the end", text: "fe80::", formatted: "fe80::" },
    { why: "all but mapped IPv4", text: "::1:ffff:192.0.2.1", formatted: "::1:ffff:c000:201" },
    { why: "all but mapped IPv4", text: "100::ffff:192.0.2.1", formatted: "100::ffff:c000:201" },
    { why: "an IPv4 address at the end", text: "64:ff9b::192.0.2.33", formatted: "64:ff9b::c000:221" },
    { why: "IPv4-mapped keeps its dots (§5)", text: "::FFFF:c000:0201", formatted: "::ffff:192.0.2.1" },
    { why: "no zeros at all", text: "1:2:3:4:5:6:7:8", formatted: "1:2:3:4:5:6:7:8" },
    {
      why: "the longest text",
      text: "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
      formatted: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    },
    { why: "six groups and IPv4", text: "1:2:3:4:5:6:1.2.3.4", formatted: "1:2:3:4:5:6:102:304" },
  ])("$text: $why", ({ text, formatted }) => {
    const parsed = parseIpv6(text);
    expect(parsed && formatIpv6(parsed)).toBe(formatted);
  });

  it.each([
    { why: "two elisions", text: "1::2::3" },
    { why: "three colons", text: "1:::2" },
    { why: "nine groups", text: "1:2:3:4:5:6:7:8:9" },
    { why: "seven groups", text: "1:2:3:4:5:6:7" },
    { why: "an elision of nothing", text: "1:2:3:4::5:6:7:8" },
    { why: "five digits", text: "12345::" },
    { why: "no hex", text: "g::" },
    { why: "a zone", text: "fe80::1%eth0" },
    { why: "a prefix length", text: "2001:db8::/32" },
    { why: "IPv4 before the end", text: "::1.2.3.4:5" },
    { why: "IPv4 before the elision", text: "1.2.3.4::" },
    { why: "bad IPv4", text: "::1.2.3.256" },
    { why: "a colon at the begin", text: ":1:2:3:4:5:6:7:8" },
    { why: "a colon at the end", text: "1:2:3:4:5:6:7:" },
    { why: "longer than any address", text: "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2550" },
    { why: "nothing", text: "" },
    { why: "one group", text: "1" },
  ])("$text is refused: $why", ({ text }) => {
    expect(parseIpv6(text)).toBeUndefined();
  });

  it("formatIpv6() gives what the URL parser of the platform gives", () => {
    const property = fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.nat({ max: 0xffff }),
      (octets, mask) => {
        const sparse = octets.map((octet, at) => ((mask >> at) & 1 ? 0 : octet));
        const formatted = formatIpv6(sparse);
        expect(parseIpv6(formatted)).toEqual(sparse);
        if (!formatted.includes("."))
          expect(`[${formatted}]`).toBe(new URL(`http://[${formatted}]`).hostname);
      },
    );
    fc.assert(property);
  });
});

describe("parseAddress() and formatAddress()", () => {
  it("tell the families apart", () => {
    expect(parseAddress("192.0.2.1")?.family).toBe(4);
    expect(parseAddress("::ffff:192.0.2.1")?.family).toBe(6);
    expect(parseAddress("edge1")).toBeUndefined();
  });

  it("write what they read", () => {
    const roundTrip = (text: string) => formatAddress(parseAddress(text)?.octets ?? new Uint8Array());
    expect(["192.0.2.1", "2001:db8::1"].map(roundTrip)).toEqual(["192.0.2.1", "2001:db8::1"]);
  });

  it("refuse octets that are no address as a bug", () => {
    expect(() => formatAddress(new Uint8Array(5))).toThrow(RangeError);
    expect(() => formatIpv4(new Uint8Array(16))).toThrow(RangeError);
  });

  it("never throw on any text", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f:.]*$/)),
        (text) => void parseAddress(text),
      ),
    );
  });
});

import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/dns/address.ts";
import { formatPrefix, isInPrefix, parsePrefix } from "../../src/dns/prefix.ts";

describe("parsePrefix() and formatPrefix()", () => {
  test.each<[string, string | undefined, string]>([
    ["192.0.2.0/24", "192.0.2.0/24", "as it is written"],
    ["192.0.2.77/24", "192.0.2.0/24", "bits behind it do not count"],
    ["192.0.2.77", "192.0.2.77/32", "an address alone"],
    ["0.0.0.0/0", "0.0.0.0/0", "everybody of a family"],
    ["2001:DB8:FFFF::1/33", "2001:db8:8000::/33", "in the middle of an octet"],
    ["2001:db8::1", "2001:db8::1/128", "an address alone"],
    ["::ffff:192.0.2.77", "192.0.2.77/32", "IPv4 inside of IPv6 is IPv4"],
    ["::ffff:192.0.2.0/120", "192.0.2.0/24", "a prefix of such"],
    ["::ffff:0:0/96", "0.0.0.0/0", "all of such"],
    ["::ffff:0:0/95", "::fffe:0:0/95", "more than such"],
    ["192.0.2.0/33", undefined, "more bits than an address has"],
    ["2001:db8::/129", undefined, "more bits than an address has"],
    ["192.0.2.0/024", undefined, "a leading zero could be octal"],
    ["192.0.2.0/", undefined, "no number"],
    ["192.0.2.0/24/8", undefined, "two numbers"],
    ["192.0.2/24", undefined, "no address"],
    ["", undefined, "nothing"],
  ])("%s is %s: %s", (text, written, _) => {
    const prefix = parsePrefix(text);
    expect(prefix && formatPrefix(prefix)).toBe(written);
  });
});

describe("isInPrefix()", () => {
  test.each([
    ["192.0.2.255", "192.0.2.0/24", true],
    ["192.0.3.0", "192.0.2.0/24", false],
    ["::ffff:192.0.2.1", "192.0.2.0/24", false],
    ["192.0.2.1", "::/0", false],
    ["2001:db8:7fff::", "2001:db8::/33", true],
    ["2001:db8:8000::", "2001:db8::/33", false],
  ])("%s in %s: %s", (address, text, inside) => {
    const [found, prefix] = [parseAddress(address), parsePrefix(text)];
    expect(found && prefix && isInPrefix(found, prefix)).toBe(inside);
  });
});

/** Compiled access against the plain reading of its rule: the longest prefix that holds an address decides. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatPrefix, type Prefix, parsePrefix, type QueryAccess } from "../../src/dns/prefix.ts";
import { compileAccess, isAllowed } from "../../src/zone/access.ts";

function prefix(text: string): Prefix {
  const found = parsePrefix(text);
  if (found === undefined) throw new Error(`${text} is no prefix`);
  return found;
}

/** `+192.0.2.0/24 -192.0.2.7`; what is in neither is allowed only where nothing is listed as allowed. */
function accessOf(rules: string): QueryAccess {
  const listed = (sign: string) =>
    rules
      .split(" ")
      .filter((rule) => rule.startsWith(sign))
      .map((rule) => prefix(rule.slice(1)));
  const allow = listed("+");
  return { allow, deny: listed("-"), others: allow.length === 0 ? "allow" : "deny" };
}

function allows(access: QueryAccess, octets: Uint8Array): boolean {
  const margin = 3;
  const words = Uint32Array.of(...Array(margin).fill(99), ...compileAccess(access));
  const source = Uint8Array.of(...Array(margin).fill(99), ...octets);
  return isAllowed(words, margin, source, margin, octets.length);
}

describe("isAllowed()", () => {
  test.each([
    ["only those allowed", "+192.0.2.0/24", "192.0.2.255", true],
    ["nobody else", "+192.0.2.0/24", "192.0.3.0", false],
    ["of another family nobody", "+192.0.2.0/24", "2001:db8::1", false],
    ["all but those denied", "-192.0.2.0/24", "192.0.2.0", false],
    ["all others", "-192.0.2.0/24", "192.0.1.255", true],
    ["all of another family", "-192.0.2.0/24", "2001:db8::1", true],
    ["a hole in what is allowed", "+10.0.0.0/8 -10.1.0.0/16", "10.1.2.3", false],
    ["behind the hole", "+10.0.0.0/8 -10.1.0.0/16", "10.2.0.0", true],
    ["an island in the hole", "+10.0.0.0/8 -10.1.0.0/16 +10.1.1.1", "10.1.1.1", true],
    ["whichever list stands first", "-10.1.0.0/16 +10.1.1.1 +10.0.0.0/8", "10.1.1.2", false],
    ["from one address on, the longer in it", "-10.0.0.0/16 +10.0.0.0/8", "10.0.255.255", false],
    ["from one address on, the shorter behind it", "-10.0.0.0/16 +10.0.0.0/8", "10.1.0.0", true],
    ["denied, if it is in both lists", "+192.0.2.1 -192.0.2.1", "192.0.2.1", false],
    ["the last address of all", "+255.255.255.255", "255.255.255.255", true],
    ["the one before", "+255.255.255.255", "255.255.255.254", false],
    ["everybody", "+0.0.0.0/0 +::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true],
    ["half of IPv6", "+8000::/1", "7fff:ffff::", false],
    ["one of IPv6", "+2001:db8::7 -2001:db8::/32", "2001:db8::7", true],
  ])("%s", (_, rules, address, wanted) => {
    expect(allows(accessOf(rules), prefix(address).octets)).toBe(wanted);
  });

  test("nobody is allowed where the list of those allowed is empty", () => {
    expect(allows({ allow: [], deny: [], others: "deny" }, prefix("192.0.2.1").octets)).toBe(false);
  });

  test.each([
    ["+192.0.2.0/24", false],
    ["-192.0.2.0/24", false],
    ["", true],
  ])('a client whose address is not known is none of "%s": %s', (rules, wanted) => {
    expect(allows(accessOf(rules), new Uint8Array(0))).toBe(wanted);
  });

  test("any lists: the longest prefix decides", () => {
    fc.assert(
      fc.property(anyAccess, fc.array(anyAddress, { minLength: 1, maxLength: 20 }), (access, addresses) => {
        const edges = [...access.allow, ...access.deny].map(({ octets }) => octets);
        for (const octets of [...addresses, ...edges]) {
          expect(allows(access, octets)).toBe(longestDecides(access, octets));
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Few octet values, so that prefixes nest and meet. */
const octet = fc.constantFrom(0, 1, 127, 128, 254, 255);
const anyAddress = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.array(octet, { minLength: 4, maxLength: 4 }).map((octets) => Uint8Array.from(octets)),
  fc.array(octet, { minLength: 16, maxLength: 16 }).map((octets) => Uint8Array.from(octets)),
);
const anyPrefix = fc
  .tuple(anyAddress, fc.nat(128))
  .map(([octets, bits]) =>
    prefix(
      formatPrefix({ family: octets.length === 4 ? 4 : 6, octets, bits: bits % (8 * octets.length + 1) }),
    ),
  );
const anyAccess: fc.Arbitrary<QueryAccess> = fc
  .tuple(
    fc.uniqueArray(anyPrefix, { selector: formatPrefix, maxLength: 12 }),
    fc.nat(12),
    fc.constantFrom("allow" as const, "deny" as const),
  )
  .map(([prefixes, split, others]) => ({
    allow: prefixes.slice(0, split),
    deny: prefixes.slice(split),
    others,
  }));

function longestDecides({ allow, deny, others }: QueryAccess, octets: Uint8Array): boolean {
  const longest = (prefixes: readonly Prefix[]) =>
    Math.max(-1, ...prefixes.filter((candidate) => holds(candidate, octets)).map(({ bits }) => bits));
  const [allowed, denied] = [longest(allow), longest(deny)];
  return allowed === denied ? others === "allow" : allowed > denied;
}

function holds({ octets, bits }: Prefix, address: Uint8Array): boolean {
  const bitsOf = (of: Uint8Array) => Array.from(of, (each) => each.toString(2).padStart(8, "0")).join("");
  return octets.length === address.length && bitsOf(address).startsWith(bitsOf(octets).slice(0, bits));
}

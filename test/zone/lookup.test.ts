/** Names that share a hash of 32 bits are told apart: they were sought out, and the first test sees that they still do. */

import { describe, expect, test } from "vitest";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { HASH_START, hashName, modelSeed } from "../../src/zone/hash.ts";
import { ask, snapshotOf, snapshotOfZones, zoneOf } from "../conformance/harness.ts";

const APEXES = [
  ["of one length", "n0267786", "n1126240"],
  ["of two lengths", "n237787", "n1246860"],
] as const;
const OWNERS = [
  ["of one length", "n0439599", "n0622382"],
  ["of two lengths", "n408181", "n1334400"],
] as const;

const ZONE = "@ 60 SOA ns.x. hm.x. 1 2 3 4 5\n@ 60 NS ns.x.\n";
const wireOf = (label: string) => String.fromCharCode(label.length) + label;

test.each([
  ...APEXES.map(([, one, other]) => [one, other, "\x04test", HASH_START] as const),
  ...OWNERS.map(([, one, other]) => [one, other, "", modelSeed(0)] as const),
])("%s and %s share a hash", (one, other, tail, seed) => {
  expect(hashName(wireOf(one) + tail, seed)).toBe(hashName(wireOf(other) + tail, seed));
});

describe("apexes that share a hash", () => {
  test.each(APEXES)("%s", (_, one, other) => {
    const text = (apex: string) => `${ZONE}@ 60 TXT ${apex}\n`;
    const both = snapshotOfZones({ [`${one}.test.`]: text(one), [`${other}.test.`]: text(other) });
    for (const apex of [one, other])
      expect(ask(both, { ask: `${apex}.test. TXT` })?.answer).toEqual([`${apex}.test. 60 TXT "${apex}"`]);
    const first = snapshotOfZones({ [`${one}.test.`]: text(one) });
    expect(ask(first, { ask: `${other}.test. TXT` })?.rcode).toBe("REFUSED");
  });
});

describe("names of a zone that share a hash", () => {
  test.each(OWNERS)("%s", (_, one, other) => {
    const both = snapshotOfZones({ "a.test.": `${ZONE}${one} 60 TXT ${one}\n${other} 60 TXT ${other}\n` });
    for (const owner of [one, other])
      expect(ask(both, { ask: `${owner}.a.test. TXT` })?.answer).toEqual([
        `${owner}.a.test. 60 TXT "${owner}"`,
      ]);
    const first = snapshotOf([groupOfOne(zoneOf("a.test.", `${ZONE}${one} 60 TXT ${one}\n`))]);
    expect(ask(first, { ask: `${other}.a.test. TXT` })?.rcode).toBe("NXDOMAIN");
  });
});

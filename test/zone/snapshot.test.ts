import { describe, expect, test } from "vitest";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { compile } from "../../src/zone/compile.ts";
import { pairedZones, someApex } from "../../src/zone/served.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { WordWriter } from "../../src/zone/word-writer.ts";
import { expectValue, snapshotOf, snapshotOfZones, zoneOf } from "../conformance/harness.ts";

const ZONE = "@ 60 SOA ns.x. hm.x. 1 2 3 4 5\n@ 60 NS ns.x.\n";

describe("Snapshot", () => {
  test("is refused where the octets are none of ours", () => {
    expect(() => new Snapshot(new SharedArrayBuffer(64))).toThrow(
      "the buffer holds no snapshot of this version",
    );
  });

  test.each(["", "a policy of \xff octets"])("carries the policy's text %j along", (policyText) => {
    const compiled = expectValue(
      compile([groupOfOne(zoneOf("a.test.", ZONE))], { serialOf: () => 1, policyText }),
    );
    expect(compiled.snapshot.policyText).toBe(policyText);
    expect(compiled.snapshot.hasPolicy).toBe(policyText !== "");
  });
});

describe("someApex()", () => {
  test.each([
    ["of one zone", { "a.test.": ZONE }, "a.test."],
    ["of a zone alone at the root", { ".": `${ZONE}ns.x. 60 A 192.0.2.53\n` }, "."],
  ])("%s", (_, zones, apex) => expect(String(someApex(snapshotOfZones(zones)))).toBe(apex));

  test("of several zones is one of them", () => {
    const zones = Object.fromEntries(["a.", "b.", "c.", "d.", "e."].map((apex) => [apex, ZONE]));
    expect(Object.keys(zones)).toContain(String(someApex(snapshotOfZones(zones))));
  });

  test("of no zones is none", () => expect(someApex(snapshotOf([]))).toBeUndefined());
});

test("pairedZones() goes through zones in their order, with what another load has of them", () => {
  const before = snapshotOfZones({ "a.test.": ZONE, "b.test.": ZONE }, 1);
  const after = snapshotOfZones({ "c.test.": ZONE, "b.test.": ZONE }, 2);
  const seen = Array.from(pairedZones(after, before), ({ apex, serial, group, ...other }) => {
    const { isInOther, otherSerial, otherGroup } = other;
    return [String(apex), serial, group, isInOther && [otherSerial, otherGroup]];
  });
  expect(seen).toEqual([
    ["c.test.", 2, 0, false],
    ["b.test.", 2, 1, [1, 1]],
  ]);
});

test("WordWriter says so where the zones get too large for a snapshot", () => {
  expect(() => new WordWriter().reserve(2 ** 29)).toThrow("the zones need more than 2 GiB compiled");
});

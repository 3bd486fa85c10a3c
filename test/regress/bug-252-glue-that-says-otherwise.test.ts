/** Static glue that differs from the inner zone's addresses vanished without a word; the same alone was an error. */

import { describe, expect, test } from "vitest";
import { goodValue, saidOf } from "../deployment/given.ts";
import { deriveFrom, zonesOf } from "../records/given.ts";

function given(onConflict: string): string {
  return `edgePools: [{ fqdn: pool.test, servers: [192.0.2.1] }]
sipDomains:
  - { name: a.test, nameServers: [ns.b.test] }
  - { name: sub.a.test, nameServers: [{ host: ns1, addresses: [203.0.113.5] }] }
zones: { a.test: { zoneFile: db, onConflict: ${onConflict} } }
`;
}

const FAULT =
  'the name has other addresses in zone "sub.a.test", which is a zone of its own here (d.yaml:4:39)';

function glueOf(onConflict: string, db: string): readonly string[] | undefined {
  const zone = zonesOf(goodValue(deriveFrom(given(onConflict), { db })))["a.test."];
  return zone?.filter((line) => line.startsWith("ns1.sub"));
}

describe.each([
  { why: "beside the delegation", delegation: "sub NS ns1.sub\n", line: 2 },
  { why: "alone", delegation: "", line: 1 },
])("static glue $why", ({ delegation, line }) => {
  const said = (onConflict: string, db: string) =>
    saidOf(deriveFrom(given(onConflict), { db: delegation + db })).filter((text) => text.includes(" A"));

  test("that differs is an error", () => {
    expect(said("error", "ns1.sub A 203.0.113.6\n")).toEqual([
      `db:${line}:1 error: Cannot serve the static record "ns1.sub.a.test A": ${FAULT}; give the same in both, or say which holds with "onConflict"`,
    ]);
  });

  test("that differs is dropped for the deployment", () => {
    const db = "ns1.sub A 203.0.113.6\n";
    expect(said("derived", db)).toEqual([
      `db:${line}:1 note: Dropped the static record "ns1.sub.a.test A": ${FAULT}; the deployment holds ("onConflict: derived")`,
    ]);
    expect(glueOf("derived", db)).toEqual(["ns1.sub.a.test. 3600 IN A 203.0.113.5"]);
  });

  test("that differs is kept where static records hold", () => {
    const db = "ns1.sub A 203.0.113.6\n";
    expect(said("static", db)).toEqual([
      `db:${line}:1 warning: Kept the static record "ns1.sub.a.test A", although ${FAULT}: resolvers that come from the zone above are sent to the A addresses given here, and no longer to those that zone itself gives ("onConflict: static")`,
    ]);
    expect(glueOf("static", db)).toEqual(["ns1.sub.a.test. 3600 IN A 203.0.113.6"]);
  });

  test("of the other family differs, too", () => {
    expect(said("error", "ns1.sub AAAA 2001:db8::5\n")).toEqual([
      `db:${line}:1 error: Cannot serve the static record "ns1.sub.a.test AAAA": ${FAULT}; give the same in both, or say which holds with "onConflict"`,
    ]);
    expect(glueOf("static", "ns1.sub AAAA 2001:db8::5\n")).toEqual([
      "ns1.sub.a.test. 3600 IN AAAA 2001:db8::5",
      "ns1.sub.a.test. 3600 IN A 203.0.113.5",
    ]);
  });

  test("that says the same may stand in both", () => {
    for (const onConflict of ["error", "derived", "static"]) {
      expect(said(onConflict, "ns1.sub A 203.0.113.5\n")).toEqual([]);
      expect(glueOf(onConflict, "ns1.sub A 203.0.113.5\n")).toEqual([
        "ns1.sub.a.test. 3600 IN A 203.0.113.5",
      ]);
    }
  });
});

test("what the inner zone's own file says is named with its place", () => {
  const zones = `edgePools: [{ fqdn: pool.test, servers: [192.0.2.1] }]
sipDomains: [a.test, sub.a.test]
zones: { a.test: { zoneFile: db }, sub.a.test: { zoneFile: inner } }
`;
  const files = { db: "ns1.sub A 203.0.113.6\n", inner: "@ NS ns1\nns1 A 203.0.113.5\n" };
  expect(saidOf(deriveFrom(zones, files)).filter((text) => text.includes("error"))).toEqual([
    'db:1:1 error: Cannot serve the static record "ns1.sub.a.test A": the name has other addresses in zone "sub.a.test", which is a zone of its own here (inner:2:1); give the same in both, or say which holds with "onConflict"',
  ]);
});

import { describe, expect, test } from "vitest";
import { groupOfOne, type ZoneGroup } from "../../src/dns/rrset.ts";
import { compile } from "../../src/zone/compile.ts";
import { servedVersion, servedZone } from "../../src/zone/served.ts";
import { ask, expectValue, nameOf, snapshotOf, zoneOf } from "../conformance/harness.ts";

const CONTENT = `
@ 3600 IN SOA ns1 hostmaster 0 7200 900 1209600 300
@ IN NS ns1
@ IN NS ns.provider.example.
ns1 IN A 192.0.2.53
_xmpp-server._tcp IN SRV 0 0 5269 xmpp
xmpp 300 IN A 192.0.2.1
`;

const compiled = (groups: readonly ZoneGroup[]) => expectValue(compile(groups, { serialOf: () => 1 }));
const digestOf = (apex: string, text: string) => compiled([groupOfOne(zoneOf(apex, text))]).digests[0];

describe("a group of zones", () => {
  const apexes = ["alpha.test.", "beta.example.", "a.very.deep.name.gamma.test."].map(nameOf);
  const snapshot = snapshotOf([{ model: zoneOf("alpha.test.", CONTENT), apexes }]);

  test.each(apexes.map(String))("answers for %s with names of its own", (apex) => {
    expect(ask(snapshot, { ask: `_xmpp-server._tcp.${apex} SRV` })).toMatchObject({
      flags: "QR AA RD",
      answer: [`_xmpp-server._tcp.${apex} 3600 SRV 0 0 5269 xmpp.${apex}`],
      additional: [`xmpp.${apex} 300 A 192.0.2.1`],
    });
    expect(ask(snapshot, { ask: `nothing.${apex} A` })?.authority).toEqual([
      `${apex} 300 SOA ns1.${apex} hostmaster.${apex} 1 7200 900 1209600 300`,
    ]);
    expect(ask(snapshot, { ask: `${apex} NS` })?.answer).toEqual([
      `${apex} 3600 NS ns1.${apex}`,
      `${apex} 3600 NS ns.provider.example.`,
    ]);
  });

  test("does not answer between its members", () => {
    for (const name of ["gamma.test.", "name.gamma.test.", "test.", "xalpha.test."]) {
      expect(ask(snapshot, { ask: `${name} A` })?.rcode).toBe("REFUSED");
    }
  });

  test("counts zones, and RRsets once for each zone", () => {
    expect([snapshot.zoneCount, snapshot.rrsetCount]).toEqual([3, 15]);
  });
});

describe("digests", () => {
  test("are those of the content relative to the apex", () => {
    expect(digestOf("beta.example.", CONTENT)).toBe(digestOf("alpha.test.", CONTENT));
  });

  test.each([
    ["the serial", CONTENT.replace("hostmaster 0", "hostmaster 7")],
    ["the order of RRsets", CONTENT.split("\n").reverse().join("\n")],
    ["case", CONTENT.replace("_xmpp-server", "_XMPP-Server")],
  ])("do not depend on %s", (_, text) =>
    expect(digestOf("a.test.", text)).toBe(digestOf("a.test.", CONTENT)),
  );

  test.each([
    ["an address", CONTENT.replace("192.0.2.1", "192.0.2.2")],
    ["a TTL", CONTENT.replace("300 IN A", "301 IN A")],
    ["a timer of the SOA", CONTENT.replace("7200", "7201")],
    ["a name outside", CONTENT.replace("provider", "provide")],
    ["an RRset more", `${CONTENT}\n@ IN TXT hello`],
  ])("change with %s", (_, text) => expect(digestOf("a.test.", text)).not.toBe(digestOf("a.test.", CONTENT)));
});

describe("what keeps a zone from being served", () => {
  test.each([
    ["no SOA", CONTENT.replace(/.*SOA.*/, ""), /it has no SOA record/],
    ["no NS", CONTENT.replace(/.*NS ns.*/g, ""), /it has no NS record at its apex/],
    [
      "SOA below the apex",
      `${CONTENT}\nsub IN SOA ns1 h 0 1 1 1 1`,
      /"sub.a.test SOA": a SOA record belongs at the apex "a.test" alone/,
    ],
    [
      "out of zone",
      `${CONTENT}\nother.example. IN A 192.0.2.1`,
      /"other.example A": it lies outside of zone "a.test"/,
    ],
    [
      "alias and other data",
      `${CONTENT}\nxmpp IN CNAME ns1`,
      /"xmpp.a.test CNAME": an alias stands alone, and the name has A records too/,
    ],
    [
      "two aliases",
      `${CONTENT}\nw IN CNAME ns1\nw IN CNAME xmpp`,
      /"w.a.test CNAME": it has 2 records, one is allowed/,
    ],
    [
      "below a DNAME",
      `${CONTENT}\nd IN DNAME e\nx.d IN A 192.0.2.1`,
      /"x.d.a.test A": it lies below the DNAME at "d.a.test" and can never be answered/,
    ],
  ])("%s", (_, text, message) => {
    const outcome = compile([groupOfOne(zoneOf("a.test.", text))], { serialOf: () => 1 });
    expect(outcome.ok ? [] : outcome.problems.map((problem) => problem.message)).toEqual(
      expect.arrayContaining([expect.stringMatching(message)]),
    );
  });

  test("an apex that is given twice", () => {
    const zone = zoneOf("a.test.", CONTENT);
    const outcome = compile([groupOfOne(zone), groupOfOne(zone)], { serialOf: () => 1 });
    expect(outcome).toMatchObject({
      ok: false,
      problems: [{ message: 'Cannot serve zone "a.test": it is given twice' }],
    });
  });
});

describe("servedZone()", () => {
  const both = compiled([
    groupOfOne(zoneOf("a.test.", CONTENT), 5),
    groupOfOne(zoneOf("sub.a.test.", CONTENT)),
  ]);

  test("finds an apex, and nothing else", () => {
    expect(servedZone(both.snapshot, nameOf("a.test."))).toEqual({ serial: 5, group: 0 });
    expect(servedZone(both.snapshot, nameOf("SUB.a.test."))).toEqual({ serial: 1, group: 1 });
    expect(servedZone(both.snapshot, nameOf("xmpp.a.test."))).toBeUndefined();
    expect(servedZone(both.snapshot, nameOf("b.test."))).toBeUndefined();
  });

  test("servedVersion() says which serial is in doubt, where one is", () => {
    const group = groupOfOne(zoneOf("a.test.", CONTENT));
    const inDoubt = compile([group], { serialOf: () => 5, doubtfulOf: () => 7 });
    expect(servedVersion(expectValue(inDoubt), nameOf("a.test."))).toMatchObject({ serial: 5, doubtful: 7 });
    expect(servedVersion(expectValue(inDoubt), nameOf("b.test."))).toBeUndefined();
  });

  test("servedVersion() has the digest of its content", () => {
    expect(servedVersion(both, nameOf("sub.a.test."))).toEqual({
      serial: 1,
      digest: digestOf("a.test.", CONTENT),
    });
  });
});

test("a snapshot of no zones refuses everything", () => {
  expect(ask(snapshotOf([]), { ask: "a.test. A" })?.rcode).toBe("REFUSED");
});

test("100,000 zones in groups are all found", () => {
  const apexes = Array.from({ length: 100_000 }, (_, n) => nameOf(`d${n}.test.`));
  const model = zoneOf("d0.test.", CONTENT);
  const snapshot = snapshotOf([{ model, apexes }]);
  for (let n = 0; n < 100_000; n += 997)
    expect(ask(snapshot, { ask: `xmpp.d${n}.test. A` })?.answer).toHaveLength(1);
  expect(snapshot.buffer.byteLength / 100_000).toBeLessThan(80);
});

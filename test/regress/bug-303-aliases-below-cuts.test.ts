/** An alias below a delegation, which nobody is ever told of, made an error of each record that leads to its name. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

const CUT = "c NS ns.c\nns.c A 192.0.2.1\n";

const inZone = (records: string) => `zones:
  a.test: { records: ${JSON.stringify(records)} }
`;
const inAnother = (
  record: string,
  records: string,
) => `${inZone(record)}  b.test: { records: ${JSON.stringify(records)} }
`;

test.each([
  ["the name itself", "m MX 0 z.c\n", "z.c CNAME foo\n"],
  ["a wildcard", "m MX 0 z.c\n", "*.c CNAME foo\n"],
  ["a DNAME", "_s._tcp SRV 0 0 1 z.d.c\n", "d.c DNAME foo\n"],
  ["a wildcard far above", "m NS y.z.c\n", "*.z.c CNAME foo\n"],
])("below a cut, by %s: no alias", (_, record, alias) => {
  expect(saidWhileBuilding(inZone(record + CUT + alias))).toEqual([]);
  expect(saidWhileBuilding(inAnother(record.replace("\n", ".b.test."), CUT + alias))).toEqual([]);
});

test("above or beside the cut it is one", () => {
  for (const [record, alias] of [
    ["m MX 0 z.d\n", "*.d CNAME foo\n"],
    ["m MX 0 d\n", "*.d CNAME foo\nd CNAME foo\n"],
  ] as const) {
    const said = [expect.stringContaining("is an alias")];
    expect(saidWhileBuilding(inZone(record + CUT + alias))).toEqual(said);
    expect(saidWhileBuilding(inAnother(record.replace("\n", ".b.test."), CUT + alias))).toEqual(said);
  }
});

test("a name server of the cut whose only record there is an alias has no addresses", () => {
  expect(saidWhileBuilding(inZone("c NS ns.c\nns.c CNAME foo"))).toEqual([
    expect.stringContaining('its target "ns.c.a.test" lies in zone "a.test" and has no addresses'),
  ]);
});

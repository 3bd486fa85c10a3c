/** Forms of LOC and APL that BIND and Knot read were refused, forms that they refuse were read, and the wrong word was quoted. */

import { describe, expect, test } from "vitest";
import { formatRdata, rdataParts } from "../../src/dns/rdata.ts";
import { goodValue, hex, messages, read, typeOf } from "../dns/presentation.ts";
import { saidWhileBuilding } from "./given.ts";

const PLAIN = "42 21 54.000 N 71 6 18.000 W";
const EXTENTS = "1m 10000m 10m";

describe("LOC", () => {
  test.each([
    ["42 21 54. N 71 06 18 W 0", `${PLAIN} 0.00m ${EXTENTS}`],
    ["042 021 054 N 071 006 018 W 0", `${PLAIN} 0.00m ${EXTENTS}`],
    ["0042 21 0054.0 N 0071 06 18 W 0", `${PLAIN} 0.00m ${EXTENTS}`],
    ["42 21 54 N 71 06 18 W 24.m", `${PLAIN} 24.00m ${EXTENTS}`],
    ["42 21 54 N 71 06 18 W -000000000024m 0000000002.m", `${PLAIN} -24.00m 2m 10000m 10m`],
  ])("%s", (text, formatted) => {
    expect(formatRdata(typeOf("LOC"), goodValue(read(`LOC ${text}`)))).toBe(formatted);
  });

  test.each([
    ["42 21 54 n 71 06 18 W 0", '"n": a latitude as in "42 21 54.1 N"'],
    ["42 n 71 W 0", '"n": a latitude'],
    ["42 21 54 N 71 06 18 w 0", '"w": a longitude as in "71 6 18.2 W"'],
    ["42 21 60 N 71 06 18 W 0", '"60": a latitude'],
    ["42 21 54 N 71 66 18 W 0", '"66": a longitude'],
    ["42 21 . N 71 06 18 W 0", '".": a latitude'],
    ["42 21 54 N 71 06 18 W .m", '".m": an altitude'],
    ["42 21 54 N 71 06 18 W 24M", '"24M": an altitude'],
    ["42 21 54 N 71 06 18 W 24m 1M", '"1M": a size'],
  ])("%s is refused, and the wrong word quoted", (text, reason) => {
    expect(messages(read(`LOC ${text}`))).toEqual([expect.stringContaining(reason)]);
  });
});

const GENERIC = [
  ["LOC", "01"],
  ["LOC", "01121613800000008000000000989680"],
  ["APL", "0003000101"],
  ["APL", "00030000"],
  ["APL", "000118010A0003FF0101"],
] as const;

test.each(GENERIC)("%s of a kind that is not known yet: %s", (type, digits) => {
  const text = `\\# ${digits.length / 2} ${digits}`;
  const rdata = goodValue(read(`${type} ${text}`));
  expect(hex(rdata).replaceAll(" ", "")).toBe(digits.toLowerCase());
  expect(formatRdata(typeOf(type), rdata)).toBe(text);
  expect(rdataParts(typeOf(type), rdata)).toEqual([{ kind: "octets", octets: rdata }]);
  expect(saidWhileBuilding(`zones: { a.test: { records: '@ ${type} ${text}' } }\n`)).toEqual([]);
});

test.each([
  ["LOC", ""],
  ["LOC", "00121314"],
  ["APL", "0003000100"],
  ["APL", "00030001"],
  ["APL", "0001210101"],
])("%s that BIND refuses too: %s", (type, digits) => {
  expect(rdataParts(typeOf(type), Uint8Array.from(Buffer.from(digits, "hex")))).toBe(undefined);
  expect(messages(read(`${type} \\# ${digits.length / 2} ${digits}`))).toEqual([
    expect.stringContaining(`the octets have not the layout of ${type}`),
  ]);
});

import { describe, expect, it } from "vitest";
import { isDataType, rcodeName, TYPE, typeFromName, typeName } from "../../src/dns/codes.ts";

describe("typeFromName() and typeName()", () => {
  it.each([
    { why: "a mnemonic", text: "SRV", type: 33 },
    { why: "either case", text: "hTtPs", type: 65 },
    { why: "generic (RFC 3597 §5)", text: "TYPE65280", type: 65_280 },
    { why: "a known type in generic form", text: "type1", type: 1 },
    { why: "the greatest", text: "TYPE65535", type: 65_535 },
    { why: "over 16 bits", text: "TYPE65536", type: undefined },
    { why: "no number", text: "TYPE", type: undefined },
    { why: "a sign", text: "TYPE-1", type: undefined },
    { why: "unknown", text: "FOO", type: undefined },
    { why: "the upper case of the long s is S", text: "ſRV", type: undefined },
    { why: "nothing", text: "", type: undefined },
  ])("$text: $why", ({ text, type }) => {
    expect(typeFromName(text)).toBe(type);
  });

  it("are inverse for every type", () => {
    const types = Array.from({ length: 65_536 }, (_, type) => type);
    expect(types.filter((type) => typeFromName(typeName(type)) !== type)).toEqual([]);
  });

  it("typeName() writes types without a mnemonic as TYPEnnn", () => {
    expect([typeName(16), typeName(29), typeName(54), typeName(65_280)]).toEqual([
      "TXT",
      "LOC",
      "TYPE54",
      "TYPE65280",
    ]);
  });
});

describe("rcodeName()", () => {
  it.each([
    [0, "NOERROR"],
    [3, "NXDOMAIN"],
    [16, "BADVERS"], // BADSIG has this number, too, in TSIG records
    [23, "BADCOOKIE"],
    [11, "RCODE11"],
  ])("gives %d the name %s", (rcode, name) => expect(rcodeName(rcode)).toBe(name));
});

describe("isDataType()", () => {
  it.each([
    { why: "data", type: TYPE.SRV, isData: true },
    { why: "data, though unknown", type: 65_280, isData: true },
    { why: "SPF lies below the question types", type: TYPE.SPF, isData: true },
    { why: "URI lies above them", type: TYPE.URI, isData: true },
    { why: "reserved", type: 0, isData: false },
    { why: "pseudo record", type: TYPE.OPT, isData: false },
    { why: "message authentication", type: TYPE.TSIG, isData: false },
    { why: "question only", type: TYPE.ANY, isData: false },
    { why: "question only", type: TYPE.AXFR, isData: false },
    { why: "first of the question and meta types (RFC 6895 §3.1)", type: 128, isData: false },
    { why: "last data type before them", type: 127, isData: true },
  ])("$type: $why", ({ type, isData }) => {
    expect(isDataType(type)).toBe(isData);
  });
});

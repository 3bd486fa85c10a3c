import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatBase32Hex,
  formatBase64,
  formatHex,
  parseBase32Hex,
  parseBase64,
  parseHex,
} from "../../src/dns/base-encoding.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

describe("test vectors of RFC 4648 §10", () => {
  it.each([
    { text: "", base64: "", base32: "", base16: "" },
    { text: "f", base64: "Zg==", base32: "CO", base16: "66" },
    { text: "fo", base64: "Zm8=", base32: "CPNG", base16: "666F" },
    { text: "foo", base64: "Zm9v", base32: "CPNMU", base16: "666F6F" },
    { text: "foob", base64: "Zm9vYg==", base32: "CPNMUOG", base16: "666F6F62" },
    { text: "fooba", base64: "Zm9vYmE=", base32: "CPNMUOJ1", base16: "666F6F6261" },
    { text: "foobar", base64: "Zm9vYmFy", base32: "CPNMUOJ1E8", base16: "666F6F626172" },
  ])("$text", ({ text, base64, base32, base16 }) => {
    expect([formatBase64(ascii(text)), formatBase32Hex(ascii(text)), formatHex(ascii(text))]).toEqual([
      base64,
      base32,
      base16,
    ]);
    expect([
      parseBase64(base64),
      parseBase32Hex(base32.toLowerCase()),
      parseHex(base16.toLowerCase()),
    ]).toEqual([ascii(text), ascii(text), ascii(text)]);
  });
});

describe("strictness", () => {
  it.each([
    { why: "padding left out", parse: parseBase64, text: "Zg" },
    { why: "padding in the middle", parse: parseBase64, text: "Zg==Zg==" },
    { why: "padding alone", parse: parseBase64, text: "====" },
    { why: "three marks of padding", parse: parseBase64, text: "Z===" },
    { why: "bits of no octet (NSD, BIND)", parse: parseBase64, text: "AB==" },
    { why: "the URL alphabet", parse: parseBase64, text: "-_-_" },
    { why: "a blank", parse: parseBase64, text: "Zm 9" },
    { why: "half an octet", parse: parseHex, text: "abc" },
    { why: "half an octet of zeros", parse: parseHex, text: "ab0" },
    { why: "five bits of zeros", parse: parseBase32Hex, text: "CPNMUOJ10" },
    { why: "no hex", parse: parseHex, text: "0g" },
    { why: "a letter behind V", parse: parseBase32Hex, text: "WW" },
    { why: "a length that no octets have", parse: parseBase32Hex, text: "CPN" },
    { why: "bits of no octet", parse: parseBase32Hex, text: "CP" },
  ])("$text is refused: $why", ({ parse, text }) => {
    expect(parse(text)).toBeUndefined();
  });

  it("any octets come back", () => {
    const property = fc.property(fc.uint8Array(), (octets) => {
      expect(parseBase64(formatBase64(octets))).toEqual(octets);
      expect(formatBase64(octets)).toBe(Buffer.from(octets).toString("base64"));
      expect(parseBase32Hex(formatBase32Hex(octets))).toEqual(octets);
      expect(parseHex(formatHex(octets))).toEqual(octets);
    });
    fc.assert(property);
  });
});

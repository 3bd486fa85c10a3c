import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesOf,
  canonicalSortKey,
  DomainName,
  nameFromLabels,
  nameFromWire,
  nameText,
  parseDomainName,
  ROOT,
  stringOf,
} from "../../src/dns/name.ts";
import { anyName, anyText } from "./arbitrary.ts";
import { goodValue, messages, name } from "./presentation.ts";

const CONTOSO = name("contoso.com.");
const L63 = "a".repeat(63);
const NAME_255 = `${L63}.${L63}.${L63}.${"a".repeat(61)}.`;

describe("parseDomainName()", () => {
  it.each([
    { why: "absolute", text: "www.contoso.com.", wire: "\x03www\x07contoso\x03com\0" },
    { why: "completed by the origin", text: "www", wire: "\x03www\x07contoso\x03com\0" },
    { why: "the origin", text: "@", wire: "\x07contoso\x03com\0" },
    { why: "the root", text: ".", wire: "\0" },
    { why: "case is kept", text: "WwW.", wire: "\x03WwW\0" },
    { why: "a dot inside a label", text: "a\\.b.c.", wire: "\x03a.b\x01c\0" },
    { why: "an octet by number", text: "a\\046b.", wire: "\x03a.b\0" },
    { why: "octets beyond ASCII and a zero", text: "\\255\\000.", wire: "\x02\xff\0\0" },
    { why: "an escaped @ is no origin", text: "\\@", wire: "\x01@\x07contoso\x03com\0" },
    { why: "an escaped backslash", text: "\\\\.", wire: "\x01\\\0" },
    { why: "an escaped dot at the end ends no label", text: "a\\.", wire: "\x02a.\x07contoso\x03com\0" },
    { why: "underscore and wildcard", text: "*._tcp.", wire: "\x01*\x04_tcp\0" },
    { why: "a label of 63 octets", text: `${L63}.`, wire: `\x3f${L63}\0` },
  ])("$text: $why", ({ text, wire }) => {
    expect(goodValue(parseDomainName(text, CONTOSO)).wire).toBe(wire);
  });

  it("takes a name without final dot as absolute where there is no origin", () => {
    expect(goodValue(parseDomainName("contoso.com")).equals(CONTOSO)).toBe(true);
  });

  it("takes 255 octets on the wire", () => {
    expect(goodValue(parseDomainName(NAME_255)).wire).toHaveLength(255);
  });

  it.each([
    { why: "nothing", text: "", message: "Cannot read an empty name: give at least one label" },
    { why: "two dots", text: "a..b", message: 'Cannot read name "a..b": it has an empty label' },
    { why: "a dot in front", text: ".a", message: 'Cannot read name ".a": it has an empty label' },
    { why: "dots alone", text: "..", message: 'Cannot read name "..": it has an empty label' },
    {
      why: "64 octets",
      text: `b${L63}`,
      message: `Cannot read name "b${L63}": its label "b${L63}" has 64 octets, 63 are allowed`,
    },
    {
      why: "256 octets",
      text: `${L63}.${L63}.${L63}.${"a".repeat(62)}.`,
      message: expect.stringContaining("it has 256 octets on the wire, 255 are allowed"),
    },
    {
      why: "over 255",
      text: "\\256",
      message: 'Cannot read name "\\256": "\\256" is no escape; write \\. or \\046',
    },
    {
      why: "two digits",
      text: "\\25",
      message: 'Cannot read name "\\25": "\\25" is no escape; write \\. or \\046',
    },
    {
      why: "a backslash alone",
      text: "a\\",
      message: 'Cannot read name "a\\": "\\" is no escape; write \\. or \\046',
    },
    {
      why: "a U-label",
      text: "münchen.de",
      message: 'Cannot read name "münchen.de": "ü" is not ASCII; write its A-label (xn--…) or \\DDD octets',
    },
    {
      why: "an escaped one",
      text: "\\ü",
      message: 'Cannot read name "\\ü": "ü" is not ASCII; write its A-label (xn--…) or \\DDD octets',
    },
  ])("refuses $text: $why", ({ text, message }) => {
    expect(messages(parseDomainName(text))).toEqual([message]);
  });

  it("cuts what it quotes", () => {
    expect(messages(parseDomainName("a".repeat(1_000_000)))[0]?.length).toBeLessThan(400);
  });

  it("reads back whatever toString() writes", () => {
    const property = fc.property(anyName, (any) => {
      expect(goodValue(parseDomainName(any.toString(), CONTOSO)).wire).toBe(any.wire);
      expect(any.toString()).toMatch(/^[!-~]+$/); // nothing that a master file could take for something else
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("never throws", () => {
    const text = fc.oneof(anyText, fc.stringMatching(/^[\\.0-9a@]*$/));
    fc.assert(fc.property(text, (any) => void parseDomainName(any, CONTOSO)));
  });
});

describe("nameFromLabels()", () => {
  it("keeps a dot inside its label", () => {
    expect(goodValue(nameFromLabels(["a.b"], CONTOSO)).toString()).toBe("a\\.b.contoso.com.");
  });

  it("refuses an empty label", () => {
    expect(messages(nameFromLabels(["a", "", "b"], ROOT))).toEqual([
      'Cannot use name "a..b": it has an empty label',
    ]);
  });
});

describe("nameFromWire()", () => {
  it.each([
    { why: "an uncompressed name", wire: "\x03www\0", text: "www." },
    { why: "the root", wire: "\0", text: "." },
    { why: "octets behind it are not looked at", wire: "\x01a\0rest", text: "a." },
    { why: "a compression pointer", wire: "\x01a\xc0\x0c", text: undefined },
    { why: "a reserved label type", wire: "\x40aaaa\0", text: undefined },
    { why: "cut off in a label", wire: "\x03ww", text: undefined },
    { why: "cut off before the root", wire: "\x03www", text: undefined },
    { why: "nothing", wire: "", text: undefined },
    { why: "256 octets", wire: `${`\x3f${L63}`.repeat(3)}\x3e${"a".repeat(62)}\0`, text: undefined },
    { why: "255 octets", wire: `${`\x3f${L63}`.repeat(3)}\x3d${"a".repeat(61)}\0`, text: NAME_255 },
  ])("$why", ({ wire, text }) => {
    expect(nameFromWire(bytesOf(wire))?.toString()).toBe(text);
  });

  it("reads at an offset", () => {
    expect(nameFromWire(bytesOf("xx\x01a\0"), 2)?.toString()).toBe("a.");
  });

  it("never throws, and gives back the octets it read", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 30 }), fc.nat({ max: 31 }), (octets, offset) => {
      const found = nameFromWire(octets, offset);
      if (found) expect(found.toBytes()).toEqual(octets.slice(offset, offset + found.wire.length));
    });
    fc.assert(property);
  });
});

describe("DomainName", () => {
  it("is compared without regard to the case of ASCII alone (RFC 4343)", () => {
    expect(name("XMPP.Contoso.COM.").equals(name("xmpp.contoso.com."))).toBe(true);
    expect(name("\\196.").equals(name("\\228."))).toBe(false); // Ä and ä in Latin-1
    expect(name("[.").equals(name("{."))).toBe(false);
  });

  it.each([
    { why: "below", of: "a.contoso.com.", ancestor: "contoso.com.", is: true },
    { why: "itself", of: "contoso.com.", ancestor: "contoso.com.", is: true },
    { why: "case does not count", of: "a.CONTOSO.com.", ancestor: "contoso.COM.", is: true },
    { why: "everything is below the root", of: "a.", ancestor: ".", is: true },
    { why: "a suffix of a label", of: "notcontoso.com.", ancestor: "contoso.com.", is: false },
    { why: "above", of: "com.", ancestor: "contoso.com.", is: false },
    {
      why: "a label that holds the wire form of another",
      of: "x\\007contoso.com.",
      ancestor: "contoso.com.",
      is: false,
    },
  ])("$of isAtOrBelow $ancestor: $why", ({ of, ancestor, is }) => {
    expect(name(of).isAtOrBelow(name(ancestor))).toBe(is);
  });

  it("gives its labels, parent and relative part", () => {
    const owner = name("_tcp.a\\.b.contoso.com.");
    expect(owner.labels).toEqual(["_tcp", "a.b", "contoso", "com"]);
    expect(owner.parent.toString()).toBe("a\\.b.contoso.com.");
    expect(ROOT.parent).toBe(ROOT);
    expect(owner.relativeTo(CONTOSO)).toBe("\x04_tcp\x03a.b");
    expect(DomainName.join(owner.relativeTo(CONTOSO), name("example."))?.toString()).toBe(
      "_tcp.a\\.b.example.",
    );
  });

  it.each([
    { why: "as they stand", text: "az-AZ_09*/.", written: "az-AZ_09*/." },
    { why: "special in master files", text: '\\"\\$\\(\\)\\.\\;\\@.', written: '\\"\\$\\(\\)\\.\\;\\@.' },
    { why: "no printable ASCII", text: "\\000\\032\\127\\255.", written: "\\000\\032\\127\\255." },
    { why: "Knot refuses them unescaped", text: "+~{'.", written: "\\043\\126\\123\\039." },
    { why: "NSD reads \\\\. as an escaped dot", text: "a\\\\.b.", written: "a\\092.b." },
    { why: "BIND takes \\[ for a bit string label", text: "[a.", written: "\\091a." },
    { why: "\\# begins generic RDATA (RFC 3597 §5)", text: "#.", written: "\\035." },
  ])("toString() of $text: $why", ({ text, written }) => {
    expect(name(text).toString()).toBe(written);
  });

  it("is not joined past 255 octets", () => {
    expect(DomainName.join("\x01a", name(NAME_255))).toBeUndefined();
  });

  it("stands in JSON and templates in presentation form", () => {
    expect(JSON.stringify({ name: CONTOSO })).toBe('{"name":"contoso.com."}');
    expect(`${ROOT}`).toBe(".");
  });
});

describe("canonicalSortKey()", () => {
  it("sorts as the example of RFC 4034 §6.1", () => {
    const sorted = [
      "example.",
      "a.example.",
      "yljkjljk.a.example.",
      "Z.a.example.",
      "zABC.a.EXAMPLE.",
      "z.example.",
      "\\001.z.example.",
      "*.z.example.",
      "\\200.z.example.",
    ];
    const keyed = sorted.map((text) => ({ text, key: canonicalSortKey(name(text)) })).reverse();
    keyed.sort((one, other) => (one.key < other.key ? -1 : 1));
    expect(keyed.map(({ text }) => text)).toEqual(sorted);
  });

  it("puts a name right before the names below it", () => {
    const keys = ["a.", "\\000.a.", "a\\000."].map((text) => canonicalSortKey(name(text)));
    expect([...keys].sort()).toEqual(keys);
  });
});

describe("stringOf() and bytesOf()", () => {
  it("are inverse", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => void expect(bytesOf(stringOf(octets))).toEqual(octets)),
    );
  });
});

describe("nameText()", () => {
  it.each([
    { why: "no final dot", text: "www.contoso.com.", written: "www.contoso.com" },
    { why: "the root is nothing else", text: ".", written: "." },
  ])("$text: $why", ({ text, written }) => {
    expect(nameText(name(text))).toBe(written);
  });
});

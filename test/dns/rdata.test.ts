import { describe, expect, it } from "vitest";
import { parseAddress } from "../../src/dns/address.ts";
import { TYPE } from "../../src/dns/codes.ts";
import {
  aaaaRdata,
  additionalTarget,
  aRdata,
  formatRdata,
  nsRdata,
  rdataParts,
  soaFields,
  soaRdata,
  srvRdata,
} from "../../src/dns/rdata.ts";
import { goodValue, hex, messages, name, octets, read, typeOf } from "./presentation.ts";

const CONTOSO = "07 63 6f 6e 74 6f 73 6f 03 63 6f 6d 00";

describe("readRdata() and formatRdata()", () => {
  it.each([
    { why: "an address", text: "A 192.0.2.1", wire: "c0 00 02 01" },
    { why: "an address", text: "AAAA 2001:db8::1", wire: `20 01 0d b8 ${"00 ".repeat(11)}01` },
    { why: "a relative name", text: "NS ns1", wire: `03 6e 73 31 ${CONTOSO}`, formatted: "ns1.contoso.com." },
    { why: "the origin", text: "CNAME @", wire: CONTOSO, formatted: "contoso.com." },
    { why: "the root is no mail host (RFC 7505)", text: "MX 0 .", wire: "00 00 00" },
    {
      why: "fields in order (RFC 2782)",
      text: "SRV 10 20 5269 @",
      wire: `00 0a 00 14 14 95 ${CONTOSO}`,
      formatted: "10 20 5269 contoso.com.",
    },
    {
      why: "units in times",
      text: "SOA @ . 4294967295 1h 15m 2w 1h30m",
      wire: `${CONTOSO} 00 ff ff ff ff 00 00 0e 10 00 00 03 84 00 12 75 00 00 00 15 18`,
      formatted: "contoso.com. . 4294967295 3600 900 1209600 5400",
    },
    {
      why: "a word and a quoted string",
      text: 'TXT a "b c"',
      wire: "01 61 03 62 20 63",
      formatted: '"a" "b c"',
    },
    {
      why: "escapes",
      text: 'TXT "\\"\\\\\\;\\000\\255"',
      wire: "05 22 5c 3b 00 ff",
      formatted: '"\\"\\\\;\\000\\255"',
    },
    { why: "UTF-8 in a string", text: 'TXT "é"', wire: "02 c3 a9", formatted: '"\\195\\169"' },
    { why: "an empty string", text: 'TXT ""', wire: "00" },
    {
      why: "two strings",
      text: "HINFO PC Linux",
      wire: "02 50 43 05 4c 69 6e 75 78",
      formatted: '"PC" "Linux"',
    },
    {
      why: "a backslash in the regexp (RFC 3403 §4.1)",
      text: 'NAPTR 1 2 "u" "" "!^(.*)$!\\\\1!" .',
      wire: "00 01 00 02 01 75 00 0b 21 5e 28 2e 2a 29 24 21 5c 31 21 00",
      formatted: undefined,
    },
    {
      why: "ports as bits from the left",
      text: "WKS 192.0.2.1 TCP 0 smtp",
      wire: "c0 00 02 01 06 80 00 00 40",
      formatted: "192.0.2.1 6 0 25",
    },
    { why: "base 64 in words", text: "OPENPGPKEY AQ ID BA ==", wire: "01 02 03 04", formatted: "AQIDBA==" },
    {
      why: "mnemonics",
      text: "CERT PKIX 1 RSASHA256 AQ==",
      wire: "00 01 00 01 08 01",
      formatted: "1 1 8 AQ==",
    },
    {
      why: "a digest in words",
      text: `DS 60485 5 1 ${"2BB183AF ".repeat(5)}`,
      wire: `ec 45 05 01 ${"2b b1 83 af ".repeat(5).trim()}`,
      formatted: `60485 5 1 ${"2BB183AF".repeat(5)}`,
    },
    { why: "no delegation signer (RFC 8078 §4)", text: "CDS 0 0 0 00", wire: "00 00 00 00 00" },
    { why: "no key (RFC 8078 §4)", text: "CDNSKEY 0 3 0 AA==", wire: "00 00 03 00 00" },
    {
      why: "times as dates (RFC 4034 §3.2)",
      text: "RRSIG SRV 13 2 3600 20240229120000 1 7 . AQ==",
      wire: "00 21 0d 02 00 00 0e 10 65 e0 71 c0 00 00 00 01 00 07 00 01",
      formatted: "SRV 13 2 3600 20240229120000 19700101000001 7 . AQ==",
    },
    {
      why: "windows in rising order (RFC 4034 §4.3)",
      text: "NSEC . TYPE1234 NSEC RRSIG MX A",
      wire: `00 00 06 40 01 00 00 00 03 04 1b ${"00 ".repeat(26)}20`,
      formatted: ". A MX RRSIG NSEC TYPE1234",
    },
    {
      why: "an empty non-terminal has no types (RFC 5155 §7.1)",
      text: "NSEC3 1 1 12 aabb 2t7b4g4vsa5smi47k61mv5bv1a22bojr",
      wire: "01 01 00 0c 02 aa bb 14 17 4e b2 40 9f e2 8b cb 48 87 a1 83 6f 95 7f 0a 84 25 e2 7b",
      formatted: "1 1 12 AABB 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR",
    },
    {
      why: "a hash of 255 octets",
      text: `NSEC3 1 0 0 - ${"00000000".repeat(51)}`,
      wire: `01 00 00 00 00 ff ${"00 ".repeat(255)}`,
    },
    {
      why: "a salt of 255 octets",
      text: `NSEC3PARAM 1 0 0 ${"AA".repeat(255)}`,
      wire: `01 00 00 00 ff ${"aa ".repeat(255)}`,
    },
    {
      why: "the first and last octets that are no printable ASCII",
      text: 'TXT "\\031 ~\\127"',
      wire: "04 1f 20 7e 7f",
    },
    { why: "a string of 255 octets", text: `TXT "${"a".repeat(255)}"`, wire: `ff ${"61 ".repeat(255)}` },
    { why: "no salt", text: "NSEC3PARAM 1 0 0 -", wire: "01 00 00 00 00" },
    {
      why: "a value without a length octet (RFC 8659 §4.1)",
      text: 'CAA 128 issue ";"',
      wire: "80 05 69 73 73 75 65 3b",
    },
    { why: "an empty value", text: 'CAA 0 issue ""', wire: "00 05 69 73 73 75 65" },
    {
      why: "a target without a length octet (RFC 7553 §4.5)",
      text: 'URI 1 2 "sip:a"',
      wire: "00 01 00 02 73 69 70 3a 61",
    },
    { why: "an unknown type", text: "TYPE65280 \\# 3 01 0203", wire: "01 02 03", formatted: "\\# 3 010203" },
    { why: "an unknown type without octets", text: "TYPE65280 \\# 0", wire: "" },
    {
      why: "a known type in generic form (RFC 3597 §5)",
      text: "A \\# 4 0A000001",
      wire: "0a 00 00 01",
      formatted: "10.0.0.1",
    },
    { why: "a known type by its number", text: "TYPE1 10.0.0.1", wire: "0a 00 00 01", formatted: "10.0.0.1" },
    { why: "quoted, it is no generic form", text: 'TXT "\\#" 0', wire: "01 23 01 30", formatted: '"#" "0"' },
  ])("$text: $why", ({ text, wire, formatted = text.slice(text.indexOf(" ") + 1) }) => {
    const rdata = goodValue(read(text));
    expect(hex(rdata)).toBe(wire.trim());
    expect(formatRdata(typeOf(text.split(" ", 1)[0] ?? ""), rdata)).toBe(formatted);
  });

  it.each([
    {
      text: "A 300.1.2.3",
      message: 'Cannot read RDATA of A "300.1.2.3": an IPv4 address in dotted form is wanted',
    },
    {
      text: 'A "1.2.3.4"',
      message:
        'Cannot read RDATA of A "1.2.3.4": an IPv4 address in dotted form is wanted, without quotation marks',
    },
    { text: "A", message: "Cannot read RDATA of A: it ends where an IPv4 address in dotted form is wanted" },
    { text: "A 1.2.3.4 5", message: 'Cannot read RDATA of A "5": nothing is wanted behind the last field' },
    { text: "AAAA 1.2.3.4", message: 'Cannot read RDATA of AAAA "1.2.3.4": an IPv6 address is wanted' },
    { text: "NS a..b", message: 'Cannot read RDATA of NS "a..b": it has an empty label' },
    {
      text: "MX 65536 a",
      message: 'Cannot read RDATA of MX "65536": a number from 0 to 65535 is wanted as preference',
    },
    {
      text: "MX -1 a",
      message: 'Cannot read RDATA of MX "-1": a number from 0 to 65535 is wanted as preference',
    },
    {
      text: "MX a b",
      message: 'Cannot read RDATA of MX "a": a number from 0 to 65535 is wanted as preference',
    },
    { text: "SRV 1 1 1", message: "Cannot read RDATA of SRV: it ends where a domain name is wanted" },
    { text: "TXT", message: "Cannot read RDATA of TXT: it ends where a character string is wanted" },
    { text: "TXT \\1", message: 'Cannot read RDATA of TXT "\\1": "\\1" is no escape; write \\. or \\046' },
    {
      text: `TXT ${"x".repeat(256)}`,
      message: expect.stringMatching(/: it has 256 octets, 255 are allowed; split it into several strings$/),
    },
    {
      text: 'TXT a="b c"',
      message:
        'Cannot read RDATA of TXT "a="b c"": it has a quotation mark inside; quote the whole and write \\" for it',
    },
    {
      text: `TXT ${"x ".repeat(32_768)}`,
      message: "Cannot read RDATA of TXT: it has 65536 octets, 65535 are allowed",
    },
    {
      text: "OPENPGPKEY AB==",
      message: 'Cannot read RDATA of OPENPGPKEY "AB==": a public key in base 64 is wanted',
    },
    {
      text: "TLSA 3 1 1 abc",
      message: 'Cannot read RDATA of TLSA "abc": certificate association data in hex is wanted',
    },
    {
      text: "DS 1 8 2 00",
      message: "Cannot read RDATA of DS: 32 octets are wanted as digest of type 2, 1 are there",
    },
    {
      text: "SSHFP 1 1 00",
      message: "Cannot read RDATA of SSHFP: 20 octets are wanted as digest of type 1, 1 are there",
    },
    ...[
      { digest: "DS 1 8 1", wanted: 20 },
      { digest: "DS 1 8 2", wanted: 32 },
      { digest: "CDS 1 8 3", wanted: 32 },
      { digest: "CDS 1 8 4", wanted: 48 },
      { digest: "SSHFP 1 1", wanted: 20 },
      { digest: "SSHFP 1 2", wanted: 32 },
      { digest: "ZONEMD 1 1 1", wanted: 48 },
      { digest: "ZONEMD 1 1 2", wanted: 64 },
    ].map(({ digest, wanted }) => ({
      text: `${digest} ${"00".repeat(wanted - 1)}`,
      message: expect.stringMatching(
        new RegExp(`: ${wanted} octets are wanted as digest of type \\d, ${wanted - 1} are there$`),
      ),
    })),
    {
      text: `ZONEMD 1 1 1 ${"00".repeat(12)}`,
      message: "Cannot read RDATA of ZONEMD: 48 octets are wanted as digest of type 1, 12 are there",
    },
    {
      text: `ZONEMD 1 1 200 ${"00".repeat(11)}`, // RFC 8976 §2.2.4
      message: expect.stringMatching(/: a digest of at least 12 octets in hex is wanted$/),
    },
    { text: "NSEC . TYPE0", message: 'Cannot read RDATA of NSEC "TYPE0": a record type is wanted' },
    {
      text: "RRSIG A 8 2 1h 0 0 1 . AQ==", // RFC 4034 §3.2: decimal
      message: 'Cannot read RDATA of RRSIG "1h": a number from 0 to 4294967295 is wanted as original TTL',
    },
    {
      text: "SOA . . 1 1h 1x 1 1",
      message:
        'Cannot read RDATA of SOA "1x": seconds from 0 to 4294967295, or units as in 1h30m, are wanted as retry',
    },
    {
      text: "SRV 1",
      message: "Cannot read RDATA of SRV: it ends where a number from 0 to 65535 is wanted as weight",
    },
    {
      text: "OPENPGPKEY",
      message: "Cannot read RDATA of OPENPGPKEY: it ends where a public key in base 64 is wanted",
    },
    {
      text: 'OPENPGPKEY ""',
      message: 'Cannot read RDATA of OPENPGPKEY "": a public key in base 64 is wanted',
    },
    {
      text: 'OPENPGPKEY "AQ=="',
      message: 'Cannot read RDATA of OPENPGPKEY "AQ==": a public key in base 64 is wanted',
    },
    ...["21060207062816", "4294967296", "19691231235959", "20241301000000", "2024010100000"].map((time) => ({
      text: `RRSIG A 8 2 1 0 ${time} 1 . AQ==`,
      message: `Cannot read RDATA of RRSIG "${time}": a time as YYYYMMDDHHmmSS from 1970 to 2106, or seconds since 1970, is wanted as inception`,
    })),
    {
      text: "RRSIG TYPE0 8 2 1 0 0 1 . AQ==",
      message: 'Cannot read RDATA of RRSIG "TYPE0": a record type is wanted',
    },
    { text: 'NSEC . "A"', message: 'Cannot read RDATA of NSEC "A": a record type is wanted' },
    {
      text: `NSEC3PARAM 1 0 0 ${"00".repeat(256)}`,
      message: expect.stringMatching(/: a salt of at most 255 octets in hex, or "-", is wanted$/),
    },
    {
      text: `NSEC3 1 0 0 - ${"00000000".repeat(52)}`,
      message: expect.stringMatching(/: a hash of 1 to 255 octets in base 32 is wanted$/),
    },
    { text: "NSEC .", message: "Cannot read RDATA of NSEC: it ends where a record type is wanted" },
    { text: "NSEC . FOO", message: 'Cannot read RDATA of NSEC "FOO": a record type is wanted' },
    {
      text: "WKS 1.2.3.4 6 65536",
      message:
        'Cannot read RDATA of WKS "65536": a port from 0 to 65535, or the name of a service, is wanted',
    },
    {
      text: "NSEC3PARAM 1 0 0 a",
      message: 'Cannot read RDATA of NSEC3PARAM "a": a salt of at most 255 octets in hex, or "-", is wanted',
    },
    {
      text: "RRSIG A 8 2 1 20230229000000 0 1 . AQ==",
      message:
        'Cannot read RDATA of RRSIG "20230229000000": a time as YYYYMMDDHHmmSS from 1970 to 2106, or seconds since 1970, is wanted as expiration',
    },
    {
      text: 'CAA 0 is-sue ""',
      message: 'Cannot read RDATA of CAA "is-sue": a property tag of letters and digits is wanted',
    },
    { text: 'URI 1 1 ""', message: 'Cannot read RDATA of URI "": a URI is wanted' },
    {
      text: "NULL x",
      message: "Cannot read RDATA of NULL: octets in the form \\# LENGTH HEX (RFC 3597) are wanted",
    },
    {
      text: "TYPE65280 1",
      message: "Cannot read RDATA of TYPE65280: octets in the form \\# LENGTH HEX (RFC 3597) are wanted",
    },
    { text: "A \\# 3 010203", message: "Cannot read RDATA of A: the octets have not the layout of A" },
    {
      text: "A \\# 4 010203",
      message: 'Cannot read RDATA of A "4": 3 octets follow, and their number is wanted before them',
    },
    { text: "A \\# 4 0102030g", message: 'Cannot read RDATA of A "4": octets in hex are wanted behind it' },
    { text: "A \\#", message: "Cannot read RDATA of A: it ends where a number of octets is wanted" },
    { text: "NS \\# 2 C000", message: "Cannot read RDATA of NS: the octets have not the layout of NS" },
  ])("$text is refused", ({ text, message }) => {
    expect(messages(read(text))).toEqual([message]);
  });

  it("takes RDATA of 65535 octets (RFC 1035 §3.2.1)", () => {
    expect(goodValue(read(`TXT "" ${"x ".repeat(32_767)}`))).toHaveLength(65_535);
  });

  it("gives all problems of a record at once, each with its line and column", () => {
    const result = read("SRV x 1 y a..b");
    const places = result.ok
      ? []
      : result.problems.map(({ place }) => [place?.file, place?.line, place?.column]);
    expect(places).toEqual([
      ["", 1, 5],
      ["", 1, 9],
      ["", 1, 11],
    ]);
  });

  it.each([
    { why: "a compression pointer", type: "NS", wire: "c0 0c", formatted: "\\# 2 C00C" },
    { why: "octets too many", type: "A", wire: "01 02 03 04 05", formatted: "\\# 5 0102030405" },
    { why: "a string past the end", type: "TXT", wire: "05 61", formatted: "\\# 2 0561" },
    { why: "no string at all", type: "TXT", wire: "", formatted: "\\# 0" },
    { why: "no key at all", type: "OPENPGPKEY", wire: "", formatted: "\\# 0" },
    { why: "a window without its length", type: "NSEC", wire: "00 00", formatted: "\\# 2 0000" },
    {
      why: "a window of zeros (RFC 4034 §4.1.2)",
      type: "NSEC",
      wire: "00 00 01 00",
      formatted: "\\# 4 00000100",
    },
    {
      why: "windows out of order",
      type: "CSYNC",
      wire: "00 00 00 00 00 00 01 01 80 00 01 40",
      formatted: "\\# 12 000000000000010180000140",
    },
    {
      why: "a window of 33 octets",
      type: "CSYNC",
      wire: `00 00 00 00 00 00 00 21 ${"01 ".repeat(33)}`,
      formatted: expect.stringMatching(/^\\# 41 /),
    },
    {
      why: "a window twice",
      type: "CSYNC",
      wire: "00 00 00 00 00 00 00 01 40 00 01 20",
      formatted: "\\# 12 000000000000000140000120",
    },
    { why: "type 0", type: "RRSIG", wire: `${"00 ".repeat(19)}01`, formatted: `\\# 20 ${"00".repeat(19)}01` },
    { why: "type 0", type: "NSEC", wire: "00 00 01 c0", formatted: "\\# 4 000001C0" },
    {
      why: "ports that end in zeros",
      type: "WKS",
      wire: "01 02 03 04 06 00",
      formatted: "\\# 6 010203040600",
    },
    { why: "a hash of no octets", type: "NSEC3", wire: "01 00 00 00 00 00", formatted: "\\# 6 010000000000" },
    { why: "a tag with a dash", type: "CAA", wire: "00 01 2d", formatted: "\\# 3 00012D" },
    { why: "a tag without letters", type: "CAA", wire: "00 00", formatted: "\\# 2 0000" },
  ])("formatRdata() writes $type with $why in the form of RFC 3597", ({ type, wire, formatted }) => {
    expect(formatRdata(typeOf(type), octets(wire))).toEqual(formatted);
    expect(rdataParts(typeOf(type), octets(wire))).toBeUndefined();
  });
});

describe("rdataParts()", () => {
  it.each([
    { why: "RFC 1035", text: "NS a.", parts: ["a. compressible"] },
    { why: "RFC 1035", text: "MX 10 a.", parts: ["00 0a", "a. compressible"] },
    {
      why: "RFC 1035",
      text: "SOA a. b. 1 2 3 4 5",
      parts: [
        "a. compressible",
        "b. compressible",
        "00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 05",
      ],
    },
    ...["CNAME", "PTR", "MB", "MG", "MR", "MD", "MF"].map((type) => ({
      why: "RFC 1035",
      text: `${type} a.`,
      parts: ["a. compressible"],
    })),
    { why: "RFC 1035", text: "MINFO a. b.", parts: ["a. compressible", "b. compressible"] },
    { why: "never compressed (RFC 2782)", text: "SRV 1 2 3 a.", parts: ["00 01 00 02 00 03", "a."] },
    { why: "never compressed (RFC 6672 §2.5)", text: "DNAME a.", parts: ["a."] },
    { why: "never compressed (RFC 3597 §4)", text: "RP a. b.", parts: ["a.", "b."] },
    { why: "never compressed (RFC 3597 §4)", text: "AFSDB 1 a.", parts: ["00 01", "a."] },
    { why: "never compressed (RFC 3597 §4)", text: "KX 1 a.", parts: ["00 01", "a."] },
    {
      why: "never compressed (RFC 3597 §4)",
      text: 'NAPTR 1 1 "" "" "" a.',
      parts: ["00 01 00 01 00 00 00", "a."],
    },
    {
      why: "never compressed (RFC 9460 §2.2)",
      text: "HTTPS 1 a. port=443",
      parts: ["00 01", "a.", "00 03 00 02 01 bb"],
    },
    { why: "never compressed (RFC 4034 §4.1.1)", text: "NSEC a. A", parts: ["a.", "00 01 40"] },
    {
      why: "never compressed (RFC 4034 §3.1.7)",
      text: "RRSIG A 8 1 0 0 0 0 a. AQ==",
      parts: ["00 01 08 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "a.", "01"],
    },
    { why: "opaque", text: "TYPE65280 \\# 3 016100", parts: ["01 61 00"] },
    { why: "no names", text: "TXT a", parts: ["01 61"] },
  ])("$text: $why", ({ text, parts }) => {
    const found = rdataParts(typeOf(text.split(" ", 1)[0] ?? ""), goodValue(read(text)));
    const shown = found?.map((part) =>
      part.kind === "name" ? `${part.name}${part.compressible ? " compressible" : ""}` : hex(part.octets),
    );
    expect(shown).toEqual(parts);
  });
});

describe("additionalTarget()", () => {
  it.each([
    { text: "NS a.", target: "a." },
    { text: "MX 10 a.", target: "a." },
    { text: "SRV 1 2 3 a.", target: "a." },
    { text: "AFSDB 1 a.", target: "a." },
    { text: "KX 1 a.", target: "a." },
    { text: "SVCB 0 a.", target: "a." },
    { text: "HTTPS 1 a. port=443", target: "a." },
    { text: "SRV 0 0 0 .", target: undefined },
    { text: "HTTPS 1 .", target: undefined },
    { text: "MX 0 .", target: undefined },
    { text: "CNAME a.", target: undefined },
    { text: "PTR a.", target: undefined },
    { text: "A 192.0.2.1", target: undefined },
    { text: "TYPE65280 \\# 3 016100", target: undefined },
  ])("$text", ({ text, target }) => {
    const rdata = goodValue(read(text));
    expect(additionalTarget(typeOf(text.split(" ", 1)[0] ?? ""), rdata)?.toString()).toBe(target);
  });

  it("gives none for octets that are cut off", () => {
    expect(additionalTarget(TYPE.SRV, new Uint8Array(3))).toBeUndefined();
  });
});

describe("RDATA made from fields", () => {
  const soa = {
    mname: name("ns1.contoso.com."),
    rname: name("hostmaster.contoso.com."),
    serial: 0xffffffff,
    refresh: 1,
    retry: 2,
    expire: 3,
    minimum: 4,
  };

  it("is what the text of the same record gives", () => {
    const srv = { priority: 1, weight: 2, port: 5269, target: name("xmpp.contoso.com.") };
    expect(aRdata(parseAddress("192.0.2.1")?.octets ?? new Uint8Array())).toEqual(
      goodValue(read("A 192.0.2.1")),
    );
    expect(aaaaRdata(parseAddress("2001:db8::1")?.octets ?? new Uint8Array())).toEqual(
      goodValue(read("AAAA 2001:db8::1")),
    );
    expect(srvRdata(srv)).toEqual(goodValue(read("SRV 1 2 5269 xmpp")));
    expect(nsRdata(name("ns1.contoso.com."))).toEqual(goodValue(read("NS ns1")));
    expect(soaRdata(soa)).toEqual(goodValue(read("SOA ns1 hostmaster 4294967295 1 2 3 4")));
  });

  it("soaFields() reads what soaRdata() made", () => {
    expect(soaFields(soaRdata(soa))).toEqual(soa);
  });

  it("soaFields() gives none for octets that are no SOA", () => {
    expect(soaFields(soaRdata(soa).subarray(1))).toBeUndefined();
    expect(soaFields(soaRdata(soa).slice(0, -1))).toBeUndefined();
    expect(soaFields(new Uint8Array())).toBeUndefined();
  });

  it("refuses numbers and addresses that do not fit as a bug", () => {
    expect(() => srvRdata({ priority: 0, weight: 0, port: 65_536, target: name("a.") })).toThrow(RangeError);
    expect(() => srvRdata({ priority: -1, weight: 0, port: 1, target: name("a.") })).toThrow(RangeError);
    expect(() => soaRdata({ ...soa, serial: 1.5 })).toThrow(RangeError);
    expect(() => aRdata(new Uint8Array(16))).toThrow(RangeError);
    expect(() => aaaaRdata(new Uint8Array(4))).toThrow(RangeError);
  });
});

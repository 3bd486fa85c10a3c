/** Types of IANA's registry that few zones hold: text to wire as BIND reads it, and back. */

import { describe, expect, it } from "vitest";
import { isDataType, portableTypeName, TYPE, typeName } from "../../src/dns/codes.ts";
import { formatRdata, rdataParts } from "../../src/dns/rdata.ts";
import { AS_BIND_READS, type Row } from "./as-bind-reads.ts";
import { goodValue, hex, messages, octets, read, typeOf } from "./presentation.ts";

/** BIND reads none of these: wire forms by hand. */
const BY_HAND: readonly Row[] = [
  { text: "IPSECKEY 10 0 0 .", wire: "0a0000" }, // no key: RFC 4025 §2.4; NSD and Knot read it
  { text: "IPSECKEY 10 1 0 192.0.2.1", wire: "0a0100c0000201" },
  { text: "CLA a b", wire: "01610162", formatted: '"a" "b"' },
  { text: "IPN \\# 8 0000000000000001", wire: "0000000000000001" },
  { text: "UNSPEC \\# 1 00", wire: "00" },
  { text: 'DOA 1 2 3 "" -', wire: "00000001000000020300" },
  { text: "SINK 1 2 3", wire: "010203" },
];

describe("readRdata() and formatRdata()", () => {
  it.each([...AS_BIND_READS, ...BY_HAND])("$text", ({ text, wire, formatted }) => {
    const [mnemonic = "", ...words] = text.split(" ");
    const rdata = goodValue(read(text));
    expect(hex(rdata).replaceAll(" ", "")).toBe(wire);
    expect(formatRdata(typeOf(mnemonic), rdata)).toBe(formatted ?? words.join(" "));
    expect(goodValue(read(`${mnemonic} ${formatRdata(typeOf(mnemonic), rdata)}`))).toEqual(rdata);
  });

  it.each([
    { text: "LOC 91 N 0 E 0", reason: /"91": a latitude as in "42 21 54.1 N" is wanted$/ },
    { text: "LOC 1 60 N 0 E 0", reason: /"60": a latitude/ },
    { text: "LOC 1 1 60 N 0 E 0", reason: /"60": a latitude/ },
    { text: "LOC 1 1 1.0001 N 0 E 0", reason: /"1.0001": a latitude/ },
    { text: "LOC x N 0 E 0", reason: /"x": a latitude/ },
    { text: "LOC N 0 E 0", reason: /"N": a latitude/ },
    { text: 'LOC 1 "N" 0 E 0', reason: /"N": a latitude/ },
    { text: 'LOC "1" N 0 E 0', reason: /"1": a latitude/ },
    { text: "LOC 1 2 3 4 N 0 E 0", reason: /"4": a latitude/ },
    { text: "LOC 90 0 0.001 N 0 E 0", reason: /"90": a latitude/ },
    { text: "LOC 1 N 181 E 0", reason: /"181": a longitude as in "71 6 18.2 W" is wanted$/ },
    { text: "LOC 1 N", reason: /it ends where a longitude/ },
    { text: "LOC 1 N 1 E", reason: /it ends where an altitude from -100000.00m to 42849672.95m is wanted$/ },
    { text: "LOC 1 N 1 E -100000.01m", reason: /"-100000.01m": an altitude/ },
    { text: "LOC 1 N 1 E 42849672.96m", reason: /"42849672.96m": an altitude/ },
    { text: 'LOC 1 N 1 E "0"', reason: /"0": an altitude/ },
    {
      text: "LOC 1 N 1 E 0 90000000.01m",
      reason: /"90000000.01m": a size or precision from 0m to 90000000m/,
    },
    { text: "LOC 1 N 1 E 0 1km", reason: /"1km": a size or precision/ },
    { text: "LOC 1 N 1 E 0 1m 1m 1m 1m", reason: /"1m": nothing is wanted behind the last field$/ },
    {
      text: "APL 1:10.0.0.0/33",
      reason: /an address prefix as in "1:192.0.2.0\/24" or "!2:2001:db8::\/32" is/,
    },
    { text: "APL 3:10.0.0.0/8", reason: /an address prefix/ },
    { text: "APL 1:10.0.0.0", reason: /an address prefix/ },
    { text: "APL 2:10.0.0.0/8", reason: /an address prefix/ },
    { text: "EUI48 00-00-5e-00-53", reason: /6 octets in hex with "-" between are wanted$/ },
    { text: "EUI48 00-00-5e-00-53-2", reason: /6 octets in hex/ },
    { text: "EUI64 0000-5e-00-53-2a-01-02", reason: /8 octets in hex/ },
    { text: "NID 1 1:2:3", reason: /4 groups in hex with ":" between are wanted$/ },
    { text: "L64 1 1:2:3:12345", reason: /4 groups in hex/ },
    { text: "NSAP 47", reason: /an address in hex behind 0x is wanted$/ },
    { text: "NSAP 0x", reason: /an address in hex behind 0x/ },
    { text: "NSAP 0x4", reason: /an address in hex behind 0x/ },
    { text: "ATMA +", reason: /digits behind a plus sign, or an address in hex, are wanted$/ },
    { text: "ATMA .", reason: /digits behind a plus sign/ },
    { text: "X25 123", reason: /"123": at least four digits are wanted$/ },
    { text: "X25 12a45", reason: /"12a45": at least four digits are wanted$/ },
    { text: "X25", reason: /it ends where a character string is wanted$/ },
    { text: `X25 ${"1".repeat(256)}`, reason: /it has 256 octets, 255 are allowed/ },
    { text: "KEY 49152 3 5 AQ==", reason: /no public key is wanted, as the flags say that there is none$/ },
    { text: "KEY 256 3 5", reason: /a public key in base 64 is wanted$/ },
    { text: "NXT a. TYPE128", reason: /"TYPE128": a record type below 128 is wanted$/ },
    { text: "NXT a. FOO", reason: /"FOO": a record type below 128 is wanted$/ },
    { text: "IPSECKEY 1 4 1 .", reason: /"4": a number from 0 to 3 is wanted as kind of host$/ },
    {
      text: "IPSECKEY 1 0 1 a.",
      reason: /"a.": a "." is wanted, as the type before it says that there is no host$/,
    },
    { text: "IPSECKEY 1 1 1 ::1", reason: /"::1": an IPv4 address in dotted form is wanted$/ },
    { text: "IPSECKEY 1", reason: /it ends where a number from 0 to 3 is wanted as kind of host$/ },
    { text: "AMTRELAY 1 2 0 .", reason: /"2": a number from 0 to 1 is wanted as discovery optional bit$/ },
    { text: "HIP 2 0 AQ==", reason: /"0": a host identity tag of 1 to 255 octets in hex is wanted$/ },
    { text: `HIP 2 ${"00".repeat(256)} AQ==`, reason: /a host identity tag of 1 to 255 octets/ },
    { text: "HIP 2 00 ?", reason: /"\?": a public key in base 64, in one word, is wanted$/ },
    { text: "A6 129 a.", reason: /"129": a number from 0 to 128 is wanted as length of the prefix$/ },
    { text: "A6 0 x", reason: /"x": an IPv6 address is wanted$/ },
    { text: "A6", reason: /it ends where a number from 0 to 128/ },
    { text: "UID 1", reason: /octets in the form \\# LENGTH HEX \(RFC 3597\) are wanted$/ },
  ])("$text is refused", ({ text, reason }) => {
    const found = messages(read(text));
    expect(found).toContainEqual(expect.stringMatching(reason));
    expect(found[0]).toMatch(reason);
  });

  const place = "80000000 80000000 00989680"; // the equator, Greenwich, sea level
  it.each([
    { type: "LOC", why: "nothing", wire: "" },
    { type: "LOC", why: "an extent of 0 with zeros behind it", wire: `00011613${place}` },
    { type: "LOC", why: "a digit over 9", wire: `00a01613${place}` },
    { type: "LOC", why: "a power over 9", wire: `001a1613${place}` },
    { type: "LOC", why: "a latitude beyond the pole", wire: "00121613 00000000 80000000 00989680" },
    { type: "LOC", why: "a longitude beyond the date line", wire: "00121613 80000000 00000000 00989680" },
    { type: "LOC", why: "an octet too many", wire: `00121613${place}00` },
    { type: "APL", why: "a head cut off", wire: "000108" },
    { type: "APL", why: "another family, and an address that ends in a zero", wire: "00030001 00" },
    { type: "APL", why: "another family, and an item cut off", wire: "00030000 0001" },
    { type: "APL", why: "a prefix too long", wire: "00012100" },
    { type: "APL", why: "an address too long", wire: "000108050102030405" },
    { type: "APL", why: "an address cut off", wire: "00010802 0a" },
    { type: "APL", why: "an address that ends in zeros", wire: "00010802 0a00" },
    { type: "EUI48", why: "an octet too few", wire: "0102030405" },
    { type: "ATMA", why: "another format", wire: "0231" },
    { type: "ATMA", why: "no digits", wire: "01" },
    { type: "ATMA", why: "letters for digits", wire: "0161" },
    { type: "ATMA", why: "nothing", wire: "" },
    { type: "X25", why: "letters for digits", wire: "0461616161" },
    { type: "X25", why: "a string cut off", wire: "0531313131" },
    { type: "KEY", why: "no key where the flags say that there is one", wire: "01000305" },
    { type: "NXT", why: "a bitmap of 17 octets", wire: `00${"40".repeat(17)}` },
    { type: "NXT", why: "type 0, which stands for another layout", wire: "00c0" },
    { type: "NXT", why: "zeros at the end", wire: "004000" },
    { type: "IPSECKEY", why: "another kind of gateway", wire: "010401" },
    { type: "IPSECKEY", why: "no gateway and no algorithm", wire: "0100" },
    { type: "IPSECKEY", why: "nothing", wire: "" },
    { type: "IPSECKEY", why: "an end behind the precedence", wire: "01" },
    { type: "AMTRELAY", why: "another kind of relay", wire: "0104" },
    { type: "AMTRELAY", why: "an end behind the precedence", wire: "01" },
    { type: "HIP", why: "no tag", wire: "00020001 01" },
    { type: "HIP", why: "no key", wire: "01020000 01" },
    { type: "HIP", why: "a key cut off", wire: "01020002 0101" },
    { type: "HIP", why: "a name cut off", wire: "01020001 0101 0161" },
    { type: "HIP", why: "nothing", wire: "" },
    { type: "A6", why: "nothing", wire: "" },
    { type: "A6", why: "a prefix too long", wire: "8100" },
    { type: "A6", why: "a suffix cut off", wire: "7f" },
    { type: "A6", why: "bits of the prefix in the suffix", wire: "7f0200" },
    { type: "A6", why: "no name", wire: "7f01" },
    { type: "NSAP", why: "nothing", wire: "" },
  ])("$type with $why is no such record and is written in the form of RFC 3597", ({ type, wire }) => {
    const rdata = octets(wire.replaceAll(" ", "").replaceAll(/../g, "$& "));
    expect(formatRdata(typeOf(type), rdata)).toMatch(/^\\# /);
    expect(rdataParts(typeOf(type), rdata)).toBeUndefined();
  });

  it.each([
    { type: "LOC", why: "another version", wire: `01121613${place}` },
    { type: "APL", why: "another family", wire: "00030001 01" },
    { type: "APL", why: "another family behind one that is known", wire: "00011801 0a 0003ff00" },
  ])("$type with $why is served as it is and written in the form of RFC 3597", ({ type, wire }) => {
    const rdata = octets(wire.replaceAll(" ", "").replaceAll(/../g, "$& "));
    expect(formatRdata(typeOf(type), rdata)).toMatch(/^\\# /);
    expect(rdataParts(typeOf(type), rdata)).toEqual([{ kind: "octets", octets: rdata }]);
  });
});

describe("portableTypeName()", () => {
  it.each([
    [TYPE.SRV, "SRV"],
    [TYPE.LOC, "LOC"],
    [TYPE.HIP, "TYPE55"], // neither NSD 4.6 nor Knot 3.2 knows it
    [TYPE["NSAP-PTR"], "TYPE23"],
    [65_280, "TYPE65280"],
  ])("writes type %d as %s", (type, text) => expect(portableTypeName(type)).toBe(text));
});

describe("the mnemonics", () => {
  it("are read in either case", () => expect(typeOf("nsap-ptr")).toBe(TYPE["NSAP-PTR"]));

  it("are those of IANA's registry, each number once", () => {
    const numbers = Object.values(TYPE);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter(isDataType).every((type) => !typeName(type).startsWith("TYPE"))).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { TYPE } from "../../src/dns/codes.ts";
import { formatRdata, rdataParts } from "../../src/dns/rdata.ts";
import { goodValue, hex, messages, octets, read } from "./presentation.ts";

const FOO = "03 66 6f 6f 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00";

describe("test vectors of RFC 9460 appendix D", () => {
  it.each([
    { why: "AliasMode", text: "0 foo.example.com.", wire: `00 00 ${FOO}` },
    { why: "the target is the owner", text: "1 .", wire: "00 01 00" },
    { why: "a port", text: "16 foo.example.com. port=53", wire: `00 10 ${FOO} 00 03 00 02 00 35` },
    {
      why: "a key by number",
      text: "1 foo.example.com. key667=hello",
      wire: `00 01 ${FOO} 02 9b 00 05 68 65 6c 6c 6f`,
      formatted: '1 foo.example.com. key667="hello"',
    },
    {
      why: "a quoted value with an octet by number",
      text: '1 foo.example.com. key667="hello\\210qoo"',
      wire: `00 01 ${FOO} 02 9b 00 09 68 65 6c 6c 6f d2 71 6f 6f`,
    },
    {
      why: "two IPv6 hints, quoted",
      text: '1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"',
      wire: `00 01 ${FOO} 00 06 00 20 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 20 01 0d b8 00 00 00 00 00 00 00 00 00 53 00 01`,
      formatted: "1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1",
    },
    {
      why: "an IPv6 hint that embeds IPv4",
      text: "1 example.com. ipv6hint=2001:db8:122:344::192.0.2.33",
      wire: "00 01 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 00 06 00 10 20 01 0d b8 01 22 03 44 00 00 00 00 c0 00 02 21",
      formatted: "1 example.com. ipv6hint=2001:db8:122:344::c000:221",
    },
    {
      why: "keys and mandatory keys in any order are sorted",
      text: "16 foo.example.com. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1",
      wire: `00 10 ${FOO} 00 00 00 04 00 01 00 04 00 01 00 09 02 68 32 05 68 33 2d 31 39 00 04 00 04 c0 00 02 01`,
      formatted: '16 foo.example.com. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1',
    },
    {
      why: "a comma and a backslash inside a protocol, escaped twice",
      text: '16 foo.example.com. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      wire: `00 10 ${FOO} 00 01 00 0c 08 66 5c 6f 6f 2c 62 61 72 02 68 32`,
    },
    {
      why: "the same, unquoted",
      text: "16 foo.example.com. alpn=f\\\\\\092oo\\092,bar,h2",
      wire: `00 10 ${FOO} 00 01 00 0c 08 66 5c 6f 6f 2c 62 61 72 02 68 32`,
      formatted: '16 foo.example.com. alpn="f\\\\\\\\oo\\\\,bar,h2"',
    },
  ])("$text: $why", ({ text, wire, formatted = text }) => {
    const rdata = goodValue(read(`SVCB ${text}`));
    expect(hex(rdata)).toBe(wire);
    expect(formatRdata(TYPE.SVCB, rdata)).toBe(formatted);
  });

  it.each([
    {
      why: "a key twice",
      text: "1 . key123=abc key123=def",
      message: 'SVCB "key123=def": key123 is given twice',
    },
    {
      why: "no value",
      text: "1 . mandatory",
      message: 'SVCB "mandatory": a list of different keys other than mandatory is wanted as mandatory',
    },
    {
      why: "no value",
      text: "1 . alpn",
      message: 'SVCB "alpn": a list of protocols of 1 to 255 octets each is wanted as alpn',
    },
    { why: "no value", text: "1 . port", message: 'SVCB "port": a number from 0 to 65535 is wanted as port' },
    {
      why: "no value",
      text: "1 . ipv4hint",
      message: 'SVCB "ipv4hint": a list of IPv4 addresses is wanted as ipv4hint',
    },
    {
      why: "no value",
      text: "1 . ipv6hint",
      message: 'SVCB "ipv6hint": a list of IPv6 addresses is wanted as ipv6hint',
    },
    {
      why: "a value",
      text: "1 . alpn=h2 no-default-alpn=abc",
      message: 'SVCB "no-default-alpn=abc": no value is wanted as no-default-alpn',
    },
    {
      why: "a mandatory key that is not there",
      text: "1 . mandatory=key123",
      message: "SVCB: mandatory names key123, which is not there",
    },
    {
      why: "mandatory is not mandatory",
      text: "1 . mandatory=mandatory",
      message:
        'SVCB "mandatory=mandatory": a list of different keys other than mandatory is wanted as mandatory',
    },
    {
      why: "a mandatory key twice",
      text: "1 . mandatory=key123,key123 key123=abc",
      message:
        'SVCB "mandatory=key123,key123": a list of different keys other than mandatory is wanted as mandatory',
    },
  ])("$text is refused: $why", ({ text, message }) => {
    expect(messages(read(`SVCB ${text}`))).toEqual([`Cannot read RDATA of ${message}`]);
  });
});

describe("SvcParams", () => {
  it.each([
    {
      why: "a known key by its number has its value as on the wire",
      text: '1 . key1="\\002h2"',
      formatted: '1 . alpn="h2"',
    },
    { why: "the last port", text: "1 . port=65535", formatted: "1 . port=65535" },
    { why: "the last key", text: "1 . key65535", formatted: "1 . key65535" },
    { why: "a key without value", text: "1 . key65280", formatted: "1 . key65280" },
    { why: "a key with an empty value", text: '1 . key65280=""', formatted: "1 . key65280" },
    { why: "an equals sign inside a value", text: '1 . key65280="a=b"', formatted: '1 . key65280="a=b"' },
    {
      why: "blanks inside a quoted value",
      text: '1 . key65280="a b" port=1',
      formatted: '1 . port=1 key65280="a b"',
    },
    {
      why: "a protocol of 255 octets",
      text: `1 . alpn="${"a".repeat(255)}"`,
      formatted: `1 . alpn="${"a".repeat(255)}"`,
    },
    {
      why: "no default protocol",
      text: "1 . no-default-alpn alpn=h3",
      formatted: '1 . alpn="h3" no-default-alpn',
    },
    { why: "an ECHConfigList", text: "1 . ech=AEj+DQ==", formatted: "1 . ech=AEj+DQ==" },
    {
      why: "dohpath goes by its number for Knot",
      text: "1 . dohpath=/dns-query{?dns}",
      formatted: '1 . key7="/dns-query{?dns}"',
    },
    {
      why: "AliasMode ignores parameters, it does not refuse them (RFC 9460 §2.4.2)",
      text: "0 a. port=1",
      formatted: "0 a. port=1",
    },
  ])("$text: $why", ({ text, formatted }) => {
    expect(formatRdata(TYPE.HTTPS, goodValue(read(`HTTPS ${text}`)))).toBe(formatted);
  });

  it.each([
    {
      why: "alpn is wanted with it (RFC 9460 §7.1.1)",
      text: "no-default-alpn",
      message: /no-default-alpn stands alone, alpn is wanted with it$/,
    },
    { why: "unknown key", text: "Port=1", message: /a parameter such as alpn=h2/ },
    { why: "leading zero", text: "key01=1", message: /a parameter such as alpn=h2/ },
    { why: "over 16 bits", text: "key65536=1", message: /a parameter such as alpn=h2/ },
    { why: "quoted as a whole", text: '"port=1"', message: /a parameter such as alpn=h2/ },
    { why: "over 16 bits", text: "port=65536", message: /a number from 0 to 65535 is wanted as port/ },
    { why: "an empty protocol", text: "alpn=h2,,h3", message: /a list of protocols/ },
    { why: "an escape that the list does not know", text: 'alpn="a\\\\b"', message: /a list of protocols/ },
    { why: "a protocol of 256 octets", text: `alpn=${"a".repeat(256)}`, message: /a list of protocols/ },
    {
      why: "an escape in a list of addresses",
      text: "ipv4hint=1.2.3.4\\,5.6.7.8",
      message: /a list of IPv4 addresses/,
    },
    {
      why: "a known key by its number is checked",
      text: "key3=a",
      message: /a number from 0 to 65535 is wanted as port/,
    },
    { why: "no escape", text: "key65280=\\1", message: /a text is wanted as key65280/ },
    {
      why: "a mandatory key that is none",
      text: "mandatory=port,foo port=1",
      message: /a list of different keys/,
    },
    { why: "no ECHConfigList", text: "ech", message: /an ECHConfigList in base 64 is wanted as ech/ },
    {
      why: "a quotation mark inside",
      text: 'key65280=a"b',
      message: /the quotation marks around its value do not match/,
    },
    { why: "no base 64", text: "ech=A", message: /an ECHConfigList in base 64 is wanted as ech/ },
    { why: "no UTF-8", text: "dohpath=\\255", message: /a URI template in UTF-8 is wanted as dohpath/ },
    {
      why: "a value of 65536 octets",
      text: `key65280=${"a".repeat(65_536)}`,
      message: /its value has 65536 octets, 65535 are allowed/,
    },
  ])("$why: refused", ({ text, message }) => {
    expect(messages(read(`HTTPS 1 . ${text}`))).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    { why: "keys out of order", wire: "00 04 00 04 01 02 03 04 00 03 00 02 00 01" },
    { why: "a key twice", wire: "00 03 00 02 00 01 00 03 00 02 00 01" },
    { why: "a value past the end", wire: "00 03 00 05 00 01" },
    { why: "cut off in a key", wire: "00 03 00" },
    { why: "a port of three octets", wire: "00 03 00 03 00 00 01" },
    { why: "no ECHConfigList", wire: "00 05 00 00" },
    { why: "no URI template", wire: "00 07 00 00" },
    { why: "no hint", wire: "00 04 00 00" },
    { why: "half a hint", wire: "00 06 00 08 00 00 00 00 00 00 00 00" },
    { why: "an empty protocol", wire: "00 01 00 01 00" },
    { why: "a protocol past the end", wire: "00 01 00 02 05 61" },
    {
      why: "mandatory keys out of order",
      wire: "00 00 00 04 00 04 00 03 00 03 00 02 00 01 00 04 00 04 01 02 03 04",
    },
    { why: "half a mandatory key", wire: "00 00 00 03 00 03 00 00 03 00 02 00 01" },
    { why: "a mandatory key that is not there", wire: "00 00 00 02 00 03" },
  ])("on the wire, $why is not of the layout", ({ wire }) => {
    expect(rdataParts(TYPE.SVCB, octets(`00 01 00 ${wire}`))).toBeUndefined();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TYPE, typeName } from "../../src/dns/codes.ts";
import { groupIntoRRsets, readMasterFile } from "../../src/dns/master-file.ts";
import { type DomainName, DomainName as Name, stringOf } from "../../src/dns/name.ts";
import type { RRset, Zone } from "../../src/dns/rrset.ts";
import { formatRecord, formatZoneFile } from "../../src/dns/zone-file.ts";
import { anyName, RDATA_TEXT } from "./arbitrary.ts";
import { goodValue, name, read } from "./presentation.ts";

function readZone(apex: DomainName, text: string): Zone {
  const place = (line: number, column: number) => ({ file: "zone", line, column });
  const records = goodValue(readMasterFile(text, { origin: apex, defaultTtl: 3600, place }));
  return { apex, rrsets: goodValue(groupIntoRRsets(records)) };
}

const CONTOSO = readZone(
  name("contoso.com."),
  `_xmpp-server._tcp SRV 10 0 5269 xmpp
   xmpp 60 A 192.0.2.10
   @ MX 10 mail.example.com.
   xmpp AAAA 2001:db8::10
   @ NS ns1
   \\@ TXT "at"
   MB MB xmpp
   other.example. A 192.0.2.11
   @ NS ns2
   @ 86400 SOA ns1 hostmaster 1 2 3 4 5`.replaceAll("\n   ", "\n"),
);

describe("formatZoneFile()", () => {
  it("writes the SOA first, the apex next, owners relative and in canonical order, columns aligned", () => {
    expect(formatZoneFile(CONTOSO)).toBe(`$ORIGIN contoso.com.
$TTL 86400
@                 86400 IN SOA   ns1.contoso.com. hostmaster.contoso.com. 1 2 3 4 5
@                  3600 IN NS    ns1.contoso.com.
@                  3600 IN NS    ns2.contoso.com.
@                  3600 IN MX    10 mail.example.com.
\\@                 3600 IN TXT   "at"
_xmpp-server._tcp  3600 IN SRV   10 0 5269 xmpp.contoso.com.
MB                 3600 IN TYPE7 \\# 18 04786D707007636F6E746F736F03636F6D00
xmpp                 60 IN A     192.0.2.10
xmpp               3600 IN AAAA  2001:db8::10
other.example.     3600 IN A     192.0.2.11
`);
  });

  it("takes a comment and a $TTL", () => {
    const written = formatZoneFile(CONTOSO, {
      comment: "made by xmpp-edge-dns\n\nserial 1\r$TTL 1",
      defaultTtl: 60,
    });
    expect(written.split("\n").slice(0, 6)).toEqual([
      "; made by xmpp-edge-dns",
      ";",
      "; serial 1",
      "; $TTL 1",
      "$ORIGIN contoso.com.",
      "$TTL 60",
    ]);
  });

  it("writes the root zone", () => {
    const root = readZone(name("."), ". SOA . . 1 2 3 4 5\ncom NS ns.com");
    expect(formatZoneFile(root)).toBe(
      "$ORIGIN .\n$TTL 3600\n@   3600 IN SOA . . 1 2 3 4 5\ncom 3600 IN NS  ns.com.\n",
    );
  });

  it("writes an empty zone as an empty file", () => {
    expect(formatZoneFile({ apex: name("a."), rrsets: [] })).toBe("$ORIGIN a.\n$TTL 0\n");
  });

  it("is read back as the same zone, whatever the owners, types and RDATA", () => {
    const rrset = fc.constantFrom(...RDATA_TEXT.keys()).chain((type) =>
      fc.record({
        owner: anyName.map(
          (relative) => Name.join(relative.wire.slice(0, -1), name("x\\.y.")) ?? name("x\\.y."),
        ),
        type: fc.constant(type),
        ttl: fc.nat({ max: 2 ** 31 - 1 }),
        rdatas: (RDATA_TEXT.get(type) ?? fc.constant("")).map((text) => [
          goodValue(read(`TYPE${type} ${text}`)),
        ]),
      }),
    );
    const property = fc.property(fc.array(rrset, { maxLength: 8 }), (rrsets) => {
      const zone = { apex: name("X\\.y."), rrsets };
      const back = readZone(name("ignored."), formatZoneFile(zone));
      const distinct = new Map(rrsets.map((one) => [`${one.owner.key} ${one.type}`, one]));
      if (distinct.size === rrsets.length)
        expect(back.rrsets.map(shown).sort()).toEqual(rrsets.map(shown).sort());
    });
    fc.assert(property, { numRuns: 100 });
  });
});

function shown({ owner, type, ttl, rdatas }: RRset): string {
  return [owner.key, type, ttl, ...rdatas.map((rdata) => stringOf(rdata))].join(" ");
}

describe("formatRecord()", () => {
  it("writes one record with absolute names", () => {
    const rdata = goodValue(read("SRV 10 0 5269 xmpp"));
    expect(formatRecord(name("_xmpp-server._tcp.contoso.com."), 60, TYPE.SRV, rdata)).toBe(
      "_xmpp-server._tcp.contoso.com. 60 IN SRV 10 0 5269 xmpp.contoso.com.",
    );
  });

  it("writes any type in a form that readMasterFile() takes", () => {
    const record = formatRecord(name("a."), 0, 65_280, new Uint8Array([1, 2]));
    expect(record).toBe("a. 0 IN TYPE65280 \\# 2 0102");
    expect(readZone(name("."), record).rrsets.map(({ type }) => typeName(type))).toEqual(["TYPE65280"]);
  });
});

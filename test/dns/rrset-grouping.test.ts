import { describe, expect, it } from "vitest";
import { TYPE } from "../../src/dns/codes.ts";
import { groupIntoRRsets, readMasterFile } from "../../src/dns/master-file.ts";
import { formatRecord } from "../../src/dns/zone-file.ts";
import { goodValue, name } from "./presentation.ts";

function group(...lines: readonly string[]) {
  const place = (line: number, column: number) => ({ file: "static.zone", line, column });
  const records = goodValue(
    readMasterFile(lines.join("\n"), { origin: name("contoso.com."), defaultTtl: 300, place }),
  );
  const result = groupIntoRRsets(records);
  const rrsets = goodValue(result).map(({ owner, ttl, type, rdatas }) =>
    rdatas.map((rdata) => formatRecord(owner, ttl, type, rdata)),
  );
  const remarks = result.ok ? result.remarks : [];
  return {
    rrsets,
    remarks: remarks.map(({ severity, message, place }) => `${severity} ${place?.line} ${message}`),
  };
}

describe("groupIntoRRsets()", () => {
  it("joins records of one owner and type, in the order of the file", () => {
    expect(group("b A 192.0.2.2", "a A 192.0.2.3", "b TXT x", "B A 192.0.2.1")).toEqual({
      rrsets: [
        ["b.contoso.com. 300 IN A 192.0.2.2", "b.contoso.com. 300 IN A 192.0.2.1"],
        ["a.contoso.com. 300 IN A 192.0.2.3"],
        ['b.contoso.com. 300 IN TXT "x"'],
      ],
      remarks: [],
    });
  });

  it.each([
    { why: "the same address", lines: ["a A 192.0.2.1", "a A 192.0.2.1"], type: "A" },
    { why: "owners that differ in case", lines: ["a A 192.0.2.1", "A A 192.0.2.1"], type: "A" },
    { why: "names in RDATA that differ in case", lines: ["a SRV 1 1 1 x", "a SRV 1 1 1 X"], type: "SRV" },
    { why: "the same octets in generic form", lines: ["a A 192.0.2.1", "a TYPE1 \\# 4 C0000201"], type: "A" },
  ])("drops a duplicate with a warning: $why", ({ lines, type }) => {
    const { rrsets, remarks } = group(...lines);
    expect(rrsets.map((rrset) => rrset.length)).toEqual([1]);
    expect(remarks).toEqual([
      expect.stringMatching(
        new RegExp(
          `^warning 2 Dropped a second ${type} record of "[aA]\\.contoso\\.com" with the same RDATA$`,
        ),
      ),
    ]);
  });

  it("keeps texts that differ in case", () => {
    expect(group("a TXT x", "a TXT X").rrsets.map((rrset) => rrset.length)).toEqual([2]);
  });

  it("takes the lowest TTL with a warning (RFC 2181 §5.2)", () => {
    expect(group("a 60 A 192.0.2.1", "a 30 A 192.0.2.2", "a 90 A 192.0.2.3", "a 30 A 192.0.2.4")).toEqual({
      rrsets: [
        [
          "a.contoso.com. 30 IN A 192.0.2.1",
          "a.contoso.com. 30 IN A 192.0.2.2",
          "a.contoso.com. 30 IN A 192.0.2.3",
          "a.contoso.com. 30 IN A 192.0.2.4",
        ],
      ],
      remarks: [
        'warning 2 Took TTL 30 for all A records of "a.contoso.com": 30 here and 60 before differ, one TTL is wanted in an RRset (RFC 2181 §5.2)',
        'warning 3 Took TTL 30 for all A records of "a.contoso.com": 90 here and 30 before differ, one TTL is wanted in an RRset (RFC 2181 §5.2)',
      ],
    });
  });

  it("compares RDATA that has not its type's layout octet by octet", () => {
    const place = { file: "static.zone", line: 1, column: 1 };
    const record = (octet: number) => ({
      owner: name("a."),
      type: TYPE.A,
      ttl: 60,
      rdata: Uint8Array.of(octet),
      place,
    });
    const result = groupIntoRRsets([record(0x41), record(0x61), record(0x41)]);
    expect(goodValue(result).map(({ rdatas }) => rdatas)).toEqual([
      [Uint8Array.of(0x41), Uint8Array.of(0x61)],
    ]);
  });

  it("gives nothing for nothing", () => {
    expect(group()).toEqual({ rrsets: [], remarks: [] });
  });
});

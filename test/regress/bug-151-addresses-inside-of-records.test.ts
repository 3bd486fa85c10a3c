/** Addresses in the hints of SVCB and HTTPS records, and in WKS records, went past the address rules. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

const LAB = "zones:\n  a.test:\n    records: |\n";
const LYNC = `xmppAllowedPartners: [p.test]\n${LAB}`;
const inLab = (record: string): string[] => saidWhileBuilding(`${LAB}      ${record}\n`);

test.each([
  { record: "www HTTPS 1 . ipv4hint=0.0.0.0", address: "0.0.0.0", words: "unspecified (RFC 1122)" },
  {
    record: "www HTTPS 1 . alpn=h2 ipv4hint=8.8.8.8,224.0.0.1 port=443",
    address: "224.0.0.1",
    words: "multicast (RFC 5771)",
  },
  {
    record: "www SVCB 1 svc.b.test. ipv6hint=2a00::1,ff02::1",
    address: "ff02::1",
    words: "multicast (RFC 4291)",
  },
  {
    record: "www TYPE65 \\# 11 0001 00 0004 0004 00000000",
    address: "0.0.0.0",
    words: "unspecified (RFC 1122)",
  },
  { record: "www WKS 0.0.0.0 TCP 25", address: "0.0.0.0", words: "unspecified (RFC 1122)" },
])("$record is an error everywhere", ({ record, address, words }) => {
  expect(inLab(record)).toEqual([
    `4:7 error: Cannot publish address "${address}" of "www.a.test": it is ${words}`,
  ]);
});

test("each address of a record is looked at", () => {
  expect(inLab("www HTTPS 1 . ipv4hint=0.0.0.0,255.255.255.255 ipv6hint=::")).toHaveLength(3);
});

test.each(["www HTTPS 1 . ipv4hint=10.0.0.1", "www SVCB 1 . ipv6hint=fd00::1", "www WKS 10.0.0.1 UDP 53"])(
  "%s is an error outside of a lab alone",
  (record) => {
    expect(inLab(record)).toEqual([]);
    const said = saidWhileBuilding(`${LYNC}      ${record}\n`);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('set "allowPrivateAddresses: true" for a lab');
  },
);

test("records without addresses, or with public ones, are left alone", () => {
  expect(inLab("www HTTPS 0 svc.b.test.")).toEqual([]);
  expect(inLab("www HTTPS 1 . port=443 ipv4hint=8.8.8.8 ipv6hint=2a00::1")).toEqual([]);
});

/** A and AAAA records that the operator wrote went past the address rules. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

const LAB = "zones:\n  a.test:\n    records: |\n";
const LYNC = `xmppAllowedPartners: [p.test]\n${LAB}`;

test.each([
  {
    why: "no host has it",
    head: LAB,
    record: "www A 0.0.0.0",
    it: '"0.0.0.0" of "www.a.test": it is unspecified (RFC 1122)',
  },
  {
    why: "nor this one",
    head: LAB,
    record: "www AAAA ::",
    it: '"::" of "www.a.test": it is unspecified (RFC 4291)',
  },
  {
    why: "a group of hosts",
    head: LAB,
    record: "www A 224.0.0.1",
    it: '"224.0.0.1" of "www.a.test": it is multicast (RFC 5771)',
  },
  {
    why: "the same in IPv6",
    head: LAB,
    record: "@ AAAA ff02::1",
    it: '"ff02::1" of "a.test": it is multicast (RFC 4291)',
  },
  {
    why: "in the form of RFC 3597",
    head: LAB,
    record: "www TYPE1 \\# 4 00000000",
    it: '"0.0.0.0" of "www.a.test": it is unspecified (RFC 1122)',
  },
  {
    why: "even where private ones are allowed",
    head: `allowPrivateAddresses: true\n${LAB}`,
    record: "www A 255.255.255.255",
    it: '"255.255.255.255" of "www.a.test": it is reserved or broadcast (RFC 1112)',
  },
])("$record is an error: $why", ({ head, record, it }) => {
  const line = head.split("\n").length;
  expect(saidWhileBuilding(`${head}      ${record}\n`)).toEqual([
    `${line}:7 error: Cannot publish address ${it}`,
  ]);
});

test.each([
  { address: "10.0.0.1", words: "private (RFC 1918)" },
  { address: "127.0.0.1", words: "loopback (RFC 1122)" },
  { address: "169.254.0.1", words: "link-local (RFC 3927)" },
])("$address is an error outside of a lab", ({ address, words }) => {
  expect(saidWhileBuilding(`${LYNC}      www A ${address}\n`)).toEqual([
    `5:7 error: Cannot publish address "${address}" of "www.a.test": it is ${words}; give the address that it has outside, or set "allowPrivateAddresses: true" for a lab`,
  ]);
  expect(saidWhileBuilding(`allowPrivateAddresses: true\n${LYNC}      www A ${address}\n`)).toEqual([]);
});

test("a lab lives on private and loopback addresses, as its Edge Servers do", () => {
  expect(
    saidWhileBuilding(`${LAB}      www A 10.0.0.1\n      www A 127.0.0.1\n      www AAAA ::1\n`),
  ).toEqual([]);
  expect(saidWhileBuilding(`${LAB}      www AAAA fe80::1\n`)).toHaveLength(1);
});

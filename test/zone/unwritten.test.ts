/** Zones that no file can have, but a program that makes them: what is wrong with them is said all the same. */

import { describe, expect, test } from "vitest";
import { TYPE } from "../../src/dns/codes.ts";
import type { RRset, Zone } from "../../src/dns/rrset.ts";
import { checkPartOfZone, checkZone } from "../../src/zone/check.ts";
import { nameOf, zoneOf } from "../conformance/harness.ts";

const GOOD = zoneOf("a.test.", "@ SOA ns hm 1 2 3 4 5\n@ NS ns.elsewhere.example.");

function rrset(owner: string, type: number, ...rdatas: readonly Uint8Array[]): RRset {
  return { owner: nameOf(owner), type, ttl: 60, rdatas };
}

function zoneWith(...rrsets: readonly RRset[]): Zone {
  return { ...GOOD, rrsets: [...GOOD.rrsets, ...rrsets] };
}

/** The RRsets of a text at x.a.test, as a program makes them: nobody wrote them anywhere. */
function unwritten(text: string): readonly RRset[] {
  return zoneOf("a.test.", text).rrsets.map(({ places, ...rest }) => rest);
}

describe("checkZone()", () => {
  const address = Uint8Array.of(192, 0, 2, 1);
  test.each<[string, Zone, readonly string[]]>([
    [
      "an RRset twice",
      zoneWith(rrset("x.a.test.", TYPE.A, address), rrset("X.a.test.", TYPE.A, address)),
      ['Cannot serve "X.a.test A": it is given twice'],
    ],
    [
      "an RRset of nothing",
      zoneWith(rrset("x.a.test.", TYPE.TXT)),
      ['Cannot serve "x.a.test TXT": it has no record'],
    ],
    [
      "RDATA of another layout",
      zoneWith(rrset("x.a.test.", TYPE.A, address, Uint8Array.of(1, 2, 3))),
      ['Cannot serve "x.a.test A": its RDATA has not the layout of A records'],
    ],
    [
      "more than a message holds",
      zoneWith(rrset("x.a.test.", TYPE.NULL, new Uint8Array(65_487))),
      [
        'Cannot serve "x.a.test NULL": an answer with all its 1 records has up to 65536 octets, and 65535 are the most that a message holds',
      ],
    ],
    ["just as much as a message holds", zoneWith(rrset("x.a.test.", TYPE.NULL, new Uint8Array(65_486))), []],
    [
      "a target that is an alias, neither of them written anywhere",
      zoneWith(...unwritten("x MX 10 al\nal CNAME ns.elsewhere.example.")),
      [
        'Cannot serve "x.a.test MX": its target "al.a.test" is an alias (CNAME), and an MX target must never be one (RFC 2181 §10.3)',
      ],
    ],
    [
      "a target that is an alias below a delegation, which nobody is told of",
      zoneWith(...unwritten("x MX 10 al.c\nal.c CNAME ns.elsewhere.example.\nc NS ns.elsewhere.example.")),
      [],
    ],
    [
      "name servers of a zone elsewhere, in a zone of nothing",
      { apex: nameOf("a.test."), rrsets: unwritten("b.test. NS ns.a.test.") },
      [
        'Cannot serve zone "a.test": it has no SOA record',
        'Cannot serve zone "a.test": it has no NS record at its apex',
        'Cannot serve "b.test NS": it lies outside of zone "a.test"',
        'Cannot serve "b.test NS": its target "ns.a.test" lies in zone "a.test" and has no addresses; give its A or AAAA records',
      ],
    ],
  ])("%s", (_, zone, messages) => {
    const problems = checkZone(zone);
    expect(problems.map(({ message }) => message)).toEqual(messages);
  });

  test("a record that was not written is reported at the first that was", () => {
    const [place] = GOOD.rrsets.flatMap(({ places }) => places ?? []);
    const strange = { ...rrset("x.a.test.", TYPE.A, address, Uint8Array.of(1)), places: place && [place] };
    expect(checkZone(zoneWith(strange)).map((problem) => problem.place)).toEqual([place]);
  });
});

describe("checkPartOfZone()", () => {
  const alias = 'Cannot serve "a.test CNAME": an alias stands alone, and ';
  test.each([
    ["an alias at the apex, alone", "@ CNAME b.test.", [`${alias}a zone has its SOA there`]],
    [
      "an alias at the apex, beside others",
      "@ CNAME b.test.\n@ A 192.0.2.1",
      [`${alias}the name has A records too`],
    ],
    ["an alias elsewhere", "x CNAME b.test.\n@ A 192.0.2.1", []],
    ["neither SOA nor NS", "x A 192.0.2.1", []],
  ])("%s", (_, text, messages) => {
    expect(checkPartOfZone(zoneOf("a.test.", text)).map(({ message }) => message)).toEqual(messages);
  });
});

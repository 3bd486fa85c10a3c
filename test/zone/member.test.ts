import { describe, expect, test } from "vitest";
import { TYPE } from "../../src/dns/codes.ts";
import { formatZoneFile } from "../../src/dns/zone-file.ts";
import { memberZone } from "../../src/zone/member.ts";
import { nameOf, zoneOf } from "../conformance/harness.ts";

const content = (names: string) => `
@ IN SOA ns1 hostmaster ${names} 7200 900 1209600 300
@ IN NS ns1
@ IN NS ns.provider.example.
@ IN MX 5 mail.provider.example.
_xmpp-server._tcp IN SRV 0 0 5269 xmpp
xmpp 300 IN A 192.0.2.1
`;

test("memberZone() is the zone that the same text makes at its apex", () => {
  const model = zoneOf("alpha.test.", content("0"));
  const member = memberZone({ model, apexes: [] }, nameOf("beta.example."), 77);
  expect(formatZoneFile(member)).toBe(formatZoneFile(zoneOf("beta.example.", content("77"))));
});

describe("memberZone()", () => {
  const model = zoneOf("alpha.test.", content("0"));

  test("of the model's own apex is the model with its serial", () => {
    const member = memberZone({ model, apexes: [] }, model.apex, 77);
    expect(formatZoneFile(member)).toBe(formatZoneFile(zoneOf("alpha.test.", content("77"))));
  });

  test.each([
    ["SOA", TYPE.SOA],
    ["NS", TYPE.NS],
  ])("leaves %s as it is where its octets are none", (_, type) => {
    const strange = { owner: nameOf("alpha.test."), type, ttl: 60, rdatas: [Uint8Array.of(99)] };
    const zone = { apex: model.apex, rrsets: [strange] };
    const apex = nameOf("beta.example.");
    expect(memberZone({ model: zone, apexes: [] }, apex, 77).rrsets).toEqual([{ ...strange, owner: apex }]);
  });

  test("calls a member without room for the model's names a bug", () => {
    const apex = nameOf(`${"a".repeat(63)}.`.repeat(3) + "b".repeat(50));
    expect(() => memberZone({ model, apexes: [] }, apex, 77)).toThrow(
      /_xmpp-server\._tcp\.alpha\.test.* has no room below/,
    );
  });
});

import { expect, test } from "vitest";
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

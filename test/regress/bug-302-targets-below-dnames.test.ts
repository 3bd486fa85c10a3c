/** MX, NS and SRV records whose target a DNAME of another zone of ours moves were served without a remark. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

const HEAD = `zones:
  other.test: { records: "a DNAME b\\nx.b A 192.0.2.1" }
  moved.test: { records: "@ DNAME other.test." }
  a.test:
    records: |
`;

function fault(rrset: string, target: string, rule: string): string {
  return `6:7 error: Cannot serve "${rrset}": its target "${target}" lies below a DNAME, which makes it an alias, and ${rule}`;
}

test.each([
  {
    record: "@ MX 0 x.a.other.test.",
    said: [fault("a.test MX", "x.a.other.test", "an MX target must never be one (RFC 2181 §10.3)")],
  },
  {
    record: "_s._tcp SRV 0 0 1 y.x.a.other.test.",
    said: [fault("_s._tcp.a.test SRV", "y.x.a.other.test", "an SRV target must never be one (RFC 2782)")],
  },
  {
    record: "sub NS ns.moved.test.",
    said: [fault("sub.a.test NS", "ns.moved.test", "an NS target must never be one (RFC 2181 §10.3)")],
  },
  { record: "@ MX 0 a.other.test.", said: [] },
  { record: "@ MX 0 x.b.other.test.", said: [] },
  { record: "@ MX 0 moved.test.", said: [] },
])("$record", ({ record, said }) => {
  expect(saidWhileBuilding(`${HEAD}      ${record}\n`)).toEqual(said);
});

test("within one zone it is said once", () => {
  const records = "@ MX 0 x.d\\nd DNAME e";
  expect(saidWhileBuilding(`zones: { a.test: { records: "${records}" } }\n`)).toEqual([
    expect.stringContaining('its target "x.d.a.test" lies below a DNAME'),
  ]);
});

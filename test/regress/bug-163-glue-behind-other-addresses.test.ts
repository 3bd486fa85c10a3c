/** Addresses that a referral could do without took the room of its glue, which was cut off then: TC for a referral that fits. */

import { expect, test } from "vitest";
import { ask, snapshotOfZones } from "../conformance/harness.ts";

const APEX = "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n";
const many = (count: number): string =>
  Array.from({ length: count }, (_, number) => `many A 192.0.2.${number}\n`).join("");

/** So many addresses fit into a referral without EDNS as long as no glue goes before them. */
const SNAPSHOT = snapshotOfZones({
  "alpha.test.": `${APEX}${many(26)}
away NS many.beta.test.
away NS ns.away
ns.away A 198.51.100.1
near NS many
near NS ns.near
ns.near A 198.51.100.2
`,
  "beta.test.": `${APEX}${many(25)}`,
});

test.each([
  { beside: "addresses in another zone of ours", cut: "away", glue: "198.51.100.1", all: 26 },
  { beside: "addresses elsewhere in the zone", cut: "near", glue: "198.51.100.2", all: 27 },
])("glue comes before $beside", ({ cut, glue, all }) => {
  expect(ask(SNAPSHOT, { ask: `x.${cut}.alpha.test. A` })).toMatchObject({
    flags: "QR RD",
    additional: [`ns.${cut}.alpha.test. 3600 A ${glue}`],
  });
  expect(ask(SNAPSHOT, { ask: `x.${cut}.alpha.test. A`, tcp: true })?.additional).toHaveLength(all);
});

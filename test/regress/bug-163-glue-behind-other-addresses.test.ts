/** Addresses that a referral could do without took the room of its glue, which was cut off then: TC for a referral that fits. */

import { expect, test } from "vitest";
import { ask, snapshotOfZones } from "../conformance/harness.ts";

const APEX = "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n";
const many = Array.from({ length: 25 }, (_, number) => `many A 192.0.2.${number}`).join("\n");

const SNAPSHOT = snapshotOfZones({
  "alpha.test.": `${APEX}
away NS many.beta.test.
away NS ns.away
ns.away A 198.51.100.1
near NS many
near NS ns.near
ns.near A 198.51.100.2
${many}
`,
  "beta.test.": `${APEX}\n${many}\n`,
});

test.each([
  { beside: "addresses in another zone of ours", cut: "away", glue: "198.51.100.1" },
  { beside: "addresses elsewhere in the zone", cut: "near", glue: "198.51.100.2" },
])("glue comes before $beside", ({ cut, glue }) => {
  const message = ask(SNAPSHOT, { ask: `x.${cut}.alpha.test. A` });
  expect(message).toMatchObject({
    flags: "QR RD",
    additional: [`ns.${cut}.alpha.test. 3600 A ${glue}`],
  });
  expect(ask(SNAPSHOT, { ask: `x.${cut}.alpha.test. A`, tcp: true })?.additional).toHaveLength(26);
});

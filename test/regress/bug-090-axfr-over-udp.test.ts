/** AXFR over UDP was REFUSED, as if another peer might get it; NSD and Knot say NOTIMP (RFC 5936 §4.2: TCP only). */

import { expect, test } from "vitest";
import { ask, snapshotOfZones } from "../conformance/harness.ts";

const SNAPSHOT = snapshotOfZones({
  "alpha.test.": "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n",
});

test("AXFR over UDP is NOTIMP, whether the zone is ours or not", () => {
  for (const zone of ["alpha.test.", "beta.test."])
    expect(ask(SNAPSHOT, { ask: `${zone} AXFR` })).toMatchObject({
      rcode: "NOTIMP",
      answer: [],
      question: `${zone} AXFR`,
    });
});

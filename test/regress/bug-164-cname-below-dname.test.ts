/** Asked for CNAME below a DNAME, we gave the alias made of it and followed that: NXDOMAIN for a name that has the record (RFC 6672 §3.2). */

import { expect, test } from "vitest";
import { ask, snapshotOfZones } from "../conformance/harness.ts";

const SNAPSHOT = snapshotOfZones({
  "alpha.test.": `@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns.elsewhere.example.
old DNAME new
new A 192.0.2.1
there.new CNAME elsewhere.example.
`,
});

test.each(["there", "absent"])("CNAME of a name below a DNAME is the alias made of it: %s", (label) => {
  expect(ask(SNAPSHOT, { ask: `${label}.old.alpha.test. CNAME` })).toMatchObject({
    rcode: "NOERROR",
    flags: "QR AA RD",
    answer: [
      "old.alpha.test. 3600 DNAME new.alpha.test.",
      `${label}.old.alpha.test. 3600 CNAME ${label}.new.alpha.test.`,
    ],
    authority: [],
  });
});

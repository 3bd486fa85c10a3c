/**
 * A DNAME that a chain meets again under another name was taken for a loop, and the chain left for the resolver to
 * go on with. NSD 4.6 and BIND 9.18 go on (first row), and give the DNAME once.
 */

import { expect, test } from "vitest";
import { ask, snapshotOfZones } from "../conformance/harness.ts";

const ZONE = "@ 60 SOA ns.test. hm.test. 1 2 3 4 5\n@ 60 NS ns.test.\n";

test.each([
  {
    why: "the name gets shorter, until it leaves the zone",
    zones: { "x.": `${ZONE}@ 60 DNAME .` },
    question: "shortloop.x.x. A",
    answer: ["x. 60 DNAME .", "shortloop.x.x. 60 CNAME shortloop.x.", "shortloop.x. 60 CNAME shortloop."],
  },
  {
    why: "the way back leads through another zone",
    zones: {
      "o.test.": `${ZONE}@ 60 DNAME s.test.\n`,
      "s.test.": `${ZONE}b 60 DNAME c.o.test.\na.c 60 A 192.0.2.1\n`,
    },
    question: "a.b.o.test. A",
    answer: [
      "o.test. 60 DNAME s.test.",
      "a.b.o.test. 60 CNAME a.b.s.test.",
      "b.s.test. 60 DNAME c.o.test.",
      "a.b.s.test. 60 CNAME a.c.o.test.",
      "a.c.o.test. 60 CNAME a.c.s.test.",
      "a.c.s.test. 60 A 192.0.2.1",
    ],
  },
])("$why", ({ zones, question, answer }) => {
  expect(ask(snapshotOfZones(zones), { ask: question })).toMatchObject({ rcode: "NOERROR", answer });
});

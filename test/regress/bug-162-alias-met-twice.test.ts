/** A chain that came to the same wildcard or DNAME a second time, from another name, ended there as if it were a loop. */

import { expect, test } from "vitest";
import { ask, snapshotOfZones } from "../conformance/harness.ts";

const SNAPSHOT = snapshotOfZones({
  "alpha.test.": `@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns.elsewhere.example.
old DNAME new
first.new CNAME second.old
second.new A 192.0.2.2
*.wild CNAME loop
loop CNAME *.wild
round DNAME round
`,
});

test("a DNAME leads on from every name below it, and stands in the answer once", () => {
  expect(ask(SNAPSHOT, { ask: "first.old.alpha.test. A" })).toMatchObject({
    rcode: "NOERROR",
    answer: [
      "old.alpha.test. 3600 DNAME new.alpha.test.",
      "first.old.alpha.test. 3600 CNAME first.new.alpha.test.",
      "first.new.alpha.test. 3600 CNAME second.old.alpha.test.",
      "second.old.alpha.test. 3600 CNAME second.new.alpha.test.",
      "second.new.alpha.test. 3600 A 192.0.2.2",
    ],
  });
});

test("a wildcard's alias stands in the answer under each name that it is met at", () => {
  expect(ask(SNAPSHOT, { ask: "any.wild.alpha.test. A" })).toMatchObject({
    rcode: "NOERROR",
    answer: [
      "any.wild.alpha.test. 3600 CNAME loop.alpha.test.",
      "loop.alpha.test. 3600 CNAME *.wild.alpha.test.",
      "*.wild.alpha.test. 3600 CNAME loop.alpha.test.",
    ],
  });
});

test("a name that a DNAME leads back to itself is a loop", () => {
  expect(ask(SNAPSHOT, { ask: "x.round.alpha.test. A" })).toMatchObject({
    rcode: "NOERROR",
    answer: [
      "round.alpha.test. 3600 DNAME round.alpha.test.",
      "x.round.alpha.test. 3600 CNAME x.round.alpha.test.",
    ],
  });
});

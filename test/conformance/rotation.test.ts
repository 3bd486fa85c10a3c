/** Address RRsets turn from answer to answer: Lync asks for round robin (DNS load balancing of an Edge pool). */

import { expect, test } from "vitest";
import { ask, snapshotOfZones } from "./harness.ts";

const snapshot = snapshotOfZones({
  "turn.test.": `
@ IN SOA ns hostmaster 0 7200 900 1209600 300
@ IN NS ns
ns IN A 192.0.2.53
edge IN A 192.0.2.1
edge IN A 192.0.2.2
edge IN A 192.0.2.3
_xmpp-server._tcp IN SRV 0 0 5269 edge
text IN TXT one
text IN TXT two
`,
});

const firsts = (question: string, section: "answer" | "additional") =>
  [0, 1, 2, 3].map((id) => ask(snapshot, { ask: question, id })?.[section][0]?.split(" ").at(-1));

test("A records begin with the next one for the next message id", () => {
  expect(firsts("edge.turn.test. A", "answer")).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1"]);
});

test("addresses of an SRV target turn too", () => {
  expect(firsts("_xmpp-server._tcp.turn.test. SRV", "additional")).toEqual([
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.3",
    "192.0.2.1",
  ]);
});

test("every address is in every answer", () => {
  for (let id = 0; id < 6; id++)
    expect(ask(snapshot, { ask: "edge.turn.test. A", id })?.answer).toHaveLength(3);
});

test("other RRsets keep their order", () => {
  expect(new Set(firsts("text.turn.test. TXT", "answer")).size).toBe(1);
});

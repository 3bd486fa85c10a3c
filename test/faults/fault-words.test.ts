/** What is said of a fault in force is what it was given as. */

import { expect, test } from "vitest";
import { type LabFaultInput, labFaultFromValue } from "../../src/deployment/lab-faults.ts";
import { faultWords } from "../../src/faults/fault-words.ts";
import { expectValue } from "../conformance/harness.ts";

test.each<LabFaultInput>([
  { fault: "drop" },
  { fault: "delay", milliseconds: 30, owner: "*.beta.test", type: "SRV", transport: "udp", count: 3 },
  { fault: "rcode", rcode: "SERVFAIL", owner: "xmpp.beta.test", client: "192.0.2.0/24" },
  { fault: "rcode", rcode: "12", type: "TYPE65280" },
  { fault: "oversized", octets: 3000, client: "2001:db8::/32", probability: 0.5, seed: 7 },
  { fault: "stale", addresses: ["192.0.2.1", "2001:db8::1"], transport: "tcp" },
  { fault: "flapping", addresses: ["192.0.2.1"] },
])("%j", (input) => {
  expect(faultWords(expectValue(labFaultFromValue(input)))).toEqual(input);
});

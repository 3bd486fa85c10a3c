/** Bug 284: a fault that had struck as often as its "count" let it was said to be in force for ever. */

import { expect, test } from "vitest";
import { openMetrics } from "../../src/admin/metrics.ts";
import { labFaultFromValue } from "../../src/deployment/lab-faults.ts";
import { TALLY } from "../../src/faults/lab-fault.ts";
import { LabFaults } from "../../src/lab-faults.ts";
import { openFor, sourcesOf } from "../admin/given.ts";

function faultsWith(count: number | undefined, struck: number): LabFaults {
  const faults = new LabFaults();
  const read = labFaultFromValue({ id: "twice", fault: "drop", ...(count !== undefined && { count }) });
  const put = read.ok ? faults.put(read.value) : read;
  if (!put.ok) throw new Error("no fault");
  Atomics.store(put.value.tally, TALLY.STRUCK, struck);
  return faults;
}

test.each([
  { count: 2, struck: 1, isInForce: true },
  { count: 2, struck: 2, isInForce: false },
  { count: undefined, struck: 9, isInForce: true },
])("with count $count, after $struck strikes: in force $isInForce", ({ count, struck, isInForce }) => {
  const faults = faultsWith(count, struck);
  expect(faults.states).toMatchObject([{ id: "twice", struck, usedUp: !isInForce }]);
  expect(faults.inForce.map(({ id }) => id)).toEqual(isInForce ? ["twice"] : []);
});

test("one that is used up is no remark, not in the verdict and not counted, but listed", async () => {
  const faults = faultsWith(1, 1);
  const control = { list: () => faults.states, put: async () => [], remove: async () => false };
  const sources = sourcesOf({ labFaults: () => faults.inForce, faults: control });
  const { url } = await openFor(sources);
  const read = async (path: string): Promise<string> => (await fetch(url + path)).text();
  expect(await read("/")).toContain("<title>Serving · xmpp-edge-dns</title>");
  expect(await read("/readyz")).not.toContain("on purpose");
  expect(await openMetrics(sources).metrics()).toContain("xmpp_edge_dns_lab_faults 0\n");
  expect(JSON.parse(await read("/api/v1/lab/faults"))).toMatchObject({
    faults: [{ id: "twice", struck: 1, usedUp: true }],
  });
});

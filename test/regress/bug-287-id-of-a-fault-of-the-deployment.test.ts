/** Bug 287: a fault could be put in under the id of one of the deployment: no sentence told which of the two was meant. */

import { expect, onTestFinished, test } from "vitest";
import { OptionsError, startServer } from "../../src/api.ts";
import { openFor, sourcesOf } from "../admin/given.ts";

const SENTENCE =
  'Cannot put in fault "slow": a fault of the deployment has this id; choose another, or change "lab.faults"';

test("dns.fault() throws OptionsError, until the deployment has it no more", async () => {
  const deployment = { zones: { "lab.test": { records: "www A 192.0.2.1" } } };
  const lab = { faults: [{ id: "slow", fault: "zero-ttl" as const }] };
  const dns = await startServer({ deployment: { ...deployment, lab } });
  onTestFinished(() => dns.close());
  const putting = dns.fault({ id: "slow", fault: "drop" });
  await expect(putting).rejects.toThrow(OptionsError);
  await expect(putting).rejects.toThrow(SENTENCE);
  await dns.update(deployment);
  expect(await dns.fault({ id: "slow", fault: "zero-ttl" })).toMatchObject({ id: "slow" });
});

test("PUT is refused with 409, and nothing is put in", async () => {
  const faults = {
    list: () => [{ id: "slow", source: "deployment" } as const],
    put: async () => expect.unreachable(),
    remove: async () => false,
  };
  const { url } = await openFor(sourcesOf({ faults }));
  const response = await fetch(`${url}/api/v1/lab/faults/slow`, {
    method: "PUT",
    body: '{"fault":"drop"}',
    headers: { "content-type": "application/json" },
  });
  expect(await response.json()).toMatchObject({ status: 409, detail: SENTENCE });
});

/** Faults struck the server's own probes: a look at the status page used up a count, and "drop" made it not ready. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { requestOf } from "../conformance/harness.ts";
import { startProcess } from "../e2e/process.ts";
import { labText, temporaryDirectory } from "../reload/lab.ts";
import { askUdp } from "../transport/clients.ts";

test("a server knows its own probes: faults and the journal leave them alone, on every thread", async () => {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, labText("192.0.2.1", "alpha.test"));
  const settings = ["lab.faults=true", "lab.journal=100", "workers=2"].flatMap((text) => ["--set", text]);
  const running = await startProcess(["--deployment", path, ...settings]);
  const { url } = await running.line(/^Status page on/);
  const json = async (path: string, init?: RequestInit): Promise<unknown> =>
    (await fetch(`${url}${path}`, init)).json();

  await json("api/v1/lab/faults/all", {
    method: "PUT",
    body: '{"fault":"drop"}',
    headers: { "content-type": "application/json" },
  });
  expect((await fetch(`${url}readyz`)).status).toBe(200);
  expect(await fetch(`${url}`).then((page) => page.text())).toContain("<title>");
  expect(await json("api/v1/status")).toMatchObject({ ready: true });
  expect(await json("api/v1/lab/faults")).toMatchObject({ faults: [{ id: "all", met: 0, struck: 0 }] });
  expect(await json("api/v1/lab/queries")).toMatchObject({ queries: [] });

  await json("api/v1/lab/faults/all", { method: "DELETE" });
  await askUdp("127.0.0.1", running.port, requestOf({ ask: "alpha.test. SOA" }));
  expect(await json("api/v1/lab/queries")).toMatchObject({ queries: [{ name: "alpha.test", type: "SOA" }] });
  expect(await running.stop()).toBe(0);
});

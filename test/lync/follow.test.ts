/** Lync's documents are followed like the deployment file. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadDeployment } from "../../src/deployment/load.ts";
import { formatAddress } from "../../src/dns/address.ts";
import { DiskFiles } from "../../src/reload/files.ts";
import { openLab, temporaryDirectory } from "../reload/lab.ts";

const TOPOLOGY = readFileSync(new URL("cases/single-edge/topology.tbxml", import.meta.url), "utf8");

test("Reloader takes a new topology, and keeps the last good one when a broken one comes", async () => {
  const directory = temporaryDirectory();
  const [path, topology] = [join(directory, "deployment.yaml"), join(directory, "topology.tbxml")];
  const publishedNow = () => {
    const loaded = loadDeployment(path, new DiskFiles(1_000_000));
    return (
      loaded.ok &&
      loaded.value.edgePools.flatMap((pool) =>
        pool.publishedAddresses.map(({ octets }) => formatAddress(octets)),
      )
    );
  };
  writeFileSync(topology, TOPOLOGY);
  const lab = openLab({ path, text: "lync: { topology: topology.tbxml }\n" });
  writeFileSync(topology, TOPOLOGY.replaceAll("203.0.113.10", "203.0.113.99"));
  expect(await lab.next()).toMatchObject({ kind: "reloaded" });
  expect(publishedNow()).toEqual(["203.0.113.99"]);
  const inForce = lab.reloader.inForce;
  writeFileSync(topology, TOPOLOGY.slice(0, -200));
  expect(await lab.next()).toMatchObject({
    kind: "problems",
    problems: expect.arrayContaining([
      expect.objectContaining({ severity: "error", place: expect.objectContaining({ file: topology }) }),
    ]),
  });
  expect(lab.reloader.inForce).toBe(inForce);
});

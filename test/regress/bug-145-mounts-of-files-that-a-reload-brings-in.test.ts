/** A file that is mounted by itself was warned of only where the first load had read it. */

import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { type Log, startServer } from "../../src/api.ts";
import { temporaryDirectory } from "../reload/lab.ts";

let mountInfo = "";

vi.mock("node:fs", async (importActual) => {
  const actual = await importActual<typeof import("node:fs")>();
  const read = (...[path, options]: Parameters<typeof actual.readFileSync>) =>
    path === "/proc/self/mountinfo" ? mountInfo : actual.readFileSync(path, options);
  return { ...actual, readFileSync: read };
});

test("a file of a reload that is mounted by itself is warned of, once", async () => {
  const warnings: string[] = [];
  const silent = () => {};
  const log: Log = {
    error: silent,
    info: silent,
    debug: silent,
    warn: (_, message) => warnings.push(message),
  };
  const directory = realpathSync(temporaryDirectory());
  const path = join(directory, "deployment.yaml");
  const list = join(directory, "domains.txt");
  const deployment = (sipDomains: string) =>
    `edgePools: [{ fqdn: edge.alpha.test, servers: ["10.0.0.1"] }]\nsipDomains: ${sipDomains}\n`;
  mountInfo = `1 1 0:1 / ${path} rw - ext4 none rw\n1 1 0:1 / ${list} rw - ext4 none rw\n`;
  writeFileSync(list, "alpha.test\n");
  writeFileSync(path, deployment("[alpha.test]"));
  const dns = await startServer({ deployment: path, log });
  const mounted = () => warnings.filter((message) => message.includes("is mounted as a single file"));
  expect(mounted()).toEqual([expect.stringContaining(path)]);
  writeFileSync(path, deployment("{ file: domains.txt }"));
  await dns.update(path);
  writeFileSync(list, "beta.test\n");
  await dns.update(path);
  await dns.close();
  expect(mounted()).toEqual([expect.stringContaining(path), expect.stringContaining(list)]);
});

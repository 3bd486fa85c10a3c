/** A deployment that changes while it is served, each version with addresses of its own, and the client that checks them. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "./deployment.ts";
import { GENERATOR_CORE } from "./load.ts";
import { addressesOf, type Findings, monotonicTime, type Orders } from "./reload-client.ts";
import type { Resources } from "./resources.ts";

/** Versions that there can be: a version's number lies in two octets of an address. */
export const MOST_VERSIONS = 65_000;

/** Writes a version of the deployment beside the file and puts it in its place; returns when it began to. */
export function writeVersion({ path, sipDomains }: Deployment, version: number): number {
  const servers = addressesOf(version).map((address) => `"${address}"`);
  const text = `allowPrivateAddresses: true
edgePools: [{ fqdn: edge.hoster.test, servers: [${servers.join(", ")}] }]
sipDomains:
${sipDomains.map((sipDomain) => `  - ${sipDomain}\n`).join("")}`;
  const time = monotonicTime();
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  return time;
}

/** A deployment of so many SIP domains whose first version is in its place. */
export function newDeployment(resources: Resources, count: number): Deployment {
  const directory = resources.temporaryDirectory();
  const sipDomains = Array.from({ length: count }, (_, at) => `customer-${at}.example`);
  const settings = join(directory, "settings.yaml");
  writeFileSync(settings, "limits: { deploymentFileSize: 256MiB }\n");
  const deployment = { path: join(directory, "deployment.yaml"), settings, sipDomains };
  writeVersion(deployment, 1);
  return deployment;
}

/** A client process that asks from now on. */
export class RunningClient {
  readonly #child: ChildProcess;

  constructor(orders: Orders, resources: Resources) {
    const path = join(import.meta.dirname, "reload-client.ts");
    const execPath = "taskset";
    const execArgv = ["-c", String(GENERATOR_CORE), process.execPath];
    this.#child = fork(path, [], { execPath, execArgv });
    resources.add(() => void this.#child.kill("SIGKILL"));
    this.#child.send(orders);
  }

  async stop(): Promise<Findings> {
    this.#child.send("stop");
    const died = once(this.#child, "exit").then(([code]) => {
      throw new Error(`the client ended with code ${code} before it told what it had found`);
    });
    died.catch(() => {}); // it ends after its last message, too
    const message = once(this.#child, "message").then(([findings]: readonly Findings[]) => findings);
    const findings = await Promise.race([message, died]);
    if (findings === undefined) throw new Error("the client has found nothing");
    return findings;
  }
}

/** Answers of versions that had not been written yet, or never were; version 1 was there from the start. */
export function outOfNowhere(written: ReadonlyMap<number, number>, { firstSeen }: Findings): number {
  const timeOf = (version: number) => written.get(version) ?? (version === 1 ? 0 : Number.POSITIVE_INFINITY);
  return firstSeen.filter(([version, time]) => time < timeOf(version)).length;
}

export function milliseconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count));
}

/** Secrets of transfer keys over a restart: kept from other users, and taken from where they stand. */

import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Fault } from "../../src/reload/fault.ts";
import { openKeeper } from "../../src/reload/keeper.ts";
import { policyOf } from "../../src/transfer/keyed-responder.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { temporaryDirectory } from "./lab.ts";

const SECRET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

const TEXT = `edgePools: [{fqdn: edge.alpha.test, servers: [127.0.0.1]}]
sipDomains: [alpha.test]
transfers:
  keys: [{name: a.key, secretFile: a.secret}, {name: b.key, secretEnvironment: B_SECRET}]
`;

test("the state directory is for its owner alone, and the last good deployment has its keys", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "deployment.yaml");
  const stateDirectory = join(directory, "state");
  writeFileSync(join(directory, "a.secret"), SECRET);
  writeFileSync(path, TEXT);
  const options = {
    source: { kind: "file", path },
    maximumFileSize: 1_000_000,
    interval: 0,
    stateDirectory,
    environment: { B_SECRET: SECRET },
    describable: true,
  } as const;
  const said: string[] = [];
  const events = {
    onReplaced: () => {},
    onProblems: () => void said.push("problems"),
    onFault: ({ sentence }: Fault) => void said.push(sentence),
    onObserved: () => {},
  };
  for (const text of [TEXT, "sipDomains: 7\n"]) {
    writeFileSync(path, text);
    const opened = await openKeeper(options, events, () => 1_000_000);
    if (opened.kind !== "opened") throw new Error(JSON.stringify(opened.problems));
    const policy = policyOf(new Snapshot(opened.keeper.inForce.snapshot));
    expect(policy?.keys.map(({ name }) => name.toString())).toEqual(["a.key.", "b.key."]);
    await expect // what is served is kept once those who answer have been told
      .poll(() => opened.keeper.describe({ kind: "deployment" }))
      .toMatchObject({ kind: "deployment" });
    await opened.keeper.close();
    expect(statSync(join(stateDirectory, "last-good.json")).mode & 0o077).toBe(0);
  }
  expect(said).toEqual(["problems"]);
});

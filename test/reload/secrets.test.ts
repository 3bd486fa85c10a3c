/** Secrets of transfer keys: kept from other users over a restart, and followed where they stand. */

import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Fault } from "../../src/reload/fault.ts";
import { openKeeper } from "../../src/reload/keeper.ts";
import type { Problem } from "../../src/result.ts";
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

test("a secret in a file of its own is followed, and the last good one stays while the file holds none", async () => {
  const directory = temporaryDirectory();
  const [path, secretFile] = [join(directory, "deployment.yaml"), join(directory, "a.secret")];
  writeFileSync(secretFile, SECRET);
  writeFileSync(path, TEXT);
  const options = {
    source: { kind: "file", path },
    maximumFileSize: 1_000_000,
    interval: 20,
    stateDirectory: undefined,
    environment: { B_SECRET: SECRET },
    describable: false,
  } as const;
  const problems: string[] = [];
  const events = {
    onReplaced: () => {},
    onProblems: (all: readonly Problem[]) => void problems.push(...all.map(({ message }) => message)),
    onFault: () => {},
    onObserved: () => {},
  };
  const opened = await openKeeper(options, events, () => 1_000_000);
  if (opened.kind !== "opened") throw new Error(JSON.stringify(opened.problems));
  onTestFinished(() => opened.keeper.close());
  const secretInForce = () => {
    const [key] = policyOf(new Snapshot(opened.keeper.inForce.snapshot))?.keys ?? [];
    return Buffer.from(key?.secret.reveal() ?? []).toString("base64");
  };
  writeFileSync(secretFile, "geheim!\n");
  const said = 'Cannot use "a.secret" of key "a.key": it holds something else than a secret in base 64';
  await expect.poll(() => problems).toContain(said);
  expect(secretInForce()).toBe(SECRET);
  const other = Buffer.alloc(32, 7).toString("base64");
  writeFileSync(secretFile, `${other}\n`);
  await expect.poll(secretInForce).toBe(other);
});

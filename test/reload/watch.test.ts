/** Every way in which a file is replaced is followed; the polls alone would do, events only hurry them. */

import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { labText, nextReport, openLab, temporaryDirectory } from "./lab.ts";

const FIRST = labText("192.0.2.1", "alpha.test");
const SECOND = labText("192.0.2.1", "alpha.test", "beta.test");
const ADDED = { zones: { added: 1, changed: 0, removed: 0 } };

test("a file written in place", async () => {
  const lab = openLab({ text: FIRST });
  lab.write(SECOND);
  expect(await nextReport(lab)).toMatchObject(ADDED);
});

test("a file replaced by rename, as editors do", async () => {
  const lab = openLab({ text: FIRST });
  writeFileSync(`${lab.path}.new`, SECOND);
  renameSync(`${lab.path}.new`, lab.path);
  expect(await nextReport(lab)).toMatchObject(ADDED);
});

test("sed -i", async () => {
  const lab = openLab({ text: FIRST });
  execFileSync("sed", ["-i", "s/\\[alpha.test\\]/[alpha.test, beta.test]/", lab.path]);
  expect(await nextReport(lab)).toMatchObject(ADDED);
});

test("the same length and the same time of modification, other content", async () => {
  const lab = openLab({ text: FIRST });
  execFileSync("sh", [
    "-c",
    'cp -p "$0" "$0.old"; sed -i s/192.0.2.1/192.0.2.9/ "$0"; touch -r "$0.old" "$0"',
    lab.path,
  ]);
  expect(await nextReport(lab)).toMatchObject({ zones: { changed: 1 } });
});

test("Kubernetes: the ..data symbolic link is swapped", async () => {
  const directory = temporaryDirectory();
  for (const [version, text] of [
    ["..1", FIRST],
    ["..2", SECOND],
  ] as const) {
    mkdirSync(join(directory, version));
    writeFileSync(join(directory, version, "deployment.yaml"), text);
  }
  symlinkSync("..1", join(directory, "..data"));
  symlinkSync("..data/deployment.yaml", join(directory, "deployment.yaml"));
  const lab = openLab({ path: join(directory, "deployment.yaml") });
  symlinkSync("..2", join(directory, "..data_tmp"));
  renameSync(join(directory, "..data_tmp"), join(directory, "..data"));
  expect(await nextReport(lab)).toMatchObject(ADDED);
});

test("a file that is deleted is told once, and served as it was; its return is followed", async () => {
  const lab = openLab({ text: FIRST });
  rmSync(lab.path);
  expect(await lab.next()).toMatchObject({
    kind: "problems",
    problems: [{ message: `Cannot read "${lab.path}": there is no such file` }],
  });
  expect(new Snapshot(lab.reloader.inForce.snapshot).zoneCount).toBe(1);
  lab.write(SECOND);
  expect(await nextReport(lab)).toMatchObject(ADDED);
  expect(lab.waiting).toEqual([]);
});

test("a file that is half written is not read before it rests", async () => {
  const lab = openLab({ text: SECOND });
  truncateSync(lab.path, 0);
  lab.write(labText("192.0.2.2", "alpha.test", "beta.test"));
  expect(await nextReport(lab)).toMatchObject({ zones: { added: 0, changed: 2, removed: 0 } });
  expect(lab.waiting).toEqual([]);
});

test("a list beside the deployment", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "domains.txt"), "alpha.test\n");
  const text =
    'edgePools: [{ fqdn: edge.alpha.test, servers: ["192.0.2.1"] }]\nsipDomains: { file: domains.txt }\n';
  const lab = openLab({ path: join(directory, "deployment.yaml"), text });
  writeFileSync(join(directory, "domains.txt"), "alpha.test\nbeta.test\n");
  expect(await nextReport(lab)).toMatchObject(ADDED);
});

test("a broken version is told once with its problems, and the last good one stays in force", async () => {
  const lab = openLab({ text: FIRST });
  const before = lab.reloader.inForce;
  lab.write(`${FIRST}sipDomain: [x.test]\nttll: 3\n`);
  const outcome = await lab.next();
  const problems = outcome.kind === "problems" ? outcome.problems : [];
  expect(problems.filter((problem) => problem.severity === "error")).toHaveLength(2);
  expect(lab.reloader.inForce).toBe(before);
  lab.write(SECOND);
  expect(await nextReport(lab)).toMatchObject(ADDED);
  expect(lab.waiting).toEqual([]);
});

test("content that comes back before it was looked at is no change", async () => {
  const lab = openLab({ text: FIRST });
  const text = readFileSync(lab.path, "utf8");
  lab.write(SECOND);
  lab.write(text);
  lab.write(SECOND);
  expect(await nextReport(lab)).toMatchObject(ADDED);
});

test("polls alone are enough", async () => {
  const lab = openLab({ text: FIRST, interval: 5 });
  lab.write(SECOND);
  expect(await nextReport(lab)).toMatchObject(ADDED);
});

test("a symbolic link that leads to itself is told, and what replaces it is followed", async () => {
  const lab = openLab({ text: FIRST });
  rmSync(lab.path);
  symlinkSync("deployment.yaml", lab.path);
  expect(await lab.next()).toMatchObject({ kind: "problems" });
  rmSync(lab.path);
  lab.write(SECOND);
  expect(await nextReport(lab)).toMatchObject(ADDED);
});

/** Master files and what they include are followed like the deployment file itself. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { servedZone } from "../../src/zone/served.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { ask, nameOf } from "../conformance/harness.ts";
import { openLab, temporaryDirectory } from "./lab.ts";

const DEPLOYMENT = "zones: { a.test: { zoneFile: db.a } }\n";

function openZone(text: string, included: string) {
  const directory = temporaryDirectory();
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
  write("db.a", text);
  write("inc.db", included);
  const lab = openLab({ path: join(directory, "deployment.yaml"), text: DEPLOYMENT });
  onTestFinished(() => lab.reloader.close());
  const answer = () => ask(new Snapshot(lab.reloader.inForce.snapshot), { ask: "www.a.test. A" })?.answer;
  const serial = () => servedZone(new Snapshot(lab.reloader.inForce.snapshot), nameOf("a.test."))?.serial;
  return { lab, write, answer, serial };
}

const SOA = (serial: number) => `$TTL 60\n@ SOA ns hm ${serial} 2 3 4 5\n@ NS ns.b.test.\n$INCLUDE inc.db\n`;

test("a change of an included file is followed", async () => {
  const { lab, write, answer } = openZone(SOA(1), "www A 192.0.2.1\n");
  expect(answer()).toEqual(["www.a.test. 60 A 192.0.2.1"]);
  write("inc.db", "www A 192.0.2.2\n");
  expect((await lab.next()).kind).toBe("reloaded");
  expect(answer()).toEqual(["www.a.test. 60 A 192.0.2.2"]);
});

test("a broken included file is reported in its own name, and the last good version is served", async () => {
  const { lab, write, answer } = openZone(SOA(1), "www A 192.0.2.1\n");
  write("inc.db", "\nwww A 192.0.2.300\n");
  const outcome = await lab.next();
  const problems = outcome.kind === "problems" ? outcome.problems : [];
  expect(problems).toMatchObject([
    { place: { file: expect.stringMatching(/inc\.db$/), line: 2, column: 7 } },
  ]);
  expect(answer()).toEqual(["www.a.test. 60 A 192.0.2.1"]);
});

test("the serial is that of the file where it is ahead, and rises with the content alone", async () => {
  const { lab, write, serial } = openZone(SOA(2026112200), "www A 192.0.2.1\n");
  expect(serial()).toBe(2026112200);
  write("db.a", SOA(2026112201));
  await lab.next();
  expect(serial()).toBe(2026112200);
  write("inc.db", "www A 192.0.2.2\n");
  await lab.next();
  expect(serial()).toBe(2026112201);
  write("inc.db", "www A 192.0.2.3\n");
  await lab.next();
  expect(serial()).toBe(2026112202);
});

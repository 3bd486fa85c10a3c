/** A zone that left and came back was given Unix time anew: a serial that secondaries knew with other content. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Memory, NO_MEMORY, openMemory } from "../../src/reload/state.ts";
import { Versions } from "../../src/reload/versions.ts";
import { servedZone } from "../../src/zone/served.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { nameOf } from "../conformance/harness.ts";
import { type Lab, labText, openLab, temporaryDirectory } from "../reload/lab.ts";

const serialOf = (lab: Lab, zone: string) =>
  servedZone(new Snapshot(lab.reloader.inForce.snapshot), nameOf(zone))?.serial;

/** A lab whose clock stands still. */
const still = (text: string, memory: Memory = NO_MEMORY) => openLab({ text, interval: 0, memory });

async function serve(lab: Lab, address: string, ...sipDomains: readonly string[]): Promise<void> {
  lab.write(labText(address, ...sipDomains));
  await lab.reloader.reload();
}

const fail = () => expect.unreachable();

test("its serial goes on with other content, and is the same with the same", async () => {
  const lab = still(labText("192.0.2.1", "alpha.test", "beta.test"));
  await serve(lab, "192.0.2.2", "alpha.test", "beta.test");
  expect(serialOf(lab, "beta.test.")).toBe(1001);
  await serve(lab, "192.0.2.2", "alpha.test");
  await serve(lab, "192.0.2.2", "alpha.test", "beta.test");
  expect(serialOf(lab, "beta.test.")).toBe(1001);
  await serve(lab, "192.0.2.2", "alpha.test");
  await serve(lab, "192.0.2.3", "alpha.test", "beta.test");
  expect(serialOf(lab, "beta.test.")).toBe(1002);
});

test("its serial outlives the process in a state directory", async () => {
  const state = temporaryDirectory();
  const first = still(labText("192.0.2.1", "alpha.test", "beta.test"), openMemory(state, fail));
  await serve(first, "192.0.2.1", "alpha.test");
  const second = still(labText("192.0.2.1", "alpha.test"), openMemory(state, fail));
  await serve(second, "192.0.2.9", "alpha.test");
  expect(readFileSync(join(state, "serials.txt"), "utf8")).toMatch(
    /^beta\.test\. 1000 \S+ 1000\nalpha\.test\. 1001 \S+\n$/,
  );
  const third = still(labText("192.0.2.9", "alpha.test", "beta.test"), openMemory(state, fail));
  expect([serialOf(third, "alpha.test."), serialOf(third, "beta.test.")]).toEqual([1001, 1001]);
});

const BETA = nameOf("beta.test.");
const NEW = nameOf("new.test.");

test("Versions.read() forgets those that left first when there are too many; their serials stay a floor", () => {
  const versions = Versions.read("beta.test. 3000 a\ngamma.test. 2000 b\ndelta.test. 1000 c\n", 2);
  const { snapshot } = still(labText("192.0.2.1", "alpha.test")).reloader.inForce;
  versions.replaced(undefined, new Snapshot(snapshot));
  expect(versions.versionOf(BETA)).toEqual({ serial: 3000, digest: "" });
  expect(versions.versionOf(NEW)).toEqual({ serial: 3000, digest: "" });
  expect(versions.text).toBe("floor 3000\ngamma.test. 2000 b\ndelta.test. 1000 c\n");
  expect(Versions.read(versions.text).text).toBe(versions.text);
});

test("a zone that is new comes after the floor", () => {
  const memory: Memory = { ...NO_MEMORY, versions: () => Versions.read("floor 5000\n") };
  expect(serialOf(still(labText("192.0.2.1", "alpha.test"), memory), "alpha.test.")).toBe(5001);
});

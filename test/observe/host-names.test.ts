import { expect, test } from "vitest";
import type { ObservedChange } from "../../src/observe/change.ts";
import { HostNames } from "../../src/observe/host-names.ts";
import { lookUpBySystem } from "../../src/observe/system-resolver.ts";
import { Lab } from "./network.ts";

function opened(lab: Lab): { names: HostNames; said: string[] } {
  const said: string[] = [];
  const onChange = ({ level, sentence, mattersToAnswers }: ObservedChange) =>
    void said.push(`${level}${mattersToAnswers ? "!" : ""}: ${sentence}`);
  return { names: new HostNames({ ...lab, onChange }), said };
}

const WANTED = new Map([["prosody", [] as readonly string[]]]);

test("a name is looked up every 10 s, and each change is told once", async () => {
  const lab = new Lab();
  const { names, said } = opened(lab);
  await names.lookAt(WANTED.keys());
  names.follow(WANTED);
  expect(names.hostNamed("prosody")).toEqual({ addresses: [], lastGood: [], fault: "no such name" });
  lab.names.set("prosody", ["10.0.0.2", "10.0.0.1"]);
  await lab.timers.pass(10);
  lab.names.set("prosody", ["10.0.0.1", "10.0.0.2"]); // another order is no change
  await lab.timers.pass(20);
  lab.names.delete("prosody");
  await lab.timers.pass(20);
  expect(names.hostNamed("prosody")?.addresses).toEqual(["10.0.0.1", "10.0.0.2"]);
  lab.names.set("prosody", ["10.0.0.1", "10.0.0.2"]);
  await lab.timers.pass(20);
  lab.names.set("prosody", ["10.0.0.3"]);
  await lab.timers.pass(10);
  expect(said).toEqual([
    'info!: Host "prosody" resolves to 10.0.0.1, 10.0.0.2',
    'warn: Host "prosody" does not resolve (no such name); its last addresses stay: 10.0.0.1, 10.0.0.2',
    'info: Host "prosody" resolves again, to the same addresses: 10.0.0.1, 10.0.0.2',
    'info!: Host "prosody" resolves to 10.0.0.3, before to 10.0.0.1, 10.0.0.2',
  ]);
  expect(lab.asked).toHaveLength(9);
});

test("loads one after another do not put the look-ups off", async () => {
  const lab = new Lab();
  const { names } = opened(lab);
  for (let load = 0; load < 4; load++) {
    names.follow(WANTED);
    await lab.timers.pass(6);
  }
  expect(lab.asked).toEqual(["prosody", "prosody", "prosody"]); // at once, then after 10 and 20 s
});

test("names that nobody wants any more are forgotten, and no timer stays", async () => {
  const lab = new Lab();
  const { names } = opened(lab);
  await names.lookAt(["prosody"]);
  names.follow(WANTED);
  names.follow(new Map());
  expect([names.hostNamed("prosody"), lab.timers.waiting]).toEqual([undefined, 0]);
});

test("the system's resolver knows localhost, and says what it does not know", async () => {
  expect(await lookUpBySystem("localhost")).toMatchObject({ kind: "found" });
  expect(await lookUpBySystem("..")).toMatchObject({
    kind: "failed",
    fault: expect.stringContaining("resolver"),
  });
});

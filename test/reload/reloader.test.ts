import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/reload/fault.ts";
import { mountPoints, pinnedMountWarning } from "../../src/reload/pinned-mount.ts";
import { reportSentence } from "../../src/reload/report.ts";
import { openMemory } from "../../src/reload/state.ts";
import { servedZone } from "../../src/zone/served.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { nameOf } from "../conformance/harness.ts";
import { type Lab, labText, nextReport, openLab, temporaryDirectory } from "./lab.ts";

/** A lab without polls whose clock stands at a second of our choice. */
function stillLab(text: string): { lab: Lab; clock: { second: number } } {
  const clock = { second: 1000 };
  return { lab: openLab({ text, interval: 0, now: () => clock.second * 1000 }), clock };
}

const serialOf = (lab: Lab, zone: string) =>
  servedZone(new Snapshot(lab.reloader.inForce.snapshot), nameOf(zone))?.serial;

describe("serials", () => {
  test("rise with a change of the zone's content, and only then", async () => {
    const { lab, clock } = stillLab(labText("192.0.2.1", "alpha.test"));
    expect(serialOf(lab, "alpha.test.")).toBe(1000);
    clock.second = 2000;
    await lab.reloader.reload();
    expect(serialOf(lab, "alpha.test.")).toBe(1000);
    lab.write(labText("192.0.2.2", "alpha.test"));
    await lab.reloader.reload();
    expect(serialOf(lab, "alpha.test.")).toBe(2000);
  });

  test("of other zones stay when one is added", async () => {
    const { lab, clock } = stillLab(labText("192.0.2.1", "alpha.test"));
    clock.second = 2000;
    lab.write(labText("192.0.2.1", "alpha.test", "beta.test"));
    await lab.reloader.reload();
    expect([serialOf(lab, "alpha.test."), serialOf(lab, "beta.test.")]).toEqual([1000, 2000]);
  });

  test("rise by one where the clock does not", async () => {
    const { lab } = stillLab(labText("192.0.2.1", "alpha.test"));
    for (const address of ["192.0.2.2", "192.0.2.3"]) {
      lab.write(labText(address, "alpha.test"));
      await lab.reloader.reload();
    }
    expect(serialOf(lab, "alpha.test.")).toBe(1002);
  });

  test("are remembered in a state directory over a restart", async () => {
    const state = join(temporaryDirectory(), "made-on-demand");
    const text = labText("192.0.2.1", "alpha.test");
    const fail = ({ sentence }: Fault) => expect.unreachable(sentence);
    await openLab({ text, now: () => 1000_000, memory: openMemory(state, fail) }).reloader.close();
    const again = openLab({ text, now: () => 2000_000, memory: openMemory(state, fail) });
    expect(serialOf(again, "alpha.test.")).toBe(1000);
    const changed = openLab({
      text: labText("192.0.2.2", "alpha.test"),
      now: () => 500_000,
      memory: openMemory(state, fail),
    });
    await changed.reloader.close();
    expect(serialOf(changed, "alpha.test.")).toBe(1001);
    expect(readFileSync(join(state, "serials.txt"), "utf8")).toMatch(/^alpha\.test\. 1001 \S+\n$/);
  });

  test("a state directory that cannot be written is told once, and served without", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    const sentences: string[] = [];
    const lab = openLab({
      text: labText("192.0.2.1", "alpha.test"),
      memory: openMemory(join(file, "state"), ({ sentence }) => sentences.push(sentence)),
    });
    await lab.reloader.reload();
    expect(sentences).toEqual([expect.stringContaining("Cannot write to state directory")]);
  });
});

describe("the last good deployment in a state directory", () => {
  const fail = ({ sentence }: Fault) => expect.unreachable(sentence);

  test("is served when a restart meets a broken one, until that is mended", async () => {
    const state = temporaryDirectory();
    const first = openLab({
      text: labText("192.0.2.1", "alpha.test"),
      interval: 0,
      memory: openMemory(state, fail),
    });
    await first.reloader.close();
    first.write("edgePools: [");
    const second = openLab({ path: first.path, memory: openMemory(state, fail) });
    expect(await second.next()).toMatchObject({ kind: "problems" });
    expect([second.reloader.isCurrent, serialOf(second, "alpha.test.")]).toEqual([false, 1000]);
    second.write(labText("192.0.2.1", "alpha.test", "beta.test"));
    expect(await nextReport(second)).toMatchObject({ zones: { added: 1, changed: 0, removed: 0 } });
    expect(second.reloader.isCurrent).toBe(true);
  });

  test("with its lists", async () => {
    const state = temporaryDirectory();
    const directory = temporaryDirectory();
    const path = join(directory, "deployment.yaml");
    const list = join(directory, "domains.txt");
    writeFileSync(list, "alpha.test\n");
    const text =
      'edgePools: [{ fqdn: edge.alpha.test, servers: ["192.0.2.1"] }]\nsipDomains: { file: domains.txt }\n';
    await openLab({ path, text, interval: 0, memory: openMemory(state, fail) }).reloader.close();
    rmSync(list);
    expect(serialOf(openLab({ path, interval: 0, memory: openMemory(state, fail) }), "alpha.test.")).toBe(
      1000,
    );
  });

  test("is not there on a first start", () => {
    expect(() => openLab({ text: "edgePools: [", memory: openMemory(temporaryDirectory(), fail) })).toThrow();
  });
});

describe("the report of a reload", () => {
  test.each([
    ["nothing", labText("192.0.2.1", "alpha.test"), "no record that is served has changed"],
    ["a comment", `# hello\n${labText("192.0.2.1", "alpha.test")}`, "no record that is served has changed"],
    [
      "an address",
      labText("192.0.2.2", "alpha.test"),
      "zones +0 ~1 -0; RRsets +0 ~1 -0: alpha.test. serial 1000 → 2000",
    ],
    [
      "a zone more",
      labText("192.0.2.1", "alpha.test", "beta.test"),
      /^zones \+1 ~0 -0; RRsets \+\d ~0 -0: beta\.test\. added with serial 2000$/,
    ],
    [
      "another zone",
      labText("192.0.2.1", "beta.test"),
      /^zones \+1 ~0 -1; RRsets \+(\d) ~0 -\1: beta\.test\. added with serial 2000, alpha\.test\. removed$/,
    ],
  ])("says what changed: %s", async (_, text, sentence) => {
    const { lab, clock } = stillLab(labText("192.0.2.1", "alpha.test"));
    clock.second = 2000;
    lab.write(text);
    await lab.reloader.reload();
    expect(reportSentence(await nextReport(lab))).toEqual(
      typeof sentence === "string" ? sentence : expect.stringMatching(sentence),
    );
  });

  test("names no more than ten zones", async () => {
    const { lab } = stillLab(labText("192.0.2.1", "alpha.test"));
    lab.write(labText("192.0.2.1", "alpha.test", ...Array.from({ length: 25 }, (_, n) => `d${n}.test`)));
    await lab.reloader.reload();
    expect(reportSentence(await nextReport(lab))).toMatch(/d9\.test\. added with serial \d+ and 15 more$/);
  });
});

test("reloads that are asked for at once are done one after the other", async () => {
  const { lab } = stillLab(labText("192.0.2.1", "alpha.test"));
  lab.write("not: [a deployment");
  const broken = lab.reloader.reload();
  const value = {
    edgePools: [{ fqdn: "edge.alpha.test", servers: ["192.0.2.1"] }],
    sipDomains: ["value.test"],
  };
  const good = lab.reloader.reload({ kind: "value", value });
  expect((await broken).length).toBeGreaterThan(0);
  expect(await good).toEqual([]);
  expect(serialOf(lab, "value.test.")).toBeDefined();
});

describe("a file that is mounted by itself", () => {
  const mountinfo =
    "36 35 98:0 /a /mnt rw - ext3 /dev/root rw\n37 36 0:1 /x /config/my\\040deployment.yaml ro - ext4 /dev/sda rw\n";

  test("mountPoints() reads proc(5)'s list", () => {
    expect([...mountPoints(mountinfo)]).toEqual(["/mnt", "/config/my deployment.yaml"]);
  });

  test("is warned about with the cure", () => {
    const path = join(temporaryDirectory(), "deployment.yaml");
    writeFileSync(path, "");
    expect(pinnedMountWarning(path, new Set([path]))).toMatch(/mount its directory instead$/);
    expect(pinnedMountWarning(path, new Set(["/"]))).toBeUndefined();
  });
});

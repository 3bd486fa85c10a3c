/** Bug 264: health changes and repeated reloads pushed the refused load out of the history, and counted as good loads of the files. */

import { expect, test } from "vitest";
import { openMetrics } from "../../src/admin/metrics.ts";
import { type HistoricReload, History } from "../../src/reload/history.ts";
import type { Tally } from "../../src/reload/report.ts";
import { openFor, STATE, sourcesOf } from "../admin/given.ts";

const NONE: Tally = { added: 0, changed: 0, removed: 0 };
const FILES: HistoricReload = {
  cause: "files",
  observed: [],
  milliseconds: 2,
  report: { zones: NONE, rrsets: NONE, examples: [] },
};
const IS_DOWN = 'Edge Server 192.0.2.1, port 5269, of Edge pool "edge.test" is down';
const rebuilt = (serial: number): HistoricReload => ({
  cause: "network",
  observed: [IS_DOWN],
  milliseconds: 2,
  report: {
    zones: { ...NONE, changed: 1 },
    rrsets: { ...NONE, changed: 1 },
    examples: [{ zone: "a.test.", change: "changed", oldSerial: serial, newSerial: serial + 1 }],
  },
});

/** A history in which the file has been broken since the second 1, and a server has flapped since. */
function afterFlapping(): History {
  let time = 0;
  const history = new History(() => time);
  history.started(5);
  time = 1_000;
  history.refused([{ severity: "error", message: "Cannot read it" }]);
  for (let serial = 1; serial <= 60; serial++) {
    time += 1_000;
    history.reloaded(rebuilt(serial));
  }
  return history;
}

test("History keeps the refusal in force while Edge Servers come and go, and counts those apart", () => {
  const { entries, counts } = afterFlapping();
  expect(entries.map(({ outcome: { kind } }) => kind)).toEqual([
    ...Array(20).fill("observed"),
    "refused",
    "started",
  ]);
  expect(entries[0]?.outcome).toMatchObject({ causes: [IS_DOWN], causeCount: 1 });
  expect(counts).toEqual({
    ...{ good: 1, failed: 1, observed: 60 },
    ...{ lastTime: 1_000, lastGoodTime: 0, lastDuration: 5 },
  });
});

test("History joins loads that come to the same", () => {
  let time = 0;
  const history = new History(() => ++time);
  history.started(5);
  for (let times = 0; times < 60; times++) history.reloaded({ ...FILES, milliseconds: times });
  history.refused([{ severity: "error", message: "Cannot read it" }]);
  history.refused([{ severity: "error", message: "Cannot read it" }]);
  history.refused([{ severity: "error", message: "Cannot read that" }]);
  expect(history.entries.map(({ number, count, outcome: { kind } }) => [number, kind, count])).toEqual([
    [4, "refused", 1],
    [3, "refused", 2],
    [2, "reloaded", 60],
    [1, "started", 1],
  ]);
  expect(history.entries.every(({ time: first, lastTime, count }) => lastTime - first >= count - 1)).toBe(
    true,
  );
});

test("the page says first why the file is refused, and what made each rebuild", async () => {
  const history = afterFlapping();
  const { url } = await openFor(sourcesOf({ history, state: () => ({ ...STATE, isCurrent: false }) }));
  const page = await (await fetch(url)).text();
  const words = [...page.matchAll(/<li id="reload-\d+" value="\d+"><p><span class="badge \w+">(\w+)</g)];
  expect(words.map(([, word]) => word).slice(0, 3)).toEqual(["refused", "rebuilt", "rebuilt"]);
  expect(page).toContain(`<ul class="causes"><li>${IS_DOWN.replaceAll('"', "&quot;")}</li></ul>`);
});

test("the page says how often a reload came to the same, and when it did last", async () => {
  let time = 0;
  const history = new History(() => (time += 60_000));
  for (let times = 0; times < 60; times++) history.reloaded(FILES);
  const { url } = await openFor(sourcesOf({ history }));
  expect(await (await fetch(url)).text()).toMatch(
    /Nothing that is served has changed, 2 ms<\/span> <span class="again">× 60, last at <time/,
  );
});

test("metrics count loads of the files, and rebuilds apart", async () => {
  const text = await openMetrics(sourcesOf({ history: afterFlapping() })).metrics();
  for (const line of [
    'reloads_total{result="success"} 1',
    'reloads_total{result="failure"} 1',
    "rebuilds_total 60",
    "last_successful_reload_timestamp_seconds 0",
  ])
    expect(text).toContain(`xmpp_edge_dns_${line}\n`);
});

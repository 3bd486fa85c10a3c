/** Bug 263: the page said "live" and showed an Edge Server as answering that had died, as only reloads were told. */

import { once } from "node:events";
import { get } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AdminSources, EdgeHealth } from "../../src/admin/sources.ts";
import { NOW, openFor, STATE, sourcesOf } from "../admin/given.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const UP: EdgeHealth = {
  ...{ pool: "edge.alpha.test", server: "192.0.2.1", address: "192.0.2.1", port: 5269 },
  ...{ state: "up", since: NOW, reason: undefined, changes: 0 },
};
const HOST = { host: "prosody", addresses: ["192.0.2.1"], fault: undefined };

/** What is sent to an open page, second by second, while the sources change. */
async function eventsOf(steps: readonly Partial<AdminSources>[]): Promise<string[][]> {
  let now: AdminSources = sourcesOf();
  const { url } = await openFor({
    ...now,
    state: () => now.state(),
    edgeHealth: () => now.edgeHealth(),
    hostNames: () => now.hostNames(),
    labFaults: () => now.labFaults(),
  });
  const request = get(`${url}/events`);
  const [response] = await once(request, "response");
  response.setEncoding("utf8");
  let [text, seen] = ["", 0];
  const events: string[][] = [];
  for (const step of steps) {
    now = { ...now, ...step };
    vi.advanceTimersByTime(1_000);
    seen++;
    while (text.split("event: traffic").length <= seen || !text.endsWith("\n\n"))
      text += String((await once(response, "data"))[0]);
    const found = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name = ""]) => name);
    events.push(found.slice(events.flat().length));
  }
  request.destroy();
  return events;
}

test.each([
  ["nothing changes", {}, false],
  ["the first check succeeds", { edgeHealth: () => [UP] }, true],
  ["a host does not resolve any more", { hostNames: () => [{ ...HOST, fault: "no such name" }] }, true],
  ["a fault is put in", { labFaults: () => [{ id: "servfail" }] }, true],
  ["a thread dies", { state: () => ({ ...STATE, workers: { ...STATE.workers, answering: 1 } }) }, true],
])("an open page is told within a second when %s", async (_, change, isTold) => {
  const steps = [
    {},
    change,
    {},
    { edgeHealth: () => [{ ...UP, state: "down", reason: "refused" } as const] },
  ];
  const [before, after, later, last] = await eventsOf(steps);
  // What is sent after the traffic of a second is read with the next at the latest.
  expect([before, [...(after ?? []), ...(later ?? [])].includes("changed")]).toEqual([["traffic"], isTold]);
  expect(last).toContain("traffic");
});

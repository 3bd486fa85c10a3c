/** Bug 267: with a long interval, servers were checked for the first time minutes after the start. */

import { expect, test } from "vitest";
import type { ObservedChange } from "../../src/observe/change.ts";
import { HealthChecks } from "../../src/observe/health-checks.ts";
import { Lab } from "../observe/network.ts";

test("HealthChecks checks every server within seconds of the start, and tells of the first failure", async () => {
  const lab = new Lab();
  const { probe, timers } = lab;
  const said: ObservedChange[] = [];
  const checks = new HealthChecks({
    probe,
    timers,
    now: () => timers.time,
    onChange: (change) => void said.push(change),
  });
  lab.dead.add("10.0.0.9");
  const addresses = Array.from({ length: 10 }, (_, at) => `10.0.0.${at}`);
  checks.follow(
    addresses.map((address) => ({
      ...{ pool: "edge.test", server: undefined, address, port: 5269, domain: "a.test" },
      ...({ check: "tcp", interval: 120, timeout: 2, down: 3, up: 2 } as const),
    })),
  );
  expect(checks.reading.map(({ state }) => state)).toEqual(addresses.map(() => "unknown"));
  await timers.pass(5);
  expect(checks.reading.map(({ state }) => state)).toEqual([...Array(9).fill("up"), "unknown"]);
  expect(said.at(-1)).toMatchObject({
    level: "debug",
    sentence:
      'Edge Server 10.0.0.9, port 5269, of Edge pool "edge.test" did not pass its first check: the connection is refused',
    mattersToAnswers: false,
  });
  await timers.pass(110);
  expect(lab.asked).toHaveLength(10);
  checks.close();
});

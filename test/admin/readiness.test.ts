import { expect, test } from "vitest";
import { ReadinessCheck } from "../../src/admin/readiness.ts";
import type { AdminSources, ServerState } from "../../src/admin/sources.ts";
import { STATE, sourcesOf } from "./given.ts";

const workers = (given: Partial<ServerState["workers"]>) => ({ workers: { ...STATE.workers, ...given } });

interface Case {
  readonly why: string;
  readonly state?: Partial<ServerState>;
  readonly probe?: AdminSources["probe"];
  readonly reasons: readonly string[];
}

const cases: Case[] = [
  { why: "all is well", reasons: [] },
  { why: "nothing is served", state: { zones: 0 }, reasons: ["no zone is served"] },
  { why: "two deaths are bad luck", state: workers({ deaths: 2 }), reasons: [] },
  {
    why: "three deaths within a minute",
    state: workers({ deaths: 3 }),
    reasons: ["3 UDP threads died within a minute"],
  },
  {
    why: "a thread is missing",
    state: workers({ answering: 1 }),
    reasons: ["1 of 2 UDP threads do not answer"],
  },
  {
    why: "a socket is silent",
    probe: async () => ["no answer within 1 s over UDP from 192.0.2.53:53"],
    reasons: ["no answer within 1 s over UDP from 192.0.2.53:53"],
  },
  { why: "a broken file on disk leaves it ready", state: { isCurrent: false }, reasons: [] },
];
test.each(cases)("ReadinessCheck: $why", async ({ state, probe, reasons }) => {
  const sources = sourcesOf({ state: () => ({ ...STATE, ...state }), ...(probe && { probe }) });
  const readiness = await new ReadinessCheck(sources).check();
  expect(readiness).toMatchObject({ isReady: reasons.length === 0, reasons });
  expect(readiness.remarks).toEqual(
    state?.isCurrent === false ? ["the deployment on disk is broken; the last good version is served"] : [],
  );
});

test("ReadinessCheck asks the server once a second, however often it is asked", async () => {
  let [time, asked] = [0, 0];
  const probe = async () => {
    asked++;
    return [];
  };
  const check = new ReadinessCheck(sourcesOf({ now: () => time, probe }));
  await Promise.all([check.check(), check.check()]);
  time = 999;
  await check.check();
  expect(asked).toBe(1);
  time = 1_000;
  await check.check();
  expect(asked).toBe(2);
});

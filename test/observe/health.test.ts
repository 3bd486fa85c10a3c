import { describe, expect, test } from "vitest";
import type { ObservedChange } from "../../src/observe/change.ts";
import { HealthChecks, type HealthTarget } from "../../src/observe/health-checks.ts";
import { checked, type HealthState, type Outcome, unchecked } from "../../src/observe/health-state.ts";
import { Clock, Lab } from "./network.ts";

describe("checked() counts a server as", () => {
  const GOOD: Outcome = { ok: true };
  const BAD: Outcome = { ok: false, reason: "refused" };
  const stateAfter = (outcomes: string): HealthState =>
    [...outcomes].reduce<HealthState>(
      (state, outcome, at) => checked(state, outcome === "+" ? GOOD : BAD, at + 1, { down: 3, up: 2 }),
      unchecked(0),
    );
  test.each([
    { outcomes: "", state: "unknown", since: 0, changes: 0, why: "nobody has looked" },
    { outcomes: "+", state: "up", since: 1, changes: 0, why: "the first success is enough" },
    { outcomes: "--", state: "unknown", since: 0, changes: 0, why: "two failures are not enough" },
    { outcomes: "---", state: "down", since: 3, changes: 1, why: "three are, though it never was up" },
    { outcomes: "+--+--", state: "up", since: 1, changes: 0, why: "a success between them counts anew" },
    { outcomes: "+----", state: "down", since: 4, changes: 1, why: "further failures change nothing" },
    { outcomes: "---+", state: "down", since: 3, changes: 1, why: "one success does not bring it back" },
    { outcomes: "---+-+", state: "down", since: 3, changes: 1, why: "nor do two with a failure between" },
    { outcomes: "---++", state: "up", since: 5, changes: 2, why: "two do" },
  ])("$state after $outcomes: $why", ({ outcomes, state, since, changes }) => {
    expect(stateAfter(outcomes)).toMatchObject({ state, since, changes });
  });

  test.each([
    { outcomes: "--", reason: "refused", why: "not yet down, but somebody may ask" },
    { outcomes: "---+", reason: "refused", why: "it is still down" },
    { outcomes: "---++", reason: undefined, why: "what is up has no reason to be down" },
    { outcomes: "+-+", reason: undefined, why: "the last check was good" },
  ])("$reason is the reason after $outcomes: $why", ({ outcomes, reason }) => {
    expect(stateAfter(outcomes).reason).toBe(reason);
  });
});

const target = (address: string, more: Partial<HealthTarget> = {}): HealthTarget => ({
  pool: "edge.test",
  server: undefined,
  address,
  port: 5269,
  domain: "a.test",
  check: "tcp",
  interval: 5,
  timeout: 2,
  down: 3,
  up: 2,
  ...more,
});

function opened(lab: Lab): { checks: HealthChecks; changes: ObservedChange[] } {
  const changes: ObservedChange[] = [];
  const { probe, timers } = lab;
  const onChange = (change: ObservedChange) => void changes.push(change);
  return { checks: new HealthChecks({ probe, timers, now: () => timers.time, onChange }), changes };
}

describe("HealthChecks", () => {
  test("tells of each change once, and of the last of a family that it stays", async () => {
    const lab = new Lab();
    const { checks, changes } = opened(lab);
    checks.follow([target("10.0.0.1"), target("10.0.0.2", { server: "b.test" })]);
    await lab.timers.pass(10);
    lab.dead.add("10.0.0.1");
    await lab.timers.pass(30);
    lab.dead.add("10.0.0.2");
    await lab.timers.pass(30);
    lab.dead.clear();
    await lab.timers.pass(30);
    expect(changes.map(({ level, sentence }) => `${level}: ${sentence}`)).toEqual([
      'debug: Edge Server 10.0.0.1, port 5269, of Edge pool "edge.test" is up',
      'debug: Edge Server "b.test" (10.0.0.2), port 5269, of Edge pool "edge.test" is up',
      'warn: Edge Server 10.0.0.1, port 5269, of Edge pool "edge.test" is down: the connection is refused; it leaves the answers',
      'warn: Edge Server "b.test" (10.0.0.2), port 5269, of Edge pool "edge.test" is down: the connection is refused; it stays in the answers, as all of its address family in the pool are down; 10.0.0.1, down too, is back in them',
      'info: Edge Server "b.test" (10.0.0.2), port 5269, of Edge pool "edge.test" is up again, and stays in the answers; 10.0.0.1, still down, leaves them',
      'info: Edge Server 10.0.0.1, port 5269, of Edge pool "edge.test" is up again, and back in the answers',
    ]);
    expect(checks.reading.map(({ address, state, changes: count }) => [address, state, count])).toEqual([
      ["10.0.0.1", "up", 2],
      ["10.0.0.2", "up", 2],
    ]);
  });

  test("spreads the first checks over an interval, then checks each once an interval", async () => {
    const lab = new Lab();
    const { checks } = opened(lab);
    checks.follow(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"].map((ip) => target(ip)));
    await lab.timers.pass(2.5);
    expect(lab.asked).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    await lab.timers.pass(7.4);
    expect(lab.asked).toHaveLength(10);
  });

  test("checks 16 at once at most, and the others as those come to an end", async () => {
    const clock = new Clock();
    const waiting: (() => void)[] = [];
    const probe = () => new Promise<Outcome>((resolve) => waiting.push(() => resolve({ ok: true })));
    const checks = new HealthChecks({ probe, timers: clock, now: () => clock.time, onChange: () => {} });
    checks.follow(Array.from({ length: 20 }, (_, at) => target(`10.0.0.${at}`)));
    await clock.pass(5);
    expect(waiting).toHaveLength(16);
    waiting[0]?.();
    await clock.pass(0);
    expect(waiting).toHaveLength(17);
  });

  test("keeps what it knows of those that stay, and leaves no timer of those that go", async () => {
    const lab = new Lab();
    lab.dead.add("10.0.0.1");
    const { checks } = opened(lab);
    checks.follow([target("10.0.0.1"), target("10.0.0.2")]);
    await lab.timers.pass(20);
    checks.follow([target("10.0.0.1", { down: 1 })]);
    expect([checks.isDown("edge.test", "10.0.0.1", 5269), lab.timers.waiting]).toEqual([true, 1]);
    checks.follow([target("10.0.0.1", { port: 5299 })]); // another port is another server
    expect(checks.isDown("edge.test", "10.0.0.1", 5299)).toBe(false);
    checks.close();
    expect(lab.timers.waiting).toBe(0);
  });

  test("goes on from what a predecessor knew", async () => {
    const lab = new Lab();
    lab.dead.add("10.0.0.1");
    const { checks } = opened(lab);
    checks.follow([target("10.0.0.1")]);
    await lab.timers.pass(20);
    const { checks: heir, changes } = opened(lab);
    heir.remember(structuredClone(checks.memory));
    expect(heir.isDown("edge.test", "10.0.0.1", 5269)).toBe(true);
    heir.follow([target("10.0.0.1")]);
    await lab.timers.pass(20);
    expect(changes).toEqual([]);
  });
});

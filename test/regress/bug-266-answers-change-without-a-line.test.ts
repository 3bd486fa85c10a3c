/** Bug 266: addresses came into the answers and left them without a line of the log, and lines said what was not so. */

import { expect, test } from "vitest";
import type { ObservedChange } from "../../src/observe/change.ts";
import { HealthChecks, type HealthTarget } from "../../src/observe/health-checks.ts";
import { Lab } from "../observe/network.ts";

const target = (address: string): HealthTarget => ({
  pool: "edge.test",
  server: undefined,
  address,
  port: 5269,
  domain: "a.test",
  check: "tcp",
  interval: 1,
  timeout: 1,
  down: 1,
  up: 1,
});

/** What is said and answered while servers die and rise one after the other. */
async function storyOf(addresses: readonly string[], steps: readonly string[]): Promise<string[]> {
  const lab = new Lab();
  const { probe, timers } = lab;
  const said: ObservedChange[] = [];
  const onChange = (change: ObservedChange) => void (change.level !== "debug" && said.push(change));
  const checks = new HealthChecks({ probe, timers, now: () => timers.time, onChange });
  checks.follow(addresses.map(target));
  for (const step of steps) {
    const address = step.slice(1);
    if (step.startsWith("-")) lab.dead.add(address);
    else lab.dead.delete(address);
    await timers.pass(2);
  }
  checks.close();
  return said.map(({ sentence, fields, mattersToAnswers }) => {
    const rest = sentence.replace(/^Edge Server (\S+), port 5269, of Edge pool "edge.test" /, "$1 ");
    const { reason = "-", entered = "-", left = "-" } = fields;
    return `${rest} | ${reason} | +${entered} -${left} ${mattersToAnswers ? "matters" : "same answers"}`;
  });
}

const [A, B, C, SIX] = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "fd99::1"];
const REFUSED = "the connection is refused";
const ALL_DOWN = "it stays in the answers, as all of its address family in the pool are down";

test.each([
  {
    why: "one of two dies and comes back",
    addresses: [A, B],
    steps: [`-${A}`, `+${A}`],
    said: [
      `${A} is down: ${REFUSED}; it leaves the answers | ${REFUSED} | +- -${A} matters`,
      `${A} is up again, and back in the answers | - | +${A} -- matters`,
    ],
  },
  {
    why: "both die, the one that died last comes back, and dies again",
    addresses: [A, B],
    steps: [`-${A}`, `-${B}`, `+${B}`, `-${B}`],
    said: [
      `${A} is down: ${REFUSED}; it leaves the answers | ${REFUSED} | +- -${A} matters`,
      `${B} is down: ${REFUSED}; ${ALL_DOWN}; ${A}, down too, is back in them | ${REFUSED} | +${A} -- matters`,
      `${B} is up again, and stays in the answers; ${A}, still down, leaves them | - | +- -${A} matters`,
      `${B} is down: ${REFUSED}; ${ALL_DOWN}; ${A}, down too, is back in them | ${REFUSED} | +${A} -- matters`,
    ],
  },
  {
    why: "the only one of its family never leaves, and nothing changes",
    addresses: [A, SIX],
    steps: [`-${SIX}`, `+${SIX}`],
    said: [
      `${SIX} is down: ${REFUSED}; ${ALL_DOWN} | ${REFUSED} | +- -- same answers`,
      `${SIX} is up again, and stays in the answers | - | +- -- same answers`,
    ],
  },
  {
    why: "of three, two come back with the death of the third, and leave with its return",
    addresses: [A, B, C],
    steps: [`-${A}`, `-${B}`, `-${C}`, `+${C}`],
    said: [
      `${A} is down: ${REFUSED}; it leaves the answers | ${REFUSED} | +- -${A} matters`,
      `${B} is down: ${REFUSED}; it leaves the answers | ${REFUSED} | +- -${B} matters`,
      `${C} is down: ${REFUSED}; ${ALL_DOWN}; ${A}, ${B}, down too, are back in them | ${REFUSED} | +${A}, ${B} -- matters`,
      `${C} is up again, and stays in the answers; ${A}, ${B}, still down, leave them | - | +- -${A}, ${B} matters`,
    ],
  },
])("HealthChecks says truly what is answered: $why", async ({ addresses, steps, said }) => {
  expect(await storyOf(addresses, ["+x", ...steps])).toEqual(said);
});

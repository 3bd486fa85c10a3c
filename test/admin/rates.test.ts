import { expect, test } from "vitest";
import { rateText, stackedChart } from "../../src/admin/chart.ts";
import { RateRecorder, WINDOW } from "../../src/admin/rates.ts";
import type { Traffic } from "../../src/admin/sources.ts";
import { TYPE } from "../../src/dns/codes.ts";
import { sourcesOf, trafficOf } from "./given.ts";

function counts(length: number, given: Readonly<Record<number, number>>): number[] {
  return Array.from({ length }, (_, code) => given[code] ?? 0);
}

/** A recorder whose clock and counters are set by the test. */
function recorder() {
  const now = { time: 0, traffic: [trafficOf("udp")] as readonly Traffic[] };
  const { typeName, rcodeName } = sourcesOf();
  const rates = new RateRecorder({ typeName, rcodeName, now: () => now.time, traffic: () => now.traffic });
  return { now, rates };
}

test("RateRecorder divides what came by the time that passed, over all transports", () => {
  const { now, rates } = recorder();
  now.time = 2_000;
  now.traffic = [
    trafficOf("udp", {
      replies: 10,
      queryTypes: counts(257, { [TYPE.SRV]: 6, [TYPE.MX]: 2, 256: 2 }),
      rcodes: counts(16, { 0: 8, 3: 2 }),
    }),
    trafficOf("tcp", {
      replies: 4,
      queryTypes: counts(257, { [TYPE.SRV]: 4 }),
      rcodes: counts(16, { 9: 4 }),
    }),
  ];
  rates.tick();
  const { answers, byType, byRcode } = rates.rates;
  expect(answers).toEqual([7]);
  expect(Object.fromEntries(byType.map(({ name, values }) => [name, values[0]]))).toEqual({
    SRV: 5,
    A: 0,
    AAAA: 0,
    SOA: 0,
    other: 2,
  });
  expect(Object.fromEntries(byRcode.map(({ name, values }) => [name, values[0]]))).toEqual({
    NOERROR: 4,
    NXDOMAIN: 1,
    REFUSED: 0,
    FORMERR: 0,
    other: 2,
  });
});

test("RateRecorder remembers two minutes", () => {
  const { now, rates } = recorder();
  for (let second = 1; second <= WINDOW + 50; second++) {
    now.time = second * 1_000;
    now.traffic = [trafficOf("udp", { replies: second * second })];
    rates.tick();
  }
  expect(rates.rates.answers).toHaveLength(WINDOW);
  expect(rates.rates.answers.at(-1)).toBe((WINDOW + 50) ** 2 - (WINDOW + 49) ** 2);
});

test("stackedChart() stacks, ends at the right edge, and says in words what it shows", () => {
  const text = stackedChart("By <type>", [
    { name: "SRV", values: [0, 10] },
    { name: "A", values: [10, 10] },
  ]).toString();
  expect(text).toContain(
    'aria-label="By &lt;type&gt;: now SRV 10, A 10; at most 20 together within 2 minutes"',
  );
  expect(text).toContain('d="M595 140L600 70L600 140L595 140Z"'); // SRV: 10 of an axis of 20
  expect(text).toContain('d="M595 70L600 0L600 70L595 140Z"'); // A, on top of it
  expect(text).not.toContain("style");
});

test.each([
  [0, "0"],
  [0.04, "0"],
  [0.25, "0.3"],
  [7, "7"],
  [12.4, "12"],
  [123_456.7, "123,457"],
])("rateText(%d) is %s", (rate, text) => expect(rateText(rate)).toBe(text));

/** The benchmarks' own arithmetic: a wrong median would be believed. */

import { describe, expect, test } from "vitest";
import { questionsOf } from "../../bench/deployment.ts";
import { readDnsperf } from "../../bench/load.ts";
import { addressesOf, versionOf } from "../../bench/reload-client.ts";
import { growthOf, median, percentile, spread } from "../../bench/statistics.ts";
import { tableText } from "../../bench/table.ts";

describe("statistics", () => {
  test("median() is the middle, or between the two in the middle", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test.each([
    { why: "rises while it warms up only", samples: [1, 50, 90, 100, 100, 101, 99, 100, 100], percent: 0 },
    { why: "rises all the time", samples: [1, 2, 3, 100, 105, 110, 115, 120, 125], percent: 19.5 },
    { why: "comes and goes", samples: [1, 2, 3, 100, 900, 100, 100, 900, 100, 100, 900, 100], percent: 0 },
    { why: "too short to warm up", samples: [100, 100, 100, 100], percent: 0 },
  ])("growthOf() of memory that $why", ({ samples, percent }) => {
    expect(growthOf(samples, 3).percent).toBeCloseTo(percent, 1);
  });

  test("percentile() sorts by number", () => {
    expect(percentile([100, 9, 20], 100)).toBe(100);
    expect(percentile([100, 9, 20], 0)).toBe(9);
  });

  test("spread() shows the median with its ends, a single sample alone", () => {
    expect(spread([1, 2, 4])).toBe("2.00 (1.00–4.00)");
    expect(spread([1])).toBe("1.00");
    expect(spread([])).toBe("–");
  });
});

test("questionsOf() keeps to the mix and is the same at each call", () => {
  const questions = questionsOf(["a.example", "b.example"], 1_000);
  const count = (pattern: RegExp) => questions.filter((question) => pattern.test(question)).length;
  expect(count(/^_xmpp-server\._tcp\.[ab]\.example SRV$/)).toBe(400);
  expect(count(/^xmpp\.[ab]\.example A(AAA)?$/)).toBe(500);
  expect(count(/^(nothing\.[ab]\.example A|_xmpps-server\._tcp\.[ab]\.example SRV)$/)).toBe(100);
  expect(questionsOf(["a.example", "b.example"], 1_000)).toEqual(questions);
});

test("readDnsperf() counts what is neither NOERROR nor NXDOMAIN as wrong", () => {
  const text = `
  Queries sent:         1000
  Queries completed:    990 (99.00%)
  Queries lost:         10 (1.00%)

  Response codes:       NOERROR 880 (88.89%), SERVFAIL 10 (1.01%), NXDOMAIN 100 (10.10%)
  Average packet size:  request 44, response 116
  Run time (s):         2.000000
  Queries per second:   495.000000

  Average Latency (s):  0.001250 (min 0.000031, max 1.204500)
`;
  expect(readDnsperf(text)).toEqual({
    completed: 990,
    lost: 10,
    wrong: 10,
    absent: 100,
    seconds: 2,
    answerLength: 116,
    meanLatency: 0.00125,
    mostLatency: 1.2045,
  });
});

test("versionOf() is the version whose addresses the records hold, and none where two are mixed", () => {
  const records = (version: number) =>
    addressesOf(version).map((address) => `xmpp.a.example. 300 A ${address}`);
  expect(versionOf(records(1_000))).toBe(1_000);
  expect(versionOf([...records(1), ...records(2)])).toBeUndefined();
  expect(versionOf([])).toBeUndefined();
});

test("tableText() aligns numbers to the right, in Markdown too", () => {
  const table = { title: "T", headings: ["server", "µs"], rows: [["a", "10.00"]], remarks: ["so"] };
  expect(tableText(table, false)).toBe("T\n\nserver     µs\n------  -----\na       10.00\n\n  so\n\n");
  expect(tableText(table, true)).toBe(
    "### T\n\n| server |    µs |\n| ------ | ----: |\n| a      | 10.00 |\n\n* so\n\n",
  );
});

import { describe, expect, test } from "vitest";
import { doubtfulSerial, isSerialAfter, nextSerial, serialFor } from "../../src/zone/serial.ts";

const MAXIMUM = 2 ** 32 - 1;

describe("isSerialAfter()", () => {
  test.each([
    ["one step", 2, 1, true],
    ["the same", 1, 1, false],
    ["a step back", 1, 2, false],
    ["over the end of the circle (RFC 1982 §3.2)", 0, MAXIMUM, true],
    ["half the circle is neither before nor after", 2 ** 31, 0, false],
    ["just under half the circle", 2 ** 31 - 1, 0, true],
  ])("%s", (_, a, b, wanted) => expect(isSerialAfter(a, b)).toBe(wanted));
});

describe("nextSerial()", () => {
  test.each([
    ["Unix time is the rule", 1000, 2000, 2000],
    ["two changes in a second", 2000, 2000, 2001],
    ["a clock that was set back", 3000, 2000, 3001],
    ["a serial of the form YYYYMMDDnn is beyond Unix time", 2026112201, 1795000000, 2026112202],
    ["the last number is followed by 0", MAXIMUM, MAXIMUM, 0],
  ])("%s", (_, previous, time, wanted) => {
    expect(nextSerial(previous, time)).toBe(wanted);
    expect(isSerialAfter(wanted, previous)).toBe(true);
  });
});

describe("serialFor() with the serial of a master file", () => {
  const [unixTime, least] = [2000, 2026112200];
  const previous = { serial: 7, digest: "a" };

  test("starts there where that is ahead of Unix time", () =>
    expect(serialFor({ previous: undefined, digest: "a", unixTime, least })).toBe(least));
  test("starts at Unix time where that is ahead", () =>
    expect(serialFor({ previous: undefined, digest: "a", unixTime, least: 5 })).toBe(unixTime));
  test("stays while the content does, whatever the file says", () =>
    expect(serialFor({ previous, digest: "a", unixTime, least })).toBe(7));
  test("goes there with new content", () =>
    expect(serialFor({ previous, digest: "b", unixTime, least })).toBe(least));
  test("goes on behind it where the file did not raise it", () =>
    expect(serialFor({ previous: { serial: least, digest: "a" }, digest: "b", unixTime, least })).toBe(
      least + 1,
    ));
});

describe("serialFor()", () => {
  test("a new zone starts at Unix time", () =>
    expect(serialFor({ previous: undefined, digest: "a", unixTime: 2000 })).toBe(2000));
  test("the same content keeps its serial", () =>
    expect(serialFor({ previous: { serial: 7, digest: "a" }, digest: "a", unixTime: 2000 })).toBe(7));
  test("changed content steps up", () =>
    expect(serialFor({ previous: { serial: 7, digest: "a" }, digest: "b", unixTime: 2000 })).toBe(2000));
});

const NEW = { previous: undefined, digest: "a" };

describe("doubtfulSerial()", () => {
  test.each([
    ["a new zone may have been served by a process before", { ...NEW, serial: 6 }, 6],
    ["the same content", { ...NEW, serial: 6, previous: { serial: 6, digest: "a" } }, 5],
    [
      "over the end of the circle",
      { ...NEW, serial: 0, previous: { serial: MAXIMUM, digest: "b" } },
      MAXIMUM,
    ],
    ["other content under the same serial", { ...NEW, serial: 6, previous: { serial: 6, digest: "b" } }, 6],
    ["a serial that goes back", { ...NEW, serial: 5, previous: { serial: 6, digest: "a" } }, 6],
    ["back once more", { ...NEW, serial: 4, previous: { serial: 5, digest: "a", doubtful: 6 } }, 6],
    [
      "the same content after doubt",
      { ...NEW, serial: 6, previous: { serial: 6, digest: "a", doubtful: 6 } },
      6,
    ],
    ["forward, not far enough", { ...NEW, serial: 6, previous: { serial: 5, digest: "b", doubtful: 6 } }, 6],
    ["forward past all doubt", { ...NEW, serial: 7, previous: { serial: 5, digest: "b", doubtful: 6 } }, 6],
  ])("%s", (_, sources, doubtful) => expect(doubtfulSerial(sources)).toBe(doubtful));
});

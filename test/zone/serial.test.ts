import { describe, expect, test } from "vitest";
import { isSerialAfter, nextSerial, serialFor } from "../../src/zone/serial.ts";

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

describe("serialFor()", () => {
  test("a new zone starts at Unix time", () => expect(serialFor(undefined, "a", 2000)).toBe(2000));
  test("the same content keeps its serial", () =>
    expect(serialFor({ serial: 7, digest: "a" }, "a", 2000)).toBe(7));
  test("changed content steps up", () => expect(serialFor({ serial: 7, digest: "a" }, "b", 2000)).toBe(2000));
});

import { expect, test } from "vitest";
import { nearest } from "../src/nearest.ts";

const WORDS = ["port", "listen", "workers", "stateDirectory"];

const cases: { why: string; mistyped: string; found: string | undefined }[] = [
  { why: "one letter missing", mistyped: "prt", found: "port" },
  { why: "two letters swapped", mistyped: "lisetn", found: "listen" },
  { why: "another case", mistyped: "STATEDIRECTORY", found: "stateDirectory" },
  { why: "another word of the same length", mistyped: "colour", found: undefined },
  { why: "nothing at all", mistyped: "", found: undefined },
  { why: "far too long", mistyped: "x".repeat(1_000_000), found: undefined },
];

test.each(cases)("nearest() $why", ({ mistyped, found }) => {
  expect(nearest(mistyped, WORDS)).toBe(found);
});

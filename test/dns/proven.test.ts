import { expect, test } from "vitest";
import { proven } from "../../src/dns/proven.ts";

test("proven() gives the value itself, whatever it is", () => {
  for (const value of [0, "", false, null]) expect(proven(value, "it stands here")).toBe(value);
});

test("proven() calls a proof that does not hold a bug", () => {
  expect(() => proven(undefined, "it stands here")).toThrow(/ it stands here$/);
});

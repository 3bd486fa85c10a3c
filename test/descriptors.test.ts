import { expect, test } from "vitest";
import { fileLimit } from "../src/descriptors.ts";

const limits = (
  soft: string,
): string => `Limit                     Soft Limit           Hard Limit           Units
Max processes             95959                95959                processes
Max open files            ${soft.padEnd(20)} 524288               files
Max locked memory         8388608              8388608              bytes
`;

test.each([
  ["1024", 1024],
  ["unlimited", undefined],
])("fileLimit() of %s", (soft, limit) => {
  expect(fileLimit(limits(soft))).toBe(limit);
});

test("fileLimit() of a text without it", () => {
  expect(fileLimit("")).toBeUndefined();
});

import { expect, test } from "vitest";
import { fileLimit, sharesOf } from "../src/descriptors.ts";

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

const others = { threads: 2, addresses: 1, isAdminEnabled: true };

test.each([
  { why: "enough for both", free: 1_000, shares: { connections: 814, adminConnections: 128 } },
  {
    why: "a quarter of what is left for the page",
    free: 157,
    shares: { connections: 75, adminConnections: 24 },
  },
  { why: "eight for the page at the least", free: 75, shares: { connections: 9, adminConnections: 8 } },
  { why: "one for DNS, however few there are", free: 20, shares: { connections: 1, adminConnections: 8 } },
])("sharesOf() leaves $why", ({ free, shares }) => {
  expect(sharesOf(free, others)).toEqual(shares);
});

test("sharesOf() leaves all to DNS where there is no admin interface", () => {
  expect(sharesOf(157, { ...others, isAdminEnabled: false })).toEqual({
    connections: 102,
    adminConnections: 0,
  });
});

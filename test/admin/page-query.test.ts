import { expect, test } from "vitest";
import { readPageQuery } from "../../src/admin/page-query.ts";

const good: { why: string; given: unknown; query: object }[] = [
  { why: "nothing said", given: {}, query: { offset: 0, limit: 100, search: "" } },
  {
    why: "all said",
    given: { offset: "20", limit: "10", search: "Alpha" },
    query: { offset: 20, limit: 10, search: "alpha" },
  },
  {
    why: "a name with its final dot",
    given: { search: " alpha.test. " },
    query: { offset: 0, limit: 100, search: "alpha.test" },
  },
];
test.each(good)("readPageQuery() takes $why", ({ given, query }) => {
  expect(readPageQuery(given)).toEqual({ kind: "query", query });
});

const bad: { why: string; given: unknown; detail: RegExp }[] = [
  {
    why: "a negative offset",
    given: { offset: "-1" },
    detail: /^Cannot use offset "-1": it wants a whole number from 0 on$/,
  },
  { why: "an offset that is no number", given: { offset: "0x10" }, detail: /offset "0x10"/ },
  { why: "an offset beyond all lists", given: { offset: "99999999999" }, detail: /offset/ },
  { why: "no items", given: { limit: "0" }, detail: /limit "0": .* from 1 to 500$/ },
  { why: "too many items", given: { limit: "501" }, detail: /limit "501"/ },
  { why: "two limits", given: { limit: ["1", "2"] }, detail: /limit \["1","2"\]/ },
  { why: "two searches", given: { search: ["a", "b"] }, detail: /one text/ },
  { why: "a search longer than any name", given: { search: "a".repeat(256) }, detail: /at most 255/ },
  {
    why: "an unknown parameter",
    given: { page: "2" },
    detail: /^Cannot use query parameter "page": there are offset, limit and search$/,
  },
];
test.each(bad)("readPageQuery() refuses $why", ({ given, detail }) => {
  expect(readPageQuery(given)).toMatchObject({
    refusal: { status: 400, detail: expect.stringMatching(detail) },
  });
});

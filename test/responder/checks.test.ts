/** docs/query-checks.md and the code say the same, in the same order. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CLASS, OPCODE, RCODE, TYPE } from "../../src/dns/codes.ts";
import { checkQuery } from "../../src/responder/checks.ts";
import { Query } from "../../src/responder/query.ts";

/** What makes a request fail the check of each number. Lines 1 and 2 are met before, the last two ask the zones. */
const FAILURES: Readonly<Record<number, Partial<Query>>> = {
  3: { opcode: OPCODE.UPDATE },
  4: { hasQuestion: false },
  5: { isWellFormed: false },
  6: { ednsVersion: 1 },
  7: { tsigStart: 40 },
  8: { class: CLASS.CH },
  9: { type: TYPE.AXFR },
};

/** Number and outcome of each line of the document's table. */
const LINES = [...readFileSync("docs/query-checks.md", "utf8").matchAll(/^\| (\d+) \|[^|]+\| (\w+)/gm)].map(
  ([, number, outcome]) => [Number(number), outcome ?? ""] as const,
);
const CHECKED = LINES.slice(2, -2);

function goodQuery(): Query {
  return Object.assign(new Query(), {
    hasQuestion: true,
    isWellFormed: true,
    class: CLASS.IN,
    type: TYPE.A,
  });
}

function rcodeName(rcode: number): string | undefined {
  return Object.entries(RCODE).find(([, code]) => code === rcode)?.[0];
}

describe("checkQuery()", () => {
  test("has the lines of the document", () => {
    expect(LINES.map(([number]) => number)).toEqual(LINES.map((_, at) => at + 1));
    expect(CHECKED.map(([number]) => String(number))).toEqual(Object.keys(FAILURES));
  });

  test("lets a request pass that fails none", () => expect(checkQuery(goodQuery())).toBe(RCODE.NOERROR));

  test.each(CHECKED)("gives line %i its outcome, %s, whatever fails behind it", (number, outcome) => {
    const query = goodQuery();
    for (const [later, failure] of Object.entries(FAILURES))
      if (Number(later) >= number) Object.assign(query, failure);
    expect(rcodeName(checkQuery(query))).toBe(outcome);
  });

  test.each(CHECKED)("gives line %i its outcome, %s, alone", (number, outcome) => {
    const query = goodQuery();
    Object.assign(query, FAILURES[number]);
    expect(rcodeName(checkQuery(query))).toBe(outcome);
  });
});

import { describe, expect, test } from "vitest";
import { countProblems, renderProblems } from "../../src/cli/problems.ts";
import type { Problem, Severity } from "../../src/result.ts";

function problem(place: Problem["place"], message = "Cannot do it", severity: Severity = "error"): Problem {
  return { severity, message, place };
}

describe("renderProblems() for people", () => {
  const cases: { why: string; problem: Problem; text: string }[] = [
    {
      why: "file:line:column, two spaces, message, the line and a caret",
      problem: problem({ file: "deployment.yaml", line: 14, column: 9, excerpt: "    - { fqdn: edge1 }" }),
      text: "deployment.yaml:14:9  Cannot do it\n  14 |     - { fqdn: edge1 }\n               ^\n",
    },
    {
      why: "a line without a column has no caret",
      problem: problem({ file: "domains.txt", line: 2, excerpt: "a_b.example" }),
      text: "domains.txt:2  Cannot do it\n  2 | a_b.example\n",
    },
    { why: "a file alone", problem: problem({ file: "domains.txt" }), text: "domains.txt  Cannot do it\n" },
    { why: "no place at all", problem: problem(undefined), text: "error: Cannot do it\n" },
    {
      why: "a warning says so",
      problem: problem({ file: "a.yaml", line: 1, column: 1, excerpt: "a" }, "Odd", "warning"),
      text: "a.yaml:1:1  warning: Odd\n  1 | a\n      ^\n",
    },
    {
      why: "a note without a place",
      problem: problem(undefined, "So be it", "note"),
      text: "note: So be it\n",
    },
    {
      why: "a blank line is not worth showing",
      problem: problem({ file: "a.yaml", line: 3, column: 1, excerpt: "  " }),
      text: "a.yaml:3:1  Cannot do it\n",
    },
    {
      why: "a tab before the column stays a tab, so that the caret stands below",
      problem: problem({ file: "a.yaml", line: 1, column: 3, excerpt: "\ta: b" }),
      text: "a.yaml:1:3  Cannot do it\n  1 | \ta: b\n      \t ^\n",
    },
    {
      why: "ideographs are two columns wide, combining marks none",
      problem: problem({ file: "a.yaml", line: 1, column: 5, excerpt: "日u\u0308 x" }),
      text: "a.yaml:1:5  Cannot do it\n  1 | 日u\u0308 x\n          ^\n",
    },
    {
      why: "a column behind the end points at the end",
      problem: problem({ file: "a.yaml", line: 1, column: 99, excerpt: "ab" }),
      text: "a.yaml:1:99  Cannot do it\n  1 | ab\n        ^\n",
    },
    {
      why: "what a terminal would obey is shown instead (escape sequences, changes of direction, line ends)",
      problem: problem({ file: "a\u001b[2J.yaml", line: 1, column: 1, excerpt: "\u202eab" }, "Cannot\nread"),
      text: "a\\u001b[2J.yaml:1:1  Cannot\\u000aread\n  1 | \\u202eab\n      ^\n",
    },
  ];
  test.each(cases)("$why", ({ problem, text }) => {
    expect(renderProblems([problem])).toBe(text);
  });

  test("cuts a long line on both sides of the column", () => {
    const excerpt = `${"a".repeat(5_000)}B${"c".repeat(5_000)}`;
    const text = renderProblems([problem({ file: "one-line.json", line: 1, column: 5_001, excerpt })]);
    const [, shown = "", caret = ""] = text.split("\n");
    expect(shown).toBe(`  1 | …${"a".repeat(50)}B${"c".repeat(49)}…`);
    expect(shown.charAt(caret.indexOf("^"))).toBe("B");
  });

  test("colours when asked", () => {
    const text = renderProblems([problem({ file: "a.yaml", line: 1, column: 1, excerpt: "a" })], {
      colour: true,
    });
    expect(text).toBe(
      "\u001b[1ma.yaml:1:1\u001b[0m  Cannot do it\n\u001b[2m  1 | \u001b[0ma\n      \u001b[31m^\u001b[0m\n",
    );
  });
});

test("renderProblems() puts errors before remarks, each in the order of the files, no file first", () => {
  const problems = [
    problem({ file: "b.yaml", line: 9 }, "b9", "note"),
    problem({ file: "b.yaml", line: 10, column: 2 }, "b10:2"),
    problem({ file: "a.yaml", line: 1 }, "a1"),
    problem({ file: "b.yaml", line: 10, column: 1 }, "b10:1"),
    problem({ file: "b.yaml", line: 2 }, "b2", "warning"),
    problem(undefined, "nowhere"),
  ];
  const order = [...renderProblems(problems, { json: true }).matchAll(/"message":"([^"]+)"/g)];
  expect(order.map(([, message]) => message)).toEqual(["nowhere", "b10:1", "b10:2", "a1", "b2", "b9"]);
});

test("renderProblems() as JSON gives one object on a line, without the excerpt", () => {
  const problems = [
    problem({ file: "a.yaml", line: 1, column: 2, excerpt: "a: b" }, 'Cannot use "x"'),
    problem(undefined, "So be it", "note"),
  ];
  expect(renderProblems(problems, { json: true, colour: true })).toBe(
    '{"severity":"error","file":"a.yaml","line":1,"column":2,"message":"Cannot use \\"x\\""}\n' +
      '{"severity":"note","message":"So be it"}\n',
  );
});

test("countProblems() counts each severity", () => {
  const problems = [problem(undefined), problem(undefined), problem(undefined, "", "note")];
  expect(countProblems(problems)).toBe("2 errors, 1 note");
  expect(countProblems([])).toBe("");
});

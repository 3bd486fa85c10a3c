import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CODES, findingsFor, worstOf } from "../../src/verify/finding.ts";

test("docs/verify.md explains every code, and no other", () => {
  const page = readFileSync(new URL("../../docs/verify.md", import.meta.url), "utf8");
  const explained = [...page.matchAll(/^\| `([a-z-]+)` \| [✘⚠ ]+ \|/gm)].map(([, code]) => code);
  expect(explained.sort()).toEqual([...CODES].sort());
});

describe("worstOf()", () => {
  const { fine, skipped, warning, broken } = findingsFor("records");
  const said = { subject: "contoso.com", sentence: "" };
  const wrong = { ...said, code: "no-answer", cure: "" } as const;
  test.each([
    { findings: [], worst: "fine" },
    { findings: [fine(said), skipped(said)], worst: "fine" },
    { findings: [fine(said), warning(wrong)], worst: "warning" },
    { findings: [broken(wrong), warning(wrong)], worst: "broken" },
  ])("$worst", ({ findings, worst }) => expect(worstOf(findings)).toBe(worst));
});

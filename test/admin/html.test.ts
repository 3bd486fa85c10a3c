import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HtmlValue, html } from "../../src/admin/html.ts";

describe("html`` escapes", () => {
  const cases: { why: string; text: string; shown: string }[] = [
    { why: "elements", text: "<script>alert(1)</script>", shown: "&lt;script&gt;alert(1)&lt;/script&gt;" },
    { why: "the end of an attribute", text: `" onload="x`, shown: "&quot; onload=&quot;x" },
    { why: "the other quotation mark", text: "'", shown: "&#39;" },
    { why: "what looks escaped", text: "&lt;", shown: "&amp;lt;" },
    { why: "changes of direction", text: "a\u202eb", shown: "a\\u202eb" },
    { why: "control characters", text: "a\u0000\u001bb", shown: "a\\u0000\\u001bb" },
    { why: "nothing else", text: "bücher.example – 例え\tx", shown: "bücher.example – 例え\tx" },
  ];
  test.each(cases)("$why", ({ text, shown }) => {
    expect(html`<p title="${text}">${text}</p>`.toString()).toBe(`<p title="${shown}">${shown}</p>`);
  });

  test("whatever comes: no text opens or ends anything", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(html`${text}`.toString()).not.toMatch(/[<>"']/);
      }),
    );
  });
});

test("html`` takes HTML as it is, lists in order, and makes nothing of nothing", () => {
  const items: HtmlValue[] = ["<", html`<b>${"&"}</b>`, undefined, false, 0];
  expect(html`<p>${items}</p>`.toString()).toBe("<p>&lt;<b>&amp;</b>0</p>");
});

import { describe, expect, it } from "vitest";
import { quote } from "../../src/dns/quotation.ts";

describe("quote()", () => {
  it.each([
    { why: "as it stands", text: 'edge1 "é"', quoted: '"edge1 "é""' },
    {
      why: "control characters by number: a log line stays one line",
      text: "a\n\x1b\x7f\x85",
      quoted: '"a\\010\\027\\127\\133"',
    },
    { why: "others that nobody sees by code point", text: "a\u200d\ufeff", quoted: '"a\\u{200d}\\u{feff}"' },
    { why: "100 characters are not cut", text: "a".repeat(100), quoted: `"${"a".repeat(100)}"` },
    { why: "101 are", text: "a".repeat(101), quoted: `"${"a".repeat(100)}…"` },
    { why: "nothing", text: "", quoted: '""' },
  ])("$why", ({ text, quoted }) => {
    expect(quote(text)).toBe(quoted);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanEntries } from "../../src/dns/token.ts";

/** Entries as their tokens, quoted ones in quotation marks, a blank in front where the owner is left out. */
function scanned(text: string): readonly string[] {
  return Array.from(scanEntries(text), ({ tokens, ownerLeftOut }) => {
    const words = tokens.map((token) => (token.quoted ? `"${token.text}"` : token.text));
    return (ownerLeftOut ? " " : "") + words.join("|");
  });
}

function faults(text: string): readonly string[] {
  return Array.from(scanEntries(text)).flatMap((entry) =>
    entry.faults.map(({ line, column, message }) => `${line}:${column} ${message}`),
  );
}

describe("scanEntries()", () => {
  it.each([
    { why: "one line is one entry", text: "a A 1\nb A 2", entries: ["a|A|1", "b|A|2"] },
    { why: "blanks and tabs separate", text: "a \t A\t1  ", entries: ["a|A|1"] },
    { why: "a blank in front leaves the owner out", text: "  A 1\n\tA 2", entries: [" A|1", " A|2"] },
    { why: "empty lines and comments are no entries", text: "\n  \n; c\n  ; c\na", entries: ["a"] },
    { why: "a comment ends the line", text: "a A 1;c (\nb", entries: ["a|A|1", "b"] },
    { why: "a quoted semicolon is none", text: 'a "x;y" ; c', entries: ['a|"x;y"'] },
    { why: "an escaped semicolon is none", text: "a x\\;y", entries: ["a|x\\;y"] },
    { why: "escapes stay", text: 'a \\"\\(\\ \\\\ "\\"\\\\"', entries: ['a|\\"\\(\\ \\\\|"\\"\\\\"'] },
    { why: "parentheses join lines", text: "a (\n1 ; c )\n  2\n) 3\nb", entries: ["a|1|2|3", "b"] },
    { why: "parentheses need no blanks", text: "a(1)2", entries: ["a|1|2"] },
    { why: "quoted parentheses are none", text: 'a "(" b\nc', entries: ['a|"("|b', "c"] },
    { why: "an empty quoted string is a token", text: 'a ""', entries: ['a|""'] },
    { why: "quoted strings need no blank between", text: 'a "b""c"', entries: ['a|"b"|"c"'] },
    {
      why: "the quoted value of a SvcParam belongs to it",
      text: 'a alpn="h2, h3" b',
      entries: ['a|alpn="h2, h3"|b'],
    },
    { why: "lines of Windows", text: "a A 1\r\n\r\nb\r\n", entries: ["a|A|1", "b"] },
    { why: "a byte order mark", text: "\uFEFFa", entries: ["a"] },
    { why: "nothing", text: "", entries: [] },
  ])("$why", ({ text, entries }) => {
    expect(scanned(text)).toEqual(entries);
    expect(faults(text)).toEqual([]);
  });

  it("gives each token its place", () => {
    const [, entry] = scanEntries('x\nab ( "c"\n\t;\n  d )');
    expect(entry?.tokens.map(({ line, column }) => [line, column])).toEqual([
      [2, 1],
      [2, 6],
      [4, 3],
    ]);
  });

  it("counts columns in UTF-16 code units, a byte order mark not among them", () => {
    const [entry] = scanEntries("\uFEFFa 😀 b");
    expect(entry?.tokens.map(({ column }) => column)).toEqual([1, 3, 6]);
  });

  it.each([
    {
      why: "closed, never opened",
      text: "a )",
      faults: ['1:3 Cannot read ")": no parenthesis is open before it'],
    },
    {
      why: "never closed",
      text: "a (\n b\nc",
      faults: ['1:3 Cannot read "(": it is not closed before the next one or the end of the text'],
    },
    {
      why: "open twice",
      text: "a ( (\nc",
      faults: ['1:3 Cannot read "(": it is not closed before the next one or the end of the text'],
    },
    {
      why: "a quote over the line",
      text: 'a "b\nc"',
      faults: [
        "1:3 Cannot read a quoted string: it is not closed on its line",
        '2:1 Cannot read a quotation mark inside a word: write \\" or put a blank before it',
      ],
    },
    {
      why: "an escaped quote closes nothing",
      text: 'a "b\\"',
      faults: ["1:3 Cannot read a quoted string: it is not closed on its line"],
    },
    {
      why: "an open SvcParam",
      text: 'a b="c',
      faults: ["1:5 Cannot read a quoted string: it is not closed on its line"],
    },
  ])("faults: $why", ({ text, faults: expected }) => {
    expect(faults(text)).toEqual(expected);
  });

  it.each([
    { why: "the lines indented below it are skipped", text: "a (\n 1\n\n; c\n 2\nb B", last: ["b|B"] },
    { why: "the next parenthesis is read", text: "a (\n 1\nb (\n 2\n)\nc", last: ["b|2", "c"] },
    { why: "nothing is left", text: "a (\n 1", last: [] },
  ])("goes on behind an unclosed parenthesis: $why", ({ text, last }) => {
    expect(scanned(text).slice(1)).toEqual(last);
  });

  it("leaves out a quoted string that is not closed, and takes the line end for one", () => {
    expect(scanned('a "b\nc')).toEqual(["a", "c"]);
    expect(scanned('a"\nb')).toEqual(['a"', "b"]);
    expect(scanned('a b="c\nd')).toEqual(['a|b="c', "d"]);
  });

  it("never throws and always ends", () => {
    const mark = fc.constantFrom("a", " ", "\n", "\r\n", "(", ")", '"', "\\", ";", "=", "\t", "é", "\0");
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 60 }), (marks) => void scanned(marks.join(""))),
      {
        numRuns: 1000,
      },
    );
  });
});

/** Characters that are not seen, or that end a line, stood in messages as they are. */

import { expect, test } from "vitest";
import { readMasterFile } from "../../src/dns/master-file.ts";
import { quote } from "../../src/dns/quotation.ts";
import { nameOf } from "../conformance/harness.ts";

test.each([
  [
    "a zero width space, as pasted from a web page",
    "edge1\u200b.contoso.com",
    '"edge1\\u{200b}.contoso.com"',
  ],
  ["a line separator", "a\u2028b", '"a\\u{2028}b"'],
  ["a paragraph separator", "a\u2029b", '"a\\u{2029}b"'],
  ["an override of the direction", "a\u202egnp", '"a\\u{202e}gnp"'],
  ["a byte order mark inside of a text", "a\ufeffb", '"a\\u{feff}b"'],
  ["what is above 16 bits", "a\u{e0001}b", '"a\\u{e0001}b"'],
])("quote() shows %s", (_, text, quoted) => expect(quote(text)).toBe(quoted));

test("a name says which character is not ASCII", () => {
  const place = (line: number, column: number) => ({ file: "db", line, column });
  const read = readMasterFile("edge1\u200b A 192.0.2.1\n", {
    origin: nameOf("a.test."),
    defaultTtl: 1,
    place,
  });
  expect(read.ok ? [] : read.problems.map(({ message }) => message)).toEqual([
    'Cannot read owner "edge1\\u{200b}": "\\u{200b}" is not ASCII; write its A-label (xn--…) or \\DDD octets',
  ]);
});

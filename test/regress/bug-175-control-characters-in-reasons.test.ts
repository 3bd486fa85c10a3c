/** Reasons why a text cannot be read quoted it as it is, with whatever it would do to a terminal or a log. */

import { expect, test } from "vitest";
import { readMasterFile } from "../../src/dns/master-file.ts";
import { nameOf } from "../conformance/harness.ts";

function saidOf(text: string): string[] {
  const place = (line: number, column: number) => ({ file: "db", line, column });
  const read = readMasterFile(text, { origin: nameOf("a.test."), defaultTtl: 1, place });
  return read.ok ? [] : read.problems.map(({ message }) => message);
}

test.each([
  [
    "an escape in a name",
    "x\\4\x1b[ A 192.0.2.1\n",
    'Cannot read owner "x\\4\\027[": "\\4\\027[" is no escape; write \\. or \\046',
  ],
  [
    "half a surrogate pair, as an escape is cut after three characters",
    "x TXT \\4a😀\n",
    'Cannot read RDATA of TXT "\\4a😀": "\\4a\\u{d83d}" is no escape; write \\. or \\046',
  ],
  [
    "a field of $GENERATE",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of BIND
    "$GENERATE 1-2 h${\x1b[0m} A 192.0.2.1\n",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of BIND
    'Cannot read "h${\\027[0m}" of $GENERATE: "${\\027[0m}" is not of the form ${offset,width,base}, base one of d, o, x, X, n and N',
  ],
])("%s", (_, text, message) => expect(saidOf(text)).toEqual([message]));

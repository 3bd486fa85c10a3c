// biome-ignore-all lint/suspicious/noTemplateCurlyInString: fields of $GENERATE are written like that
/** Expectations are what BIND 9.18 makes of the same lines. */

import { describe, expect, test } from "vitest";
import { readRange, readTemplate } from "../../src/dns/generate.ts";
import { readMasterFile } from "../../src/dns/master-file.ts";
import { formatRecord } from "../../src/dns/zone-file.ts";
import { goodValue, name } from "./presentation.ts";

describe("readRange()", () => {
  test.each([
    ["1-9", { start: 1, stop: 9, step: 1 }],
    ["0-250/10", { start: 0, stop: 250, step: 10 }],
    ["7-7", { start: 7, stop: 7, step: 1 }],
    ["2147483647-2147483647", { start: 2147483647, stop: 2147483647, step: 1 }],
    ["0-65535", { start: 0, stop: 65_535, step: 1 }],
  ])("%s", (text, range) => expect(readRange(text)).toEqual(range));

  test.each([
    ["1", "a range such as 1-100 or 0-250/10 is wanted"],
    ["-1-5", "a range such as 1-100 or 0-250/10 is wanted"],
    ["9-1", "it begins behind its end"],
    ["1-9/0", "a step of 0 leads nowhere"],
    ["0-2147483648", "2147483647 is the largest number"],
    ["0-65536", "it stands for 65537 records, 65536 are allowed"],
  ])("%s is refused", (text, reason) => expect(readRange(text)).toBe(reason));
});

function filled(text: string, number: number): string {
  const template = readTemplate(text);
  return typeof template === "string" ? `refused: ${template}` : template(number);
}

describe("readTemplate()", () => {
  test.each([
    ["host-$", 7, "host-7"],
    ["$.$", 7, "7.7"],
    ["a${10}", 1, "a11"],
    ["a${-1}", 1, "a0"],
    ["a${10,4,d}", 1, "a0011"],
    ["a${0,3}", 12, "a012"],
    ["${-11}", 10, "-1"],
    ["${-11,4}", 10, "-001"],
    ["x${0,4,X}", 10, "x000A"],
    ["${0,0,x}", 255, "ff"],
    ["${0,3,o}", 8, "010"],
    ["${0,3,n}.rev", 17, "1.1.rev"],
    ["${0,4,n}q", 18, "2.1.q"],
    ["${0,0,N}", 0xab, "B.A"],
    ["${0,7,n}", 1, "1.0.0.0"],
    ["d\\$x$$y", 1, "d\\$x\\$y"],
    ["plain", 1, "plain"],
  ])("%s for %i is %s", (text, number, wanted) => expect(filled(text, number)).toBe(wanted));

  test.each(["${", "${}", "${a}", "${1,2,z}", "${1,2,d", "${1,999}"])("%s is refused", (text) =>
    expect(filled(text, 1)).toMatch(/^refused: .* is not of the form \$\{offset,width,base\}/),
  );
});

function read(...lines: readonly string[]) {
  const place = (line: number, column: number) => ({ file: "z", line, column });
  return readMasterFile(lines.join("\n"), { origin: name("a.test."), defaultTtl: 300, place });
}

function recordsOf(...lines: readonly string[]): string[] {
  return goodValue(read(...lines)).map(({ owner, ttl, type, rdata }) =>
    formatRecord(owner, ttl, type, rdata),
  );
}

describe("$GENERATE", () => {
  test.each([
    {
      why: "a record for each number, with TTL and class",
      text: ["$GENERATE 1-3/2 a${10,4,d} 50 IN A 192.0.2.$"],
      records: ["a0011.a.test. 50 IN A 192.0.2.1", "a0013.a.test. 50 IN A 192.0.2.3"],
    },
    {
      why: "RDATA of several fields, in quotation marks or without",
      text: ['$GENERATE 1-1 m$ MX "10 mail$"', "$GENERATE 1-1 n$ MX 10 mail$"],
      records: ["m1.a.test. 300 IN MX 10 mail1.a.test.", "n1.a.test. 300 IN MX 10 mail1.a.test."],
    },
    {
      why: "the quotation marks are not part of it",
      text: ['$GENERATE 1-1 t$ TXT "hello $"'],
      records: ['t1.a.test. 300 IN TXT "hello" "1"'],
    },
    {
      why: "a dollar sign",
      text: ["$GENERATE 1-1 d\\$x$$y A 192.0.2.9"],
      records: ["d\\$x\\$y.a.test. 300 IN A 192.0.2.9"],
    },
    {
      why: "the owner of records behind it is the one before it",
      text: ["x A 192.0.2.1", "$GENERATE 1-1 y$ A 192.0.2.2", " TXT z"],
      records: ["x.a.test. 300 IN A 192.0.2.1", "y1.a.test. 300 IN A 192.0.2.2", 'x.a.test. 300 IN TXT "z"'],
    },
    {
      why: "below the $ORIGIN that holds",
      text: ["$ORIGIN 2.0.192.in-addr.arpa.", "$GENERATE 7-7 $ PTR h$.a.test."],
      records: ["7.2.0.192.in-addr.arpa. 300 IN PTR h7.a.test."],
    },
  ])("$why", ({ text, records }) => expect(recordsOf(...text)).toEqual(records));

  test.each([
    ["$GENERATE", "1:1 Cannot read $GENERATE: a range, an owner, a type and RDATA are wanted"],
    [
      "$GENERATE x y$ A 192.0.2.1",
      '1:11 Cannot use "x" as range of $GENERATE: a range such as 1-100 or 0-250/10 is wanted',
    ],
    [
      "$GENERATE 1-2 y${ A 192.0.2.1",
      '1:15 Cannot read "y${" of $GENERATE: "${" is not of the form ${offset,width,base}, base one of d, o, x, X, n and N',
    ],
    [
      "$GENERATE 254-300 y$ A 192.0.2.$",
      '1:24 Cannot read RDATA of A "192.0.2.256": an IPv4 address in dotted form is wanted',
    ],
    [
      '$GENERATE 1-2 y$ TXT "( one"',
      '1:22 Cannot read "(": it is not closed before the next one or the end of the text',
    ],
    ["$GENERATE 1-2 y$", "1:15 Cannot read a record: it ends where its type is wanted"],
  ])("%s is refused, once", (text, problem) => {
    const result = read(text);
    const said = result.ok ? [] : result.problems;
    expect(said.map(({ message, place }) => `${place?.line}:${place?.column} ${message}`)).toEqual([problem]);
  });

  test("makes no more records in one zone than are allowed", () => {
    const text = "$GENERATE 0-99 h$ A 192.0.2.1\n$GENERATE 0-99 i$ A 192.0.2.1\n";
    const place = (line: number, column: number) => ({ file: "z", line, column });
    const options = { origin: name("a.test."), defaultTtl: 300, place };
    expect(readMasterFile(text, { ...options, mostGenerated: 200 }).ok).toBe(true);
    const result = readMasterFile(text, { ...options, mostGenerated: 199 });
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      "Cannot make more than 199 records by $GENERATE in one zone",
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type IncludedFile, readAsFarAsPossible, readMasterFile } from "../../src/dns/master-file.ts";
import { stringOf } from "../../src/dns/name.ts";
import { formatRecord } from "../../src/dns/zone-file.ts";
import { failed, failure, type Result, success } from "../../src/result.ts";
import { anyText } from "./arbitrary.ts";
import { goodValue, name } from "./presentation.ts";

const OPTIONS = {
  origin: name("contoso.com."),
  defaultTtl: 300,
  place: (line: number, column: number) => ({ file: "static.zone", line: line + 100, column }),
};

function readText(...lines: readonly string[]) {
  return readMasterFile(lines.join("\n"), OPTIONS);
}

function records(...lines: readonly string[]): readonly string[] {
  return goodValue(readText(...lines)).map(({ owner, ttl, type, rdata }) =>
    formatRecord(owner, ttl, type, rdata),
  );
}

/** Problems as "line:column message", the line counted in the text. */
function problems(result: Result<unknown>): readonly string[] {
  const found = result.ok ? result.remarks : result.problems;
  return found.map(({ message, place }) => `${(place?.line ?? 0) - 100}:${place?.column} ${message}`);
}

describe("readMasterFile()", () => {
  it.each([
    {
      why: "all parts",
      text: ["www.contoso.com. 60 IN A 192.0.2.1"],
      record: "www.contoso.com. 60 IN A 192.0.2.1",
    },
    {
      why: "class before TTL",
      text: ["www IN 60 A 192.0.2.1"],
      record: "www.contoso.com. 60 IN A 192.0.2.1",
    },
    { why: "no class", text: ["www 60 A 192.0.2.1"], record: "www.contoso.com. 60 IN A 192.0.2.1" },
    { why: "no TTL", text: ["www in a 192.0.2.1"], record: "www.contoso.com. 300 IN A 192.0.2.1" },
    { why: "neither", text: ["www A 192.0.2.1"], record: "www.contoso.com. 300 IN A 192.0.2.1" },
    { why: "units", text: ["www 1h30m A 192.0.2.1"], record: "www.contoso.com. 5400 IN A 192.0.2.1" },
    {
      why: "generic class and type",
      text: ["www CLASS1 TYPE1 \\# 4 C0000201"],
      record: "www.contoso.com. 300 IN A 192.0.2.1",
    },
    { why: "the origin", text: ["@ MX 10 mail"], record: "contoso.com. 300 IN MX 10 mail.contoso.com." },
    {
      why: "an owner that looks like a TTL",
      text: ["1h A 192.0.2.1"],
      record: "1h.contoso.com. 300 IN A 192.0.2.1",
    },
    {
      why: "an owner that looks like a class",
      text: ["IN IN A 192.0.2.1"],
      record: "IN.contoso.com. 300 IN A 192.0.2.1",
    },
    {
      why: "an owner that looks like a type",
      text: ["A A 192.0.2.1"],
      record: "A.contoso.com. 300 IN A 192.0.2.1",
    },
    {
      why: "an escaped dot in the owner",
      text: ["first\\.last A 192.0.2.1"],
      record: "first\\.last.contoso.com. 300 IN A 192.0.2.1",
    },
    {
      why: "an escaped $ is no directive",
      text: ["\\$TTL A 192.0.2.1"],
      record: "\\$TTL.contoso.com. 300 IN A 192.0.2.1",
    },
    {
      why: "an owner out of the zone is for others to refuse",
      text: ["a.example. A 192.0.2.1"],
      record: "a.example. 300 IN A 192.0.2.1",
    },
    {
      why: "several lines",
      text: ["t TXT ( a ; first", "  b", ") c"],
      record: 't.contoso.com. 300 IN TXT "a" "b" "c"',
    },
  ])("$why", ({ text, record }) => {
    expect(records(...text)).toEqual([record]);
  });

  it("repeats the last owner where it is left out", () => {
    expect(records("www A 192.0.2.1", " AAAA ::1", "; comment", "", "\tTXT x")).toEqual([
      "www.contoso.com. 300 IN A 192.0.2.1",
      "www.contoso.com. 300 IN AAAA ::1",
      'www.contoso.com. 300 IN TXT "x"',
    ]);
  });

  it("completes names by the last $ORIGIN, itself relative to the one before", () => {
    expect(records("$ORIGIN emea", "www CNAME @", "$origin example.", "www CNAME www")).toEqual([
      "www.emea.contoso.com. 300 IN CNAME emea.contoso.com.",
      "www.example. 300 IN CNAME www.example.",
    ]);
  });

  it("takes the TTL of the last $TTL, not of the record before", () => {
    expect(records("a 60 A 192.0.2.1", "b A 192.0.2.1", "$TTL 1d", "c A 192.0.2.1")).toEqual([
      "a.contoso.com. 60 IN A 192.0.2.1",
      "b.contoso.com. 300 IN A 192.0.2.1",
      "c.contoso.com. 86400 IN A 192.0.2.1",
    ]);
  });

  it("gives each record the place of its first token", () => {
    const places = goodValue(readText("a A 192.0.2.1", "  A 192.0.2.2")).map(({ place }) => place);
    expect(places).toEqual([
      { file: "static.zone", line: 101, column: 1 },
      { file: "static.zone", line: 102, column: 3 },
    ]);
  });

  it.each([
    {
      text: ["a A 300.1.2.3"],
      problem: '1:5 Cannot read RDATA of A "300.1.2.3": an IPv4 address in dotted form is wanted',
    },
    {
      text: ["a A"],
      problem: "1:3 Cannot read RDATA of A: it ends where an IPv4 address in dotted form is wanted",
    },
    { text: ["a"], problem: "1:1 Cannot read a record: it ends where its type is wanted" },
    { text: ["a 60 IN"], problem: "1:6 Cannot read a record: it ends where its type is wanted" },
    {
      text: ["a B 192.0.2.1"],
      problem: '1:3 Cannot read type "B": a type such as A, SRV or TYPE65280 is wanted',
    },
    {
      text: ["a 60 60 A 192.0.2.1"],
      problem: '1:6 Cannot read type "60": a type such as A, SRV or TYPE65280 is wanted',
    },
    {
      text: ['a "60" A 192.0.2.1'],
      problem: '1:3 Cannot read type "60": a type such as A, SRV or TYPE65280 is wanted',
    },
    {
      text: ["a 1h30 A 192.0.2.1"],
      problem: '1:3 Cannot read TTL "1h30": seconds from 0 to 2147483647, or units as in 1h30m, are wanted',
    },
    { text: ["a CH TXT x"], problem: '1:3 Cannot take a record of class "CH": class IN is wanted' },
    { text: ["a CLASS3 TXT x"], problem: '1:3 Cannot take a record of class "CLASS3": class IN is wanted' },
    {
      text: ["a ANY x"],
      problem: '1:3 Cannot take a record of type "ANY": it stands in messages only, not in zones',
    },
    {
      text: ["a TYPE41 \\# 0"],
      problem: '1:3 Cannot take a record of type "TYPE41": it stands in messages only, not in zones',
    },
    { text: ["a..b A 192.0.2.1"], problem: '1:1 Cannot read owner "a..b": it has an empty label' },
    {
      text: ['"a" A 192.0.2.1'],
      problem: '1:1 Cannot read owner "a": an owner without quotation marks is wanted',
    },
    { text: [" A 192.0.2.1"], problem: "1:2 Cannot read a record without owner: none stands before it" },
    { text: ["$ORIGIN"], problem: '1:1 Cannot read $ORIGIN "": it has an empty label' },
    { text: ["$ORIGIN a..b"], problem: '1:9 Cannot read $ORIGIN "a..b": it has an empty label' },
    { text: ["$ORIGIN a b"], problem: '1:11 Cannot read "b": nothing is wanted there behind $ORIGIN' },
    {
      text: ["$TTL x"],
      problem: '1:6 Cannot read $TTL "x": seconds from 0 to 2147483647, or units as in 1h30m, are wanted',
    },
    {
      text: ["$TTL"],
      problem: '1:1 Cannot read $TTL "": seconds from 0 to 2147483647, or units as in 1h30m, are wanted',
    },
    { text: ["$TTL 1 2"], problem: '1:8 Cannot read "2": nothing is wanted there behind $TTL' },
    {
      text: ["$INCLUDE other.zone"],
      problem: "1:10 Cannot take $INCLUDE here: write the records themselves in its place",
    },
    {
      text: ["$FOO"],
      problem: '1:1 Cannot read directive "$FOO": $ORIGIN, $TTL, $INCLUDE and $GENERATE are known',
    },
    {
      text: ["a TXT ( x", " y"],
      problem: '1:7 Cannot read "(": it is not closed before the next one or the end of the text',
    },
  ])("$text is refused", ({ text, problem }) => {
    expect(problems(readText(...text))).toEqual([problem]);
  });

  it("gives all problems at once and goes on at the next record", () => {
    const result = readText(
      "a A 1.2.3",
      "  MX x mail y",
      "b A 192.0.2.1",
      'c TXT "open',
      "d A (", // its indented lines belong to it
      "  192.0.2.1",
      "e.. A 192.0.2.1",
      "  A 192.0.2.2", // no blame for the owner that could not be read
      "f FOO x",
    );
    expect(problems(result).map((problem) => problem.split(" ", 1)[0])).toEqual([
      "1:5",
      "2:6",
      "2:13",
      "4:7",
      "5:5",
      "7:1",
      "9:3",
    ]);
  });

  it("takes the TTL of the record before where it is told to (RFC 1035 §5.1), until the first $TTL", () => {
    const text = "a A 192.0.2.1\nb 60 A 192.0.2.1\nc A 192.0.2.1\n$TTL 70\nd 80 A 192.0.2.1\ne A 192.0.2.1";
    const read = goodValue(readMasterFile(text, { ...OPTIONS, inheritsTtl: true }));
    expect(read.map(({ ttl }) => ttl)).toEqual([300, 60, 60, 80, 70]);
  });

  it.each([
    { origin: "c", why: "a relative one leads nowhere either", records: [] },
    { origin: "c.test.", why: "an absolute one sets it right", records: ["www.c.test. 300 IN A 192.0.2.1"] },
  ])("behind an $ORIGIN that cannot be read, $origin: $why", ({ origin, records }) => {
    const read = readAsFarAsPossible(`$ORIGIN a..b\n$ORIGIN ${origin}\nwww A 192.0.2.1`, OPTIONS);
    expect(read.problems).toHaveLength(1);
    expect(read.records.map(({ owner, ttl, type, rdata }) => formatRecord(owner, ttl, type, rdata))).toEqual(
      records,
    );
  });

  it("comes to an end where every line is broken", () => {
    const many = 10_000;
    for (const line of ["a A (\n", ' "\n', '"" ', "a\\\n", "a TXT x\n", "$FOO\n", '( a="b\n']) {
      readMasterFile(line.repeat(many), OPTIONS);
    }
    expect(readMasterFile(`a TXT ${'"" '.repeat(many)}`, OPTIONS).ok).toBe(true);
  });

  it("never throws", () => {
    const octets = fc.uint8Array({ maxLength: 80 }).map((bytes) => stringOf(bytes));
    const word = fc.constantFrom(
      "a",
      "@",
      "A",
      "SVCB",
      "TXT",
      "60",
      "IN",
      " ",
      "\n",
      "(",
      ")",
      '"',
      "\\",
      ";",
      "$TTL",
      "\\#",
      "=",
    );
    const text = fc.oneof(
      octets,
      fc.array(word, { maxLength: 40 }).map((words) => words.join(" ")),
      anyText,
    );
    fc.assert(
      fc.property(text, (any) => void readMasterFile(any, OPTIONS)),
      { numRuns: 1000 },
    );
  });
});

describe("$INCLUDE", () => {
  const place = (line: number, column: number) => ({ file: "inner.zone", line, column });
  const INNER: Readonly<Record<string, Result<IncludedFile>>> = {
    inner: success({ text: "a A 192.0.2.1\n$ORIGIN deep\nb A 192.0.2.2\n$TTL 60\n", place }),
    broken: success({ text: "a A 1.2.3\n", place }),
    adrift: success({ text: "$ORIGIN x..y\na A 192.0.2.1\n", place }),
    absent: failed("Cannot open it"),
    elsewhere: failure([
      { severity: "error", message: "Cannot take it", place: { file: "x", line: 9, column: 9 } },
    ]),
  };
  const options = { ...OPTIONS, include: (path: string) => INNER[path] ?? failed("no such row") };
  const read = (...lines: readonly string[]) => readAsFarAsPossible(lines.join("\n"), options);

  it.each([
    {
      why: "names in it by our origin, behind it by ours again; its $TTL goes on",
      lines: ["w A 192.0.2.9", "$INCLUDE inner", "  A 192.0.2.8", "c A 192.0.2.3"],
      records: [
        "w.contoso.com. 300 IN A 192.0.2.9",
        "a.contoso.com. 300 IN A 192.0.2.1",
        "b.deep.contoso.com. 300 IN A 192.0.2.2",
        "w.contoso.com. 60 IN A 192.0.2.8",
        "c.contoso.com. 60 IN A 192.0.2.3",
      ],
    },
    {
      why: "names in it by the origin that is given",
      lines: ["$INCLUDE inner emea"],
      records: ["a.emea.contoso.com. 300 IN A 192.0.2.1", "b.deep.emea.contoso.com. 300 IN A 192.0.2.2"],
    },
  ])("$lines: $why", ({ lines, records }) => {
    const { records: found, problems } = read(...lines);
    expect(problems).toEqual([]);
    expect(found.map(({ owner, ttl, type, rdata }) => formatRecord(owner, ttl, type, rdata))).toEqual(
      records,
    );
  });

  it.each([
    { line: "$INCLUDE", said: "static.zone:101:1 Cannot read $INCLUDE: the path of a file is wanted" },
    {
      line: "$INCLUDE inner a..b",
      said: 'static.zone:101:16 Cannot read origin "a..b" of $INCLUDE: it has an empty label',
    },
    {
      line: "$INCLUDE inner emea more",
      said: 'static.zone:101:21 Cannot read "more": nothing is wanted there behind $INCLUDE',
    },
    { line: "$INCLUDE absent", said: "static.zone:101:10 Cannot open it" },
    { line: "$INCLUDE elsewhere", said: "x:9:9 Cannot take it" },
    {
      line: "$INCLUDE broken",
      said: 'inner.zone:1:5 Cannot read RDATA of A "1.2.3": an IPv4 address in dotted form is wanted',
    },
  ])("$line: $said", ({ line, said }) => {
    const found = read(line).problems.map(
      ({ message, place }) => `${place?.file}:${place?.line}:${place?.column} ${message}`,
    );
    expect(found).toEqual([said]);
  });

  it("an $ORIGIN that cannot be read leaves the records of its own file adrift alone", () => {
    const { records: found } = read("$INCLUDE adrift", "c A 192.0.2.3");
    expect(found.map(({ owner }) => String(owner))).toEqual(["c.contoso.com."]);
  });
});

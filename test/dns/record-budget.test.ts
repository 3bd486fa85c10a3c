import { describe, expect, it } from "vitest";
import { RecordBudget, readAsFarAsPossible } from "../../src/dns/master-file.ts";
import { failed, MOST_PROBLEMS } from "../../src/result.ts";
import { name } from "./presentation.ts";

const place = (line: number, column: number) => ({ file: "db", line, column });
const common = { origin: name("a.test."), defaultTtl: 60, place };

function readWith(budget: RecordBudget, text: string) {
  const { records, problems } = readAsFarAsPossible(text, { ...common, budget });
  return { records: records.length, said: problems.map(({ message, place }) => [place?.line, message]) };
}

describe("RecordBudget", () => {
  it.each([
    { limits: { records: 3, octets: 100 }, what: "are 3 in number" },
    { limits: { records: 100, octets: 12 }, what: "hold 12 octets of RDATA" },
  ])("$limits: what is over it is refused once, and no zone is read on", ({ limits, what }) => {
    const budget = new RecordBudget(limits);
    expect(readWith(budget, "a A 192.0.2.1\nb A 192.0.2.1\n")).toEqual({ records: 2, said: [] });
    const message = `Cannot take further records: those of all zones ${what} by here, which is the most`;
    expect(readWith(budget, "$GENERATE 1-9 c$ A 192.0.2.1\nx A x\n")).toEqual({
      records: 1,
      said: [[1, message]],
    });
    expect(readWith(budget, "d A 192.0.2.1\nx A x\n")).toEqual({ records: 0, said: [] });
  });

  it("counts a file each time that it is included", () => {
    const included = { text: "a TXT 0123456789\n".repeat(10), place };
    const options = { ...common, include: () => ({ ok: true, value: included, remarks: [] }) as const };
    const budget = new RecordBudget({ records: 100, octets: 1000 });
    const read = readAsFarAsPossible("$INCLUDE f\n".repeat(50), { ...options, budget });
    expect(read.records).toHaveLength(90);
    expect(read.problems).toHaveLength(1);
  });
});

describe("readAsFarAsPossible()", () => {
  it("keeps as many problems as are said, and counts the others", () => {
    const options = { ...common, include: () => failed("Cannot open it") };
    const text = `${"a A x\n".repeat(MOST_PROBLEMS)}$INCLUDE f\n$GENERATE 1-9 b$ A x\n`;
    const { problems, furtherProblems } = readAsFarAsPossible(text, options);
    expect(problems).toHaveLength(MOST_PROBLEMS);
    expect(furtherProblems).toBe(2);
  });
});

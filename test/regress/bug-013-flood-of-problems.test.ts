/** A broken version with thousands of problems wrote a line of the log for each. */

import { expect, onTestFinished, test } from "vitest";
import { DeploymentError, type DeploymentInput, startServer } from "../../src/api.ts";
import { fewOf } from "../../src/reload/few.ts";
import type { Problem } from "../../src/result.ts";

const of = (severity: Problem["severity"], count: number): Problem[] =>
  Array.from({ length: count }, (_, number) => ({ severity, message: `${severity} ${number}` }));

test("fewOf() leaves a hundred as they are", () => {
  const problems = [...of("warning", 50), ...of("error", 50)];
  expect(fewOf(problems)).toBe(problems);
});

test.each([
  { problems: of("error", 4421), last: "… and 4,321 more problems; ", severity: "error" },
  { problems: of("error", 101), last: "… and 1 more problem; ", severity: "error" },
  {
    problems: [...of("warning", 200), ...of("error", 7)],
    last: "… and 107 more problems; ",
    severity: "warning",
  },
])("fewOf() ends with $last", ({ problems, last, severity }) => {
  const few = fewOf(problems);
  expect(few).toHaveLength(101);
  expect(few[0]?.severity).toBe("error");
  expect(few.at(-1)).toMatchObject({ severity, message: expect.stringContaining(last) });
});

const lab = (...servers: readonly string[]): DeploymentInput => ({
  edgePools: [{ fqdn: "edge.alpha.test", servers: [...servers] }],
  sipDomains: ["alpha.test"],
});

test("a reload logs a hundred problems, and throws all", async () => {
  const said: string[] = [];
  const say = (_: unknown, message: string): void => void said.push(message);
  const dns = await startServer({
    deployment: lab("127.0.0.1"),
    log: { error: say, warn: () => {}, info: () => {}, debug: () => {} },
  });
  onTestFinished(() => dns.close());
  const names = Array.from({ length: 1000 }, (_, number) => `-bad-${number}-`);
  const fault = await dns.update(lab(...names)).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(DeploymentError);
  expect(fault instanceof DeploymentError ? fault.problems.length : 0).toBeGreaterThan(200);
  expect(said).toHaveLength(102);
  expect(said.at(-1)).toMatch(/^… and [\d,]+ more problems/);
});

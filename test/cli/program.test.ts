import { describe, expect, test } from "vitest";
import { runProgram } from "../../src/cli/program.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { builder, LAB } from "./engine.ts";
import { Stage } from "./stage.ts";

const seen: Settings[] = [];

async function run(...words: string[]): Promise<Stage & { readonly code: number }> {
  const stage = new Stage();
  const engine = {
    build: builder(LAB),
    openServer: async ({ settings }: { readonly settings: Settings }) => {
      seen.push(settings);
      return { kind: "bad-deployment", problems: [] } as const;
    },
  };
  const code = await runProgram({ words, version: "1.2.3", surroundings: stage.surroundings, engine });
  return Object.assign(stage, { code });
}

describe("runProgram() with wrong usage says so and gives 2", () => {
  const cases: { why: string; words: string[]; stderr: RegExp }[] = [
    {
      why: "no command: all of them are shown",
      words: [],
      stderr: /^Usage: xmpp-edge-dns [\s\S]*healthcheck/,
    },
    {
      why: "unknown command",
      words: ["serv"],
      stderr: /^error: unknown command 'serv'\n\(Did you mean serve\?\)/,
    },
    {
      why: "unknown option",
      words: ["check", "--jsn"],
      stderr: /unknown option '--jsn'\n\(Did you mean --json\?\)/,
    },
    {
      why: "an option of another command",
      words: ["check", "--port", "1"],
      stderr: /unknown option '--port'/,
    },
    {
      why: "no value",
      words: ["serve", "--port"],
      stderr: /^error: option '--port <number>' argument missing/,
    },
    {
      why: "no such format",
      words: ["records", "--format", "xml"],
      stderr: /Allowed choices are table, zone, json/,
    },
    {
      why: "a wrong value",
      words: ["serve", "--workers", "many"],
      stderr: /^error: Cannot set "workers" to "many"/,
    },
  ];
  test.each(cases)("$why", async ({ words, stderr }) => {
    const stage = await run(...words);
    expect(stage.code).toBe(2);
    expect(stage.stderr).toMatch(stderr);
    expect(stage.stdout).toBe("");
  });
});

test.each([
  { words: ["verify", "--jsn"], says: /^error: unknown option '--jsn'/ },
  { words: ["verify", "--server", "nobody"], says: /^error: Cannot ask server "nobody"/ },
])(
  "runProgram() gives 3 for wrong usage of verify, whose 2 means broken: $words",
  async ({ words, says }) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(says);
  },
);

describe("runProgram() --help", () => {
  const cases: { command: string; says: RegExp[] }[] = [
    {
      command: "serve",
      says: [/--deployment <file>/, /--settings <file>/, /--set <key=value>/, /--listen <address>/],
    },
    {
      command: "serve",
      says: [/--port <number>/, /--workers <number>/, /SIGHUP/, /\nExamples:\n/, /3 {2}cannot listen/],
    },
    { command: "check", says: [/--json/, /\nExamples:\n/] },
    { command: "records", says: [/--format <format>/, /--zone <zone>/, /--delegation/, /\nExamples:\n/] },
    { command: "healthcheck", says: [/--zone <zone>/, /counts as alive/, /\nExamples:\n/] },
  ];
  test.each(cases)("$command", async ({ command, says }) => {
    const { stdout, code } = await run(command, "--help");
    expect(code).toBe(0);
    for (const pattern of says) expect(stdout).toMatch(pattern);
  });

  test("shows examples that fit a window of 120 columns", async () => {
    for (const command of ["serve", "check", "records", "healthcheck"]) {
      const { stdout } = await run(command, "--help");
      expect(stdout.split("\n").filter((line) => line.length > 120)).toEqual([]);
    }
  });
});

test("runProgram() --version prints the version alone", async () => {
  expect(await run("--version")).toMatchObject({ code: 0, stdout: "1.2.3\n", stderr: "" });
});

test("runProgram() lets flags behind those of `npm start` win", async () => {
  const start = ["serve", "--set", "listen=127.0.0.1,::1", "--set", "port=5300"];
  await run(...start);
  await run(...start, "--listen", "192.0.2.1", "--listen", "192.0.2.2", "--port", "5301");
  await run(...start, "--set", "port=5302");
  expect(seen.map(({ listen, port }) => ({ listen, port }))).toEqual([
    { listen: ["127.0.0.1", "::1"], port: 5300 },
    { listen: ["192.0.2.1", "192.0.2.2"], port: 5301 },
    { listen: ["127.0.0.1", "::1"], port: 5302 },
  ]);
});

test("runProgram() gives the code of the command", async () => {
  expect(await run("check")).toMatchObject({ code: 0, stdout: expect.stringContaining(": fine") });
  expect(await run("serve")).toMatchObject({ code: 1 });
});

import { expect, test } from "vitest";
import { check } from "../../src/cli/check.ts";
import { builder, LAB } from "./engine.ts";
import { Stage } from "./stage.ts";

interface Case {
  readonly why: string;
  readonly text: string | undefined;
  readonly json?: boolean;
  readonly set?: readonly string[];
  readonly code: number;
  readonly stdout: RegExp;
}

const BROKEN = `${LAB}edgePool: []\n`;

const cases: Case[] = [
  {
    why: "a good deployment",
    text: LAB,
    code: 0,
    stdout: /\nlab\.yaml: fine, .*; 2 zones with 8 RRsets\n$/,
  },
  {
    why: "a broken one, with the place",
    text: BROKEN,
    code: 1,
    stdout:
      /^lab\.yaml:4:1 {2}Cannot use unknown key "edgePool": did you mean "edgePools"\?\n {2}4 \| edgePool: \[\]\n {6}\^\n/,
  },
  {
    why: "a broken one, counted in the last line",
    text: BROKEN,
    code: 1,
    stdout: /\n\nlab\.yaml: 1 error\n$/,
  },
  {
    why: "what can be served and is wrong all the same, with its code",
    text: `${LAB}defaults: { hostTtl: 86400 }\n`,
    code: 0,
    stdout: /\nlab\.yaml:3:14 {2}warning: The addresses of "alpha\.test".* \[ttl-too-high\]\n/,
  },
  {
    why: "JSON has the code too",
    text: `${LAB}defaults: { hostTtl: 86400 }\n`,
    json: true,
    code: 0,
    stdout: /\n\{"severity":"warning","code":"ttl-too-high","file":"lab\.yaml","line":3,[^\n]*\}\n/,
  },
  {
    why: "JSON has no last line",
    text: BROKEN,
    json: true,
    code: 1,
    stdout: /^\{"severity":"error",[^\n]*\}\n$/,
  },
  {
    why: "no file",
    text: undefined,
    code: 1,
    stdout: /^lab\.yaml {2}Cannot read "lab\.yaml": there is no such file\n/,
  },
];

test.each(cases)("check() $why", async ({ text, json, code, stdout }) => {
  const stage = new Stage();
  const build = builder(text);
  expect(await check({ deployment: "lab.yaml", json }, stage.surroundings, { build })).toBe(code);
  expect(stage.stdout).toMatch(stdout);
  expect(stage.stderr).toBe("");
});

test("check() with wrong settings looks at no deployment", async () => {
  const stage = new Stage();
  const build = (): never => {
    throw new Error("not to be called");
  };
  expect(await check({ set: ["nonsense=1"] }, stage.surroundings, { build })).toBe(2);
  expect(stage.stderr).toContain('Cannot set "nonsense": no such setting');
});

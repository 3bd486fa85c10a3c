/** The time to load a deployment grew with the square of the keys in a map: each of these took minutes. */

import { expect, test } from "vitest";
import { buildFrom, saidWhileBuilding } from "./given.ts";

const MANY = 20_000;
const numbers = Array.from({ length: MANY }, (_, number) => number);
const zone = { records: "www A 8.8.8.8\nftp A 8.8.8.9" };

function zonesIn(yaml: string): number | undefined {
  const built = buildFrom(yaml);
  return built.ok ? built.value.deployment.zones.length : undefined;
}

test("zones in YAML", () => {
  const lines = numbers.map((number) => `  z${number}.example: { records: "www A 8.8.8.8" }\n`);
  expect(zonesIn(`zones:\n${lines.join("")}`)).toBe(MANY);
});

test("zones in JSON on a single line", () => {
  const zones = Object.fromEntries(numbers.map((number) => [`z${number}.example`, zone]));
  expect(zonesIn(JSON.stringify({ zones }))).toBe(MANY);
});

test("unknown keys at the top", () => {
  const lines = numbers.map((number) => `key${number}: 1\n`);
  expect(saidWhileBuilding(`sipDomains: []\n${lines.join("")}`)).toHaveLength(MANY);
});

test("an unknown key in each zone", () => {
  const lines = numbers.map((number) => `  z${number}.example: { recrods: "" }\n`);
  const said = saidWhileBuilding(`zones:\n${lines.join("")}`);
  expect(said).toHaveLength(MANY);
  expect(said.at(-1)).toContain('Cannot use unknown key "recrods": did you mean "records"?');
});

test.each([
  {
    why: "in block style, in any depth",
    yaml: "zones:\n  a.test:\n    ttl: 1\n    ttl: 2\n",
    places: ["4:5"],
  },
  { why: "in flow style", yaml: "zones: { a.test: { ttl: 1, ttl: 2 } }\n", places: ["1:28"] },
  { why: "in a list", yaml: "sipDomains:\n  - name: a.test\n    name: b.test\n", places: ["3:5"] },
  { why: "each that is surplus", yaml: "zones: {}\nzones: {}\nzones: {}\n", places: ["2:1", "3:1"] },
  { why: "quoted or not", yaml: 'zones: {}\n"zones": {}\n', places: ["2:1"] },
])("a key written twice is found $why", ({ yaml, places }) => {
  const said = saidWhileBuilding(yaml).filter((line) => line.includes("the same key twice"));
  expect(said.map((line) => line.split(" ")[0])).toEqual(places);
});

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { deploymentFromValue } from "../../src/deployment/load.ts";
import { derive } from "../../src/records/derive.ts";
import { filesOf, goodValue } from "../deployment/given.ts";
import { expectGenerated } from "../generated.ts";
import { configurationPage } from "./configuration-page.ts";
import { COMMON, EXAMPLES, FILES, VARIABLES } from "./deployment-examples.ts";
import { deploymentSections, type Section } from "./deployment-reference.ts";

test("docs/configuration.md is what the schemas say (UPDATE_GENERATED=1 writes it)", () => {
  expectGenerated("docs/configuration.md", configurationPage());
});

test("every section has an example", () => {
  expect(Object.keys(EXAMPLES)).toEqual(deploymentSections().map(({ path }) => path));
});

test.each(Object.entries(EXAMPLES))("the example of %j loads", (_, yaml) => {
  expect(publishedBy({ ...COMMON, ...parse(yaml) })).toBeDefined();
});

test.each(deploymentSections())("every key that can be left out of $path, can be", ({ path, keys }) => {
  for (const map of mapsAt(parse(EXAMPLES[path] ?? ""), path)) {
    const names = keys.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(map)));
    for (const { name, required } of keys) if (required === true) expect(map).toHaveProperty([name]);
  }
});

describe("a default that is given changes nothing", () => {
  test.each(deploymentSections().flatMap(rowsOf))("$path $name: $value", ({ path, name, value }) => {
    const example: unknown = { ...COMMON, ...parse(EXAMPLES[path] ?? "") };
    const maps = (whole: unknown) => mapsAt(whole, path).filter((map) => !("file" in map));
    const free = maps(example).some((map) => !(name in map));
    const [given, without] = [structuredClone(example), structuredClone(example)];
    for (const map of maps(given)) if (!(free && name in map)) map[name] = value;
    for (const map of maps(without)) if (!free) delete map[name];
    expect(given).not.toEqual(without);
    expect(publishedBy(given)).toEqual(publishedBy(without));
  });
});

interface Row {
  readonly path: string;
  readonly name: string;
  readonly value: unknown;
}

function rowsOf({ path, keys }: Section): Row[] {
  return keys.flatMap(({ name, default: text }) => {
    return text?.literal ? [{ path, name, value: parse(text.literal) }] : [];
  });
}

/** What a deployment is taken to say, and the zones that come of it. */
function publishedBy(value: unknown): unknown {
  const deployment = goodValue(
    deploymentFromValue(value, { ...filesOf(FILES), variable: (name) => VARIABLES[name] }),
  );
  const { groups } = goodValue(derive(deployment));
  return { deployment, groups };
}

/** The maps of an example that a section speaks of: `edgePools[].servers[]`. */
function mapsAt(value: unknown, path: string): Record<string, unknown>[] {
  const [, step, rest = ""] = /^(\[\]|\.?<name>|\.?\w+)(.*)$/.exec(path) ?? [];
  if (step === undefined) return isMap(value) ? [value] : [];
  if (Array.isArray(value)) return step === "[]" ? value.flatMap((item) => mapsAt(item, rest)) : [];
  if (!isMap(value)) return [];
  const name = step.replace(/^\./, "");
  return name === "<name>"
    ? Object.values(value).flatMap((one) => mapsAt(one, rest))
    : mapsAt(value[name], rest);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { expect, test } from "vitest";
import { deploymentJsonSchema } from "../../src/deployment/json-schema.ts";
import { expectGenerated } from "../generated.ts";

test("config/deployment.schema.json is what the schema says (UPDATE_GENERATED=1 writes it)", () => {
  expectGenerated("config/deployment.schema.json", deploymentJsonSchema());
});

test("every key is described, so that editors can show what it is", () => {
  expect(undescribed(JSON.parse(deploymentJsonSchema()), "")).toEqual([]);
});

/** Paths of the properties without a description. */
function undescribed(schema: unknown, path: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key !== "properties") return undescribed(value, `${path}/${key}`);
    return Object.entries(value).flatMap(([name, property]) => {
      const here = `${path}/${name}`;
      const isDescribed = typeof property === "object" && property !== null && "description" in property;
      return [...(isDescribed ? [] : [here]), ...undescribed(property, here)];
    });
  });
}

/** A document spoke of `reload.interval: 0`, which no settings file may say. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { typedValue } from "../../src/settings/assignment.ts";
import { knobOf } from "../../src/settings/schema.ts";
import { ROOT } from "../readme.ts";

const root = fileURLToPath(ROOT);
const documents = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".md"))
  .map((path) => join("docs", path));

/** Settings with a value, as running text names them: `tcp.idleTimeout: 10s`. */
const named = ["README.md", "CHANGELOG.md", ...documents].flatMap((path) =>
  [...readFileSync(join(root, path), "utf8").matchAll(/`([A-Za-z]+\.[A-Za-z]+)[:=] ?([^`\s]+)`/g)]
    .filter(([, key = ""]) => knobOf(key) !== undefined)
    .map(([, key = "", value = ""]) => ({ path, key, value })),
);

test("some are named", () => expect(named.length).toBeGreaterThan(2));

test.each(named)("$path: $key may be $value", ({ key, value }) => {
  expect(typedValue({ key, value }).problem).toBeUndefined();
});

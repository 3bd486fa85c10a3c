/** docs/protection.md: its examples are read as they stand. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { derive } from "../../src/records/derive.ts";
import { loadSettings } from "../../src/settings/settings.ts";
import { good, goodValue } from "../deployment/given.ts";

const TEXT = readFileSync("docs/protection.md", "utf8");
const [settings = "", deployment = ""] = [...TEXT.matchAll(/```yaml\n(.*?)```/gs)].map(([, block]) => block);

test("the settings of the example", () => {
  const bytes = new TextEncoder().encode(settings);
  const result = loadSettings({ readFile: () => ({ kind: "content", bytes }) });
  expect(result.ok && result.value.rateLimit.exempt).toEqual(["127.0.0.0/8", "::1", "10.0.0.0/8"]);
});

test("the deployment of the example", () => {
  const pool = "edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]\n";
  const { groups } = goodValue(derive(good(pool + deployment)));
  const lists = groups.map(({ apexes, access }) => [
    String(apexes[0]),
    access?.allow.length,
    access?.deny.length,
  ]);
  expect(lists).toEqual([
    ["contoso.com.", 2, 1],
    ["fabrikam.com.", 2, 0],
  ]);
});

/** Committed files that are made from the source: compared with what the source says now, or written anew. */

import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

/** Expects a file, named from the root of the project, to hold a text; UPDATE_GENERATED=1 writes it first. */
export function expectGenerated(path: string, text: string): void {
  const file = new URL(`../${path}`, import.meta.url);
  if (process.env.UPDATE_GENERATED === "1") writeFileSync(file, text);
  expect(readFileSync(file, "utf8")).toBe(text);
}

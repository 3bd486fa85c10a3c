/** A serial that was no number in serials.txt was served as 0. */

import { expect, test } from "vitest";
import { Versions } from "../../src/reload/versions.ts";
import { nameOf } from "../conformance/harness.ts";

const ALPHA = nameOf("alpha.test.");

test.each([
  ["alpha.test. x digest"],
  ["alpha.test. -1 digest"],
  ["alpha.test. 1e3 digest"],
  ["alpha.test.  digest"],
  ["alpha.test. 4294967296 digest"],
  ["alpha.test. 12345678901 digest"],
  ["alpha.test. 1 "],
  ["alpha.test. 1"],
  ["a..test. 1 digest"],
  ["floor x"],
  ["floor"],
  [""],
])("Versions.read() leaves %j out", (line) => {
  expect(Versions.read(`${line}\n`).versionOf(ALPHA)).toBeUndefined();
});

test.each([
  ["alpha.test. 0 digest", 0],
  ["ALPHA.test 4294967295 digest", 2 ** 32 - 1],
])("Versions.read() takes %j", (line, serial) => {
  expect(Versions.read(line).versionOf(ALPHA)).toEqual({ serial, digest: "digest" });
});

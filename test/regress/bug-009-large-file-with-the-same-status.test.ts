/** A file of more than 1 MiB that changed twice within one tick of the file system's clock kept its first digest. */

import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Digests } from "../../src/reload/digests.ts";
import { temporaryDirectory } from "../reload/lab.ts";

/** A large file whose status never changes, looked at so many milliseconds after it was written. */
function frozenFile(age: number) {
  const path = join(temporaryDirectory(), "large");
  const write = (octet: string) => writeFileSync(path, octet.repeat(1_100_000));
  write("1");
  const status = statSync(path, { bigint: true });
  const clock = { time: Number(status.ctimeMs) + age };
  const options = { maximumFileSize: 10_000_000, now: () => clock.time, statusOf: () => status };
  const digests = new Digests(options);
  return { write, clock, look: () => digests.lookAt(path).digest };
}

test.each([
  { why: "its status may be racy", age: 2_900, later: 10_000, seen: true },
  { why: "its status is trusted", age: 3_100, later: 10_000, seen: false },
  { why: "it is hashed once a minute whatever its status says", age: 3_100, later: 60_000, seen: true },
  { why: "a clock that was set back proves nothing", age: 3_100, later: -100_000, seen: true },
  { why: "a file from the future proves nothing", age: -100_000, later: 10_000, seen: true },
])("a change is seen: $seen, as $why", ({ age, later, seen }) => {
  const file = frozenFile(age);
  const before = file.look();
  file.write("2");
  file.clock.time += later;
  expect(file.look() !== before).toBe(seen);
});

/** A fixed `soa.serial` that stayed while the content changed, or went back, was served without a word. */

import { expect, test } from "vitest";
import { labText, openLab } from "../reload/lab.ts";

const text = (serial: number | undefined, address: string, ...sipDomains: string[]) =>
  `${labText(address, ...sipDomains)}${serial === undefined ? "" : `defaults: { soa: { serial: ${serial} } }\n`}`;

const OLD = text(7, "10.0.0.1", "alpha.test", "beta.test", "gamma.test");

test.each<[what: string, before: string, after: string, warnings: readonly string[]]>([
  ["rises", OLD, text(8, "10.0.0.2", "alpha.test", "beta.test", "gamma.test"), []],
  [
    "rises past the end of the circle",
    text(2 ** 32 - 1, "10.0.0.1", "alpha.test"),
    text(1, "10.0.0.2", "alpha.test"),
    [],
  ],
  ["stays with the content", OLD, `# hello\n${OLD}`, []],
  ["is that of other zones", OLD, text(7, "10.0.0.1", "alpha.test", "delta.test"), []],
  ["is fixed no more", OLD, text(undefined, "10.0.0.2", "alpha.test"), []],
  [
    "stays while the content changes",
    OLD,
    text(7, "10.0.0.2", "alpha.test", "beta.test"),
    [
      'Zone alpha.test. changed under the same serial 7, and 1 more did alike: secondaries keep the old content until "soa.serial" is after 7 (RFC 1982)',
    ],
  ],
  [
    "goes back",
    OLD,
    text(6, "10.0.0.1", "alpha.test"),
    [
      'Zone alpha.test. went back from serial 7 to 6: secondaries keep the old content until "soa.serial" is after 7 (RFC 1982)',
    ],
  ],
])("a fixed serial that %s", async (_, before, after, warnings) => {
  const lab = openLab({ text: before, interval: 0 });
  lab.write(after);
  expect(await lab.reloader.reload()).toEqual([]);
  const outcome = await lab.next();
  const remarks = outcome.kind === "reloaded" ? outcome.reloaded.remarks : [];
  expect(remarks.filter(({ severity }) => severity === "warning").map(({ message }) => message)).toEqual(
    warnings,
  );
});

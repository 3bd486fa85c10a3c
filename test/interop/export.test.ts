/** What `export` writes for name servers, read by their own checkers: configuration and master files together. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { zonesOf } from "../../src/cli/zones.ts";
import { FORMATS } from "../../src/export/formats.ts";
import { builds } from "./deployments.ts";

interface Checker {
  readonly format: "bind" | "nsd" | "knot";
  /** What stands around the exported lines in a configuration of the server. */
  readonly around: (directory: string, include: string) => string;
  readonly command: readonly [string, ...string[]];
}

const CHECKERS: readonly Checker[] = [
  {
    format: "bind",
    around: (directory, include) => `options { directory "${directory}"; };\ninclude "${include}";\n`,
    command: ["named-checkconf", "-z"], // -z loads the master files too
  },
  {
    format: "nsd",
    around: (directory, include) => `server:\n  zonesdir: "${directory}"\ninclude: "${include}"\n`,
    command: ["nsd-checkconf"],
  },
  {
    format: "knot",
    around: (directory, include) =>
      `template:\n  - id: default\n    storage: "${directory}"\ninclude: "${include}"\n`,
    command: ["knotc", "conf-check", "-c"],
  },
];

/** BIND remarks on names that RFC 4592 §2.2 allows, and that one deployment has on purpose. */
const WILDCARD_INSIDE = /^.* warning: .* contains an non-terminal wildcard\n/gm;

for (const [title, built] of builds()) {
  test.each(CHECKERS)(`$format loads the export of ${title}`, ({ format, around, command }) => {
    const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-export-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const { files } = FORMATS[format]({ zones: () => zonesOf(built), hosted: () => [], origin: "A test" });
    for (const { name, text } of files) writeFileSync(join(directory, name), text);
    const main = join(directory, "main.conf");
    writeFileSync(main, around(directory, join(directory, files[0]?.name ?? "")));
    const [program, ...words] = command;
    const args = format === "knot" ? ["-c", main, "conf-check"] : [...words, main];
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
    const said = (stdout + stderr).replaceAll(WILDCARD_INSIDE, "");
    expect({ status, said }).toEqual({ status: 0, said: expect.not.stringMatching(/error|warning/i) });
  });
}

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type ExportOptions, exportRecords } from "../../src/cli/export.ts";
import { builder, LAB } from "./engine.ts";
import { Stage } from "./stage.ts";

async function run(options: ExportOptions, text: string = LAB): Promise<Stage & { readonly code: number }> {
  const stage = new Stage();
  const code = await exportRecords({ deployment: "lab.yaml", ...options }, stage.surroundings, {
    build: builder(text),
  });
  return Object.assign(stage, { code });
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-export-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test("export() writes every file into a directory that it makes", async () => {
  const directory = join(temporaryDirectory(), "deep", "below");
  const { stdout, code } = await run({ format: "nsd", directory });
  expect({ stdout, code }).toEqual({ stdout: `Wrote 3 files into ${directory}\n`, code: 0 });
  expect(readdirSync(directory).sort()).toEqual(["alpha.test.zone", "beta.test.zone", "xmpp-edge-dns.conf"]);
  expect(readFileSync(join(directory, "beta.test.zone"), "utf8")).toContain("$ORIGIN beta.test.\n");
});

test("export() says why it cannot write", async () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  const { stderr, stdout, code } = await run({ format: "zone", directory: file });
  expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  expect(stderr).toMatch(/^error: Cannot write into ".*file": EEXIST/);
});

test("export() prints no two files that belong apart", async () => {
  const { stderr, stdout, code } = await run({ format: "route53" });
  expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  expect(stderr).toBe(
    "error: Cannot print 2 files one after the other: name a zone with --zone, or a directory with --directory\n",
  );
});

test("export() prints the configuration of a name server alone", async () => {
  const { stdout, code } = await run({ format: "bind" });
  expect(code).toBe(0);
  expect(stdout).toContain('zone "alpha.test" { type primary; file "alpha.test.zone"; };\n');
  expect(stdout).not.toContain("$ORIGIN");
});

test("export() knows no such zone", async () => {
  const { stderr, code } = await run({ format: "json", zone: "gamma.test" });
  expect(code).toBe(2);
  expect(stderr).toBe('error: Cannot export "gamma.test": lab.yaml leads to no such zone\n');
});

test("export() of a broken deployment writes nothing", async () => {
  const { stdout, stderr, code } = await run({ format: "hosts" }, "sipDomains: 5\n");
  expect({ stdout, code }).toEqual({ stdout: "", code: 1 });
  expect(stderr).toContain("lab.yaml:1:13");
});

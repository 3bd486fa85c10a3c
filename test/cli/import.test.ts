import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { importDocuments } from "../../src/cli/import.ts";
import { readYaml } from "../../src/deployment/yaml-document.ts";
import { filesOf } from "../deployment/given.ts";
import { expectGenerated } from "../generated.ts";
import { outcomeOf } from "../lync/given.ts";
import { temporaryDirectory } from "../reload/lab.ts";
import { Stage } from "./stage.ts";

const CASES = fileURLToPath(new URL("../lync/cases/", import.meta.url));

/** The documents of a case, topologies first. */
function documentsOf(name: string): string[] {
  const names = readdirSync(join(CASES, name)).filter(
    (file) => !/^(?:deployment\.yaml|outcome\.txt)$/.test(file),
  );
  return names.toSorted(
    (one, other) => Number(other.startsWith("topology")) - Number(one.startsWith("topology")),
  );
}

/** Imports documents of a case, as from its own directory. */
async function importCase(name: string, options: Parameters<typeof importDocuments>[1] = {}) {
  const stage = new Stage();
  const paths = documentsOf(name).map((file) => join(CASES, name, file));
  const code = await importDocuments(paths, options, stage.surroundings);
  const text = (given: string) => given.replaceAll(join(CASES, name, "/"), "");
  return { code, stdout: text(stage.stdout), stderr: text(stage.stderr) };
}

describe("importDocuments() writes what a pointer to the documents means:", () => {
  /** Cases whose deployment.yaml says nothing of its own. */
  const same = ["single-edge", "ipv6", "nat-one-address", "single-cmdlets", "xmpp-off", "version-8"];

  test.each(same)("%s", async (name) => {
    const { code, stdout } = await importCase(name);
    expect(code).toBe(0);
    const records = (outcome: string) => outcome.slice(outcome.indexOf("\nRecords"));
    const pointed = readFileSync(join(CASES, name, "outcome.txt"), "utf8");
    expect(records(outcomeOf("d.yaml", filesOf({ "d.yaml": stdout })))).toBe(records(pointed));
  });
});

test.each(["two-sites", "nat-unsaid", "xmpp-off"])("importDocuments() of %s, word for word", async (name) => {
  const { stdout } = await importCase(name);
  expectGenerated(`test/cli/imported/${name}.yaml`, stdout);
});

test("importDocuments() says what the operator has still to give", async () => {
  const { code, stderr } = await importCase("nat-unsaid");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /"10\.45\.16\.11" of Edge Server "edge1\.corp\.contoso\.example".*under "publicAddresses"/,
  );
});

test("importDocuments() says why nothing is published from version 8 on", async () => {
  expect((await importCase("version-8")).stderr).toMatch(
    /^topology\.tbxml:\d+:\d+ {2}warning: Every Edge pool here has version 8/,
  );
});

test("importDocuments() never overwrites a file without --force", async () => {
  const output = join(temporaryDirectory(), "deployment.yaml");
  expect((await importCase("single-edge", { output })).code).toBe(0);
  writeFileSync(output, "mine");
  const refused = await importCase("single-edge", { output });
  expect(refused).toEqual({
    code: 2,
    stdout: "",
    stderr: `error: Cannot write "${output}": it is there already; --force replaces it\n`,
  });
  expect(readFileSync(output, "utf8")).toBe("mine");
  expect((await importCase("single-edge", { output, force: true })).code).toBe(0);
  expect(readFileSync(output, "utf8")).toMatch(/^# What is deployed, imported once from /);
});

test("importDocuments() says where it cannot write", async () => {
  const output = join(temporaryDirectory(), "none", "deployment.yaml");
  const { code, stderr } = await importCase("single-edge", { output });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: Cannot write ".*": ENOENT/);
});

test("importDocuments() writes nothing where one document of many is broken", async () => {
  const directory = temporaryDirectory();
  const [broken, output] = [join(directory, "broken.json"), join(directory, "deployment.yaml")];
  writeFileSync(broken, "{");
  const stage = new Stage();
  const documents = [join(CASES, "single-edge", "topology.tbxml"), broken, join(directory, "absent.json")];
  expect(await importDocuments(documents, { output }, stage.surroundings)).toBe(1);
  expect(stage.stderr).toMatch(
    /broken\.json:1:2 {2}Cannot read this as JSON[\s\S]*absent\.json {2}Cannot read /,
  );
  expect(existsSync(output)).toBe(false);
});

test("importDocuments() keeps to the limit of the settings", async () => {
  const { code, stderr } = await importCase("single-edge", { set: ["limits.deploymentFileSize=1KiB"] });
  expect(code).toBe(1);
  expect(stderr).toMatch(/octets, 1024 are allowed/);
});

test("importDocuments() writes names that YAML would misread as texts, and comments that end with their line", async () => {
  const directory = join(temporaryDirectory(), "a\nb");
  mkdirSync(directory);
  const path = join(directory, "export.json");
  const names = ["null", "1e3", "on", "0x1f", "123", "a: b", "{x}", "# y"];
  writeFileSync(
    path,
    JSON.stringify(names.map((name) => ({ Identity: `Tag:${name}`, Name: name, IsDefault: false }))),
  );
  const stage = new Stage();
  await importDocuments([path], {}, stage.surroundings);
  expect(readYaml("d.yaml", stage.stdout).read?.value).toMatchObject({ sipDomains: names });
});

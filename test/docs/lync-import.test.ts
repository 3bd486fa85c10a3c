/** docs/lync-import.md: its deployment file loads, and its commands run, on the documents of a synthetic deployment. */

import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { MAIN } from "../built.ts";
import { filesOf } from "../deployment/given.ts";
import { outcomeOf } from "../lync/given.ts";
import { runIn } from "../package.ts";
import { codeBlocks, ROOT, shellLines } from "../readme.ts";
import { temporaryDirectory } from "../reload/lab.ts";

const PAGE = readFileSync(new URL("docs/lync-import.md", ROOT), "utf8");
const DOCUMENTS = fileURLToPath(new URL("test/lync/cases/two-sites/", ROOT));
const NAMES = ["topology.tbxml", "lync-export.json"];

test("the deployment file of the page points at documents and wins over them", () => {
  const [yaml = ""] = codeBlocks("yaml", PAGE);
  const files = Object.fromEntries(NAMES.map((name) => [name, readFileSync(join(DOCUMENTS, name))]));
  const outcome = outcomeOf("d.yaml", filesOf({ ...files, "d.yaml": yaml }));
  expect(outcome).toContain("xmpp.contoso.example. 300 IN A 198.51.100.20");
  expect(outcome).not.toMatch(/error:|warning:/);
});

test("the commands of the page work", { timeout: 60_000 }, async () => {
  const directory = temporaryDirectory();
  for (const name of NAMES) cpSync(join(DOCUMENTS, name), join(directory, name));
  const main = fileURLToPath(new URL(MAIN, ROOT));
  const lines = shellLines(PAGE);
  expect(lines.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
    "npx xmpp-edge-dns import",
    "npx xmpp-edge-dns check",
    "npx xmpp-edge-dns records",
  ]);
  const said: string[] = [];
  for (const line of lines) {
    const { stdout, stderr } = await runIn(directory, ["node", main, ...line.split(" ").slice(2)]);
    said.push(stdout + stderr);
  }
  expect(said[0]).toMatch(/Wrote deployment\.yaml\n$/);
  expect(said[1]).toMatch(/deployment\.yaml: fine, /);
  expect(said[2]).toMatch(/_xmpp-server\._tcp\.contoso\.example/);
});

/** docs/zone-content.md keeps its word: each example is built, with the master files of the page beside it. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { build } from "../../src/reload/build.ts";
import { ask } from "../conformance/harness.ts";
import { filesOf, linesOf } from "../deployment/given.ts";

const PAGE = readFileSync("docs/zone-content.md", "utf8");

function blocks(language: string): string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(
    ([, text = ""]) => text,
  );
}

const MASTER_FILES = Object.fromEntries(
  blocks("zone").map((text) => [/^; (\S+)/.exec(text)?.[1] ?? "", text]),
);

function built(yaml: string) {
  const files = filesOf({ ...MASTER_FILES, "deployment.yaml": yaml });
  const result = build({ kind: "file", path: "deployment.yaml" }, files, { unixTime: 1_800_000_000 });
  if (!result.ok) throw new Error(linesOf(result.problems).join("\n"));
  const answer = (question: string) => ask(result.value.snapshot, { ask: question })?.answer;
  return { answer, said: linesOf(result.remarks) };
}

const [beside = "", whole = ""] = blocks("yaml");

test("there are as many examples as are tested", () => {
  expect([blocks("yaml"), blocks("zone"), blocks("text")].map(({ length }) => length)).toEqual([2, 3, 1]);
});

test("records beside the deployment", () => {
  const { answer } = built(beside);
  expect(answer("contoso.com. MX")).toEqual(["contoso.com. 3600 MX 10 mail.contoso.com."]);
  expect(answer("10.113.0.203.in-addr.arpa. PTR")).toEqual([
    "10.113.0.203.in-addr.arpa. 3600 PTR xmpp.contoso.com.",
  ]);
  expect(answer("101.113.0.203.in-addr.arpa. PTR")).toEqual([
    "101.113.0.203.in-addr.arpa. 3600 PTR dhcp-101.contoso.com.",
  ]);
  expect(answer("113.0.203.in-addr.arpa. NS")).toEqual([
    "113.0.203.in-addr.arpa. 3600 NS ns1.provider.example.",
  ]);
});

test("a master file: its SOA and NS records, what it includes, and who gives way", () => {
  const { answer, said } = built(whole);
  expect(answer("contoso.com. SOA")).toEqual([
    "contoso.com. 3600 SOA ns1.contoso.com. hostmaster.contoso.com. 2026112201 7200 900 1209600 300",
  ]);
  expect(answer("mail.contoso.com. A")).toEqual(["mail.contoso.com. 3600 A 203.0.113.25"]);
  expect(answer("xmpp.contoso.com. A")).toEqual(["xmpp.contoso.com. 300 A 203.0.113.10"]);
  expect(said).toEqual(expect.arrayContaining(blocks("text").map((text) => text.trimEnd())));
});

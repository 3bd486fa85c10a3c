/** docs/lab.md keeps its word: each example is built, in a network where the names of the page resolve. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildWithHosts } from "../../src/reload/observed-build.ts";
import { ask } from "../conformance/harness.ts";
import { filesOf, linesOf } from "../deployment/given.ts";
import { Lab } from "../observe/network.ts";

const PAGE = readFileSync("docs/lab.md", "utf8");
const EXAMPLES = [...PAGE.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text);
const [hosts = "", down = "", services = "", times = ""] = EXAMPLES;

async function built(yaml: string): Promise<(question: string) => readonly string[] | undefined> {
  const network = new Lab();
  network.names.set("prosody-alpha", ["10.5.0.10"]);
  network.names.set("ejabberd-1", ["10.5.0.11"]).set("ejabberd-2", ["10.5.0.12"]);
  const files = filesOf({ "deployment.yaml": yaml });
  const source = { kind: "file", path: "deployment.yaml" } as const;
  const result = await buildWithHosts(source, files, { unixTime: 1_800_000_000 }, network);
  if (!result.ok) throw new Error(linesOf(result.problems).join("\n"));
  return (question) => {
    const reply = ask(result.value.snapshot, { ask: question });
    return reply && [...reply.answer, ...reply.authority].sort();
  };
}

test("there are as many examples as are tested", () => expect(EXAMPLES).toHaveLength(4));

test("servers by host name", async () => {
  const answer = await built(hosts);
  expect(answer("xmpp.alpha.example. A")).toEqual(["xmpp.alpha.example. 30 A 10.5.0.10"]);
  expect(answer("xmpp.beta.example. A")).toEqual([
    "xmpp.beta.example. 30 A 10.5.0.11",
    "xmpp.beta.example. 30 A 10.5.0.12",
  ]);
});

test("servers that are down: the TTL", async () => {
  expect((await built(down))("xmpp.beta.example. AAAA")).toEqual(["xmpp.beta.example. 15 AAAA fd99::12"]);
});

test("every record of the table", async () => {
  const answer = await built(services);
  const ports = {
    "_xmpps-server._tcp": 5270,
    "_xmpp-client._tcp": 5222,
    "_xmpps-client._tcp": 443,
    "_xmpp-server._tcp.conference": 5269,
    "_xmpps-server._tcp.upload": 5270,
  };
  for (const [labels, port] of Object.entries(ports))
    expect(answer(`${labels}.alpha.example. SRV`)).toEqual([
      `${labels}.alpha.example. 3600 SRV 0 0 ${port} xmpp.alpha.example.`,
    ]);
  expect(answer("conference.alpha.example. A")).toEqual(["conference.alpha.example. 300 A 10.5.0.10"]);
});

test("times that suit a lab", async () => {
  const answer = await built(times);
  expect(answer("xmpp.alpha.example. A")).toEqual(["xmpp.alpha.example. 10 A 10.5.0.10"]);
  expect(answer("nobody.alpha.example. A")).toEqual([expect.stringMatching(/^alpha\.example\. 5 SOA /)]);
});

/** Wrong tokens, reloads and faults over HTTP left no trace of who sent them. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type RunningProcess, startProcess } from "../e2e/process.ts";
import { labText, temporaryDirectory } from "../reload/lab.ts";

const TOKEN = "correct-horse-battery-staple";

async function start(...settings: readonly string[]): Promise<RunningProcess & { readonly url: string }> {
  const directory = temporaryDirectory();
  const path = join(directory, "deployment.yaml");
  writeFileSync(path, labText("192.0.2.1", "alpha.test"));
  writeFileSync(join(directory, "token"), `${TOKEN}\n`);
  const set = [`admin.tokenFile=${join(directory, "token")}`, ...settings].flatMap((text) => ["--set", text]);
  const running = await startProcess(["--deployment", path, ...set]);
  const { url } = await running.line(/^Status page on/);
  return { ...running, url: String(url) };
}

test("who sends a wrong token is said and counted, a few times a minute and never with the token", async () => {
  const running = await start("admin.tokenFor=all");
  for (let n = 0; n < 15; n++) {
    const headers = { authorization: "Bearer a-guess-that-is-wrong" };
    expect((await fetch(`${running.url}api/v1/status`, { headers })).status).toBe(401);
  }
  expect((await fetch(running.url)).status).toBe(401);
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect((await fetch(running.url, { headers })).status).toBe(200);
  const metrics = await (await fetch(`${running.url}metrics`)).text();
  expect(metrics).toContain("xmpp_edge_dns_admin_wrong_tokens_total 15\n");
  expect(await running.stop()).toBe(0);
  const told = running.lines.filter(({ msg }) => msg.startsWith("Somebody has sent a wrong token"));
  expect(told).toHaveLength(10);
  expect(told[0]).toMatchObject({ level: "warn", client: "127.0.0.1" });
  expect(JSON.stringify(running.lines)).not.toMatch(/a-guess|correct-horse/);
});

test("who reloads, and who puts in a fault and which, is said", async () => {
  const running = await start("lab.faults=true");
  await fetch(`${running.url}api/v1/reload`, { method: "POST" });
  expect(await running.line(/^Reloading, as asked over HTTP/)).toMatchObject({ client: "127.0.0.1" });
  const fault = { fault: "rcode", rcode: "SERVFAIL", owner: "*.alpha.test", type: "SRV" };
  await fetch(`${running.url}api/v1/lab/faults/broken`, {
    method: "PUT",
    body: JSON.stringify(fault),
    headers: { "content-type": "application/json" },
  });
  expect(await running.line(/^Answers are wrong on purpose/)).toMatchObject({
    client: "127.0.0.1",
    fault: "broken",
    does: fault,
  });
  expect(await (await fetch(`${running.url}api/v1/lab/faults`)).json()).toEqual({
    faults: [{ id: "broken", source: "test", ...fault, met: 0, struck: 0, dropped: 0, usedUp: false }],
  });
  await fetch(`${running.url}api/v1/lab/faults/broken`, { method: "DELETE" });
  expect(await running.line(/^A fault was removed/)).toMatchObject({ client: "127.0.0.1", fault: "broken" });
  expect(await running.stop()).toBe(0);
});

test("a token that everybody is asked for and nobody has set opens nothing", async () => {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, labText("192.0.2.1", "alpha.test"));
  const running = await startProcess(["--deployment", path, "--set", "admin.tokenFor=all"]);
  await running.line(/^Cannot ask everybody for a token/);
  expect(await running.stop()).toBe(0);
});

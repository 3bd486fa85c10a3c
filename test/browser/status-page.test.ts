/** The status page as people see it, read it and use it. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { MAIN } from "../built.ts";
import { requestOf } from "../conformance/harness.ts";
import { runIn } from "../package.ts";
import { askUdp } from "../transport/clients.ts";
import { DEPLOYMENT, launch, openTab, startServer, untilLive } from "./chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** The texts of the cells of the DNS summary, SIP domains' own lines left out. */
function tableOf(page: Page): Promise<string[][]> {
  return page
    .locator("table.records tbody tr:not(.domain)")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("td")].map(({ textContent }) => textContent ?? "")),
    );
}

test("the table is that of `records`", async () => {
  const { url, path } = await startServer();
  const { page, complaints } = await openTab(browser, url);
  const { stdout } = await runIn(process.cwd(), [process.execPath, MAIN, "records", "--deployment", path]);
  const [table = "", unpublished = ""] = stdout.split(/\nNot published:\n/);
  const rows = table
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/ {2,}/));
  expect(await tableOf(page)).toEqual(rows);
  expect(rows).toHaveLength(8);
  const reason = await page.locator("tr.domain", { hasText: "litwareinc.com" }).innerText();
  const [, sentence = ""] = /litwareinc\.com: (.*)/.exec(unpublished) ?? [];
  expect(reason.toLowerCase()).toContain(sentence.toLowerCase());
  expect(complaints).toEqual([]);
});

test("a broken deployment appears by itself, with file, line and text; so does its cure", async () => {
  const { server, url, path, write } = await startServer();
  const { page, complaints } = await openTab(browser, url);
  await untilLive(page);
  write(DEPLOYMENT.replace("203.0.113.10", "203.0.113.300"));
  await server.line(/cannot be used/);
  const verdict = page.getByRole("status").filter({ hasText: "Serving the last good version" });
  await verdict.waitFor(); // two seconds are promised, a busy machine is allowed more
  const entry = page.locator("#refusal li", { hasText: "refused" });
  expect(await entry.innerText()).toContain(`${path}:10:`);
  expect(await entry.locator("mark").first().innerText()).toContain("203.0.113.300");
  expect(await tableOf(page)).toContainEqual(expect.arrayContaining(["203.0.113.10"]));

  write(DEPLOYMENT.replace("203.0.113.10", "203.0.113.30"));
  await server.line(/^Reloaded/);
  await page.getByRole("cell", { name: "203.0.113.30", exact: true }).first().waitFor();
  await page.getByRole("status").filter({ hasText: "What is served is what the deployment says." }).waitFor();
  expect(complaints).toEqual([]);
});

test("what is answered appears by itself", async () => {
  const { server, url } = await startServer();
  const { page, complaints } = await openTab(browser, url);
  await untilLive(page);
  const stop = setInterval(
    () => void askUdp("127.0.0.1", server.port, requestOf({ ask: "xmpp.contoso.com. A" })),
    20,
  );
  onTestFinished(() => clearInterval(stop));
  await page.locator(".legend li", { hasText: /^\s*A [1-9]/ }).waitFor();
  await page.locator(".legend li", { hasText: /NOERROR [1-9]/ }).waitFor();
  expect(complaints).toEqual([]);
});

test("all of it is there without JavaScript", async () => {
  const { server, url, write } = await startServer();
  write("edgePools: [");
  await server.line(/cannot be used/);
  const { page, complaints } = await openTab(browser, url, { javaScriptEnabled: false });
  await page.getByText("Serving the last good version").waitFor();
  expect(await page.locator("#refusal pre").count()).toBeGreaterThan(0);
  expect(await page.locator("table.records tbody").count()).toBe(3);
  expect(await page.locator("svg[role=img]").count()).toBe(2);
  await page.getByRole("searchbox", { name: "SIP domain" }).fill("fabri");
  await page.getByRole("button", { name: "Find" }).click();
  await page.waitForURL("**/?search=fabri");
  expect(await page.locator("tr.domain .name").allInnerTexts()).toEqual(["fabrikam.com"]);
  expect(complaints).toEqual([]);
});

test("the keyboard gets everywhere, in the order of the page", async () => {
  const { url } = await startServer();
  const { page } = await openTab(browser, url);
  const stops: string[] = [];
  for (let at = 0; at < 12; at++) {
    await page.keyboard.press("Tab");
    stops.push(
      await page.evaluate(() => {
        const { activeElement: element } = document;
        return (
          element?.getAttribute("aria-label") ?? element?.getAttribute("aria-labelledby") ?? element?.id ?? ""
        );
      }),
    );
    if (at === 0) expect(await page.locator(":focus").innerText()).toBe("Skip to the records");
  }
  expect(stops.slice(1, 5)).toEqual([
    "search",
    "",
    "Table of records",
    "Edge Servers of edgepool1.contoso.com",
  ]);
});

test("the skip link leads to the records", async () => {
  const { url } = await startServer();
  const { page } = await openTab(browser, url);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("search");
});

test("what somebody types, and where the focus is, outlives a reload", async () => {
  const { server, url, write } = await startServer();
  const { page } = await openTab(browser, url);
  await untilLive(page);
  await page.getByRole("searchbox", { name: "SIP domain" }).fill("half a na");
  write(DEPLOYMENT.replace("203.0.113.10", "203.0.113.30"));
  await server.line(/^Reloaded/);
  await page.getByRole("cell", { name: "203.0.113.30", exact: true }).first().waitFor();
  expect(await page.getByRole("searchbox", { name: "SIP domain" }).inputValue()).toBe("half a na");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("search");
});

test("text of a broken file is shown, not obeyed", async () => {
  const { server, url, write } = await startServer();
  const { page, complaints } = await openTab(browser, url);
  await untilLive(page);
  write(`sipDomains: ["<img src=x onerror=document.title='owned'>"]\nedgePools: []\n`);
  await server.line(/cannot be used/);
  await page.locator("#refusal mark", { hasText: "<img" }).first().waitFor();
  expect(await page.locator("main img").count()).toBe(0);
  expect(complaints).toEqual([]);
});

describe("nobody else's page", () => {
  test("makes the server reload, or reads from it", async () => {
    const { server, url } = await startServer();
    const foreign = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<form id="form" method="post" action="${url}api/v1/reload"></form>`);
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void foreign.close());
    await once(foreign, "listening");
    const address = foreign.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const { page } = await openTab(browser, `http://127.0.0.1:${port}/`);
    const attempts = await page.evaluate(async (target) => {
      const tries = [
        fetch(`${target}api/v1/reload`, { method: "POST" }),
        fetch(`${target}api/v1/reload`, { method: "POST", mode: "no-cors" }),
        fetch(`${target}api/v1/reload`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: "{}",
        }),
        fetch(`${target}api/v1/deployment`),
      ];
      const ends = await Promise.allSettled(tries);
      return ends.map((end) => (end.status === "rejected" ? "rejected" : end.value.type));
    }, url);
    expect(attempts).toEqual(["rejected", "rejected", "rejected", "rejected"]);
    const [response] = await Promise.all([
      page.waitForResponse("**/api/v1/reload"),
      page.evaluate("document.getElementById('form').submit()"),
    ]);
    expect(response.status()).toBe(403);
    expect(server.lines.filter(({ msg }) => /^Reload/.test(msg))).toEqual([]);
  });
});

describe("axe finds nothing to complain of", () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const cases = (["light", "dark"] as const).flatMap((colorScheme) =>
    [1_200, 390].map((width) => ({ colorScheme, viewport: { width, height: 800 } })),
  );
  test.each(cases)("$colorScheme, $viewport.width wide", async (options) => {
    const { server, url, write } = await startServer();
    write(DEPLOYMENT.replace("203.0.113.10", "203.0.113.300"));
    await server.line(/cannot be used/);
    const { page } = await openTab(browser, url, options);
    await untilLive(page);
    await page.evaluate(axe);
    const found: unknown = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))",
    );
    expect(found).toEqual([]);
  });
});

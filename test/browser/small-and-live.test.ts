/** The status page on narrow screens, in forced colours, and while something changes that is no reload. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, openTab, type Stage, startServer, untilLive } from "./chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const ONE = `edgePools: [{ fqdn: edgepool1.contoso.com, servers: [203.0.113.10] }]
sipDomains: [contoso.com]
`;

/** Nobody listens on that port. */
const DOWN = `edgePools:
  - fqdn: an-edge-pool-with-a-long-name-of-its-own.internal.contoso.com
    xmppPort: 1
    servers: [127.0.0.1, 127.0.0.2, { host: no-such-host-in-the-whole-world.invalid }]
    health: { interval: 1, timeout: 0.5, down: 2, up: 2 }
sipDomains: [contoso.com]
`;

async function downStage(): Promise<Stage> {
  const stage = await startServer(DOWN);
  await stage.server.line(/ is down: /);
  await stage.server.line(/ is down: .* stays in the answers/);
  return stage;
}

async function brokenStage(): Promise<Stage> {
  const stage = await startServer(ONE);
  stage.write(`${ONE}zones: { "${"a-long-label-that-is-no-name-".repeat(5)}": [] }\n`);
  await stage.server.line(/cannot be used/);
  return stage;
}

const WIDTHS = [320, 375, 640, 850, 1_280];

/** How far the page reaches to the side, and whether its form stays in its card. */
async function overflowOf(page: Page, width: number): Promise<readonly [number, boolean]> {
  await page.setViewportSize({ width, height: 800 });
  const reach = await page.evaluate(() => document.documentElement.scrollWidth);
  const form = page.getByRole("button", { name: "Find" });
  const [button, card] = [await form.boundingBox(), await page.locator("#records").boundingBox()];
  const isInside = button !== null && card !== null && button.x + button.width < card.x + card.width;
  return [reach, isInside];
}

test.each([
  ["one SIP domain", () => startServer(ONE)],
  ["a Lync deployment", () => startServer()],
  ["a broken deployment", brokenStage],
  ["a pool that is down", downStage],
])("nothing reaches over the edge of a narrow screen: %s", async (_, stage) => {
  const { url } = await stage();
  const { page } = await openTab(browser, url);
  await untilLive(page);
  const found: unknown[] = [];
  for (const width of WIDTHS) found.push([width, ...(await overflowOf(page, width))]);
  expect(found).toEqual(WIDTHS.map((width) => [width, width, true]));
});

/** Cells of tables that are not whole within their region, by their text. */
function hiddenCells(page: Page): Promise<string[]> {
  return page.locator(".scroll").evaluateAll((regions) =>
    regions.flatMap((region) => {
      const { left, right } = region.getBoundingClientRect();
      return [...region.querySelectorAll("td, tbody th")]
        .filter((cell) => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          const box = range.getBoundingClientRect();
          return box.left < left - 1 || box.right > right + 1;
        })
        .map(({ textContent }) => textContent ?? "");
    }),
  );
}

test.each([320, 375, 640])("all cells of the tables are to be seen on a screen %d wide", async (width) => {
  for (const { url } of [await startServer(), await downStage()]) {
    const { page } = await openTab(browser, url, { viewport: { width, height: 800 } });
    await untilLive(page);
    expect(await hiddenCells(page)).toEqual([]);
    expect(await page.locator("#pools tbody tr").first().innerText()).toContain("published");
    expect(await page.getByRole("table").count()).toBe(2); // to those who hear it, it is one all the same
  }
});

test("what somebody has unfolded stays so while the page goes on", async () => {
  const { server, url, write } = await startServer(ONE);
  const change = async (last: number): Promise<void> => {
    write(ONE.replace("203.0.113.10", `203.0.113.${last}`));
    await server.line(/^Reloaded/);
  };
  for (let last = 20; last < 26; last++) await change(last);
  const { page } = await openTab(browser, url);
  await untilLive(page);
  expect(await page.locator("#reloads li:visible").count()).toBe(5);
  await page.getByText("2 earlier").click();
  expect(await page.locator("#reloads li:visible").count()).toBe(7);
  await change(30);
  await page.getByText("3 earlier").waitFor();
  expect(await page.locator("#reloads li:visible").count()).toBe(8);
});

test("the death of an Edge Server appears by itself, the last one's too", async () => {
  const { url, server } = await startServer(DOWN);
  const { page, complaints } = await openTab(browser, url);
  await untilLive(page);
  await server.line(/ is down: /);
  await server.line(/ is down: .* stays in the answers/);
  await page.getByText("127.0.0.1 does not answer: the connection is refused").waitFor();
  await page.getByText("127.0.0.2 does not answer: the connection is refused").waitFor();
  await page.getByRole("status").filter({ hasText: "Serving, with remarks" }).waitFor();
  await page.getByText("does not resolve").first().waitFor();
  expect(complaints).toEqual([]);
});

test("text that somebody has selected outlives what changes elsewhere on the page", async () => {
  const { url } = await brokenStage();
  const { page } = await openTab(browser, url);
  await untilLive(page);
  const selected = () => page.evaluate(() => String(getSelection()));
  await page.locator("#refusal .message").first().selectText();
  const before = await selected();
  expect(before).toContain("a-long-label");
  await page.evaluate(() => fetch("/api/v1/reload", { method: "POST" }));
  await page.locator("#refusal .again", { hasText: "× 2" }).waitFor();
  expect(await selected()).toBe(before);
});

describe("in forced colours", () => {
  test.each(["light", "dark"] as const)("the dot and the legend can be seen: %s", async (colorScheme) => {
    const { url } = await startServer(ONE);
    const { page } = await openTab(browser, url, { forcedColors: "active", colorScheme });
    const seen = await page.evaluate(() => {
      const colourOf = (element: Element | null) => element && getComputedStyle(element).backgroundColor;
      const card = colourOf(document.querySelector("section"));
      const marks = [...document.querySelectorAll(".dot, .swatch")];
      return { marks: marks.length, unseen: marks.filter((mark) => colourOf(mark) === card).length };
    });
    expect(seen.unseen).toBe(0);
    expect(seen.marks).toBeGreaterThan(2);
  });
});

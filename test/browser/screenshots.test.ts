/** The pictures of the status page in README.md and docs/operations.md. */

import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { requestOf } from "../conformance/harness.ts";
import { DEPLOYMENT, launch, openTab, startServer, untilLive } from "./chromium.ts";

const PICTURES = [
  { file: "docs/status-page.png", colorScheme: "light", height: 960, from: "body" },
  { file: "docs/status-page-dark.png", colorScheme: "dark", height: 860, from: "#records" },
] as const;

const WIDTH = 1_080;

/** Questions as a server in the field gets them, more and fewer by turns. */
const QUESTIONS = [
  ...Array<string>(8).fill("_xmpp-server._tcp.contoso.com. SRV"),
  ...Array<string>(4).fill("_xmpp-server._tcp.fabrikam.com. SRV"),
  ...Array<string>(6).fill("xmpp.contoso.com. A"),
  ...Array<string>(5).fill("xmpp.contoso.com. AAAA"),
  "contoso.com. SOA",
  "_xmpp-client._tcp.contoso.com. SRV",
  "example.org. A",
  "contoso.com. MX",
];

function ask(port: number): void {
  const socket = createSocket("udp4");
  let [tick, asked] = [0, 0];
  const timer = setInterval(() => {
    tick++;
    const wave = 6 + 3 * Math.sin(tick / 300) + 2 * Math.sin(tick / 47) + Math.random() * 2;
    for (let n = 0; n < wave; n++) {
      const question = QUESTIONS[asked++ % QUESTIONS.length] ?? "";
      socket.send(requestOf({ ask: question }), port, "127.0.0.1");
    }
  }, 20);
  onTestFinished(() => {
    clearInterval(timer);
    socket.close();
  });
}

/** Has the page say "config" for a directory of its own, whenever it is asked for. */
async function showAs(tab: Page, url: string, directory: string): Promise<void> {
  await tab.route(url, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replaceAll(directory, "config") });
  });
}

test.runIf(process.env.UPDATE_SCREENSHOTS === "1")("make the pictures", { timeout: 300_000 }, async () => {
  const { server, url, path, write } = await startServer();
  ask(server.port);
  const moment = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  await moment(95);
  write(DEPLOYMENT.replace("203.0.113.10", "203.0.113.14"));
  await server.line(/^Reloaded/);
  await moment(25);
  write(DEPLOYMENT.replace("203.0.113.11", "203.0.113.311"));
  await server.line(/cannot be used/);
  await moment(5);
  const browser = await launch();
  onTestFinished(() => browser.close());
  for (const { file, colorScheme, height, from } of PICTURES) {
    const options = { colorScheme, viewport: { width: WIDTH, height } };
    const { page } = await openTab(browser, url, options, (tab) => showAs(tab, url, dirname(path)));
    await untilLive(page);
    await page.locator(from).evaluate((element) => element.scrollIntoView());
    await page.screenshot({ path: file });
  }
});

describe.each(PICTURES)("$file", ({ file, height }) => {
  test("is a small PNG of the size that is wanted (UPDATE_SCREENSHOTS=1 makes it)", () => {
    const octets = readFileSync(file);
    expect(octets.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect([octets.readUInt32BE(16), octets.readUInt32BE(20)]).toEqual([WIDTH, height]); // IHDR
    expect(octets.length).toBeLessThan(200_000);
  });
});

/** Chromium on the status page of a server of ours; whatever it complains of is remembered. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { type RunningProcess, startProcess } from "../e2e/process.ts";
import { temporaryDirectory } from "../reload/lab.ts";

/** A deployment in which one SIP domain is published and another is not, and one Edge Server is drained. */
export const DEPLOYMENT = `accessEdge: { allowFederatedUsers: true }
sites:
  - { name: Redmond, xmppFederationRoute: edgepool1.contoso.com }
edgePools:
  - fqdn: edgepool1.contoso.com
    site: Redmond
    accessEdgeFqdn: sip.contoso.com
    xmppPort: 5269
    servers:
      - { fqdn: edge1.contoso.com, addresses: [203.0.113.10, "2001:db8::10"] }
      - { fqdn: edge2.contoso.com, addresses: [10.45.16.11], publicAddresses: [203.0.113.11] }
      - { fqdn: edge3.contoso.com, addresses: [203.0.113.12], drained: true }
sipDomains:
  - { name: contoso.com, default: true }
  - fabrikam.com
  - litwareinc.com
externalAccessPolicies:
  - { identity: Global, enableFederationAccess: true, enableXmppAccess: false }
  - { identity: "Tag:XmppUsers", enableFederationAccess: true, enableXmppAccess: true }
userGroups:
  - { sipDomain: contoso.com, site: Redmond, policy: "Tag:XmppUsers", count: 120 }
  - { sipDomain: fabrikam.com, site: Redmond, policy: "Tag:XmppUsers", count: 8 }
  - { sipDomain: litwareinc.com, site: Redmond, count: 31 }
xmppAllowedPartners:
  - { domain: jabber.example, partnerType: Federated, tlsNegotiation: Required }
`;

export interface Stage {
  readonly server: RunningProcess;
  readonly url: string;
  readonly path: string;
  write(text: string): void;
}

/** A server on a deployment of its own. */
export async function startServer(text = DEPLOYMENT): Promise<Stage> {
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, text);
  const server = await startProcess(["--deployment", path, "--set", "reload.interval=20ms"]);
  const { url } = await server.line(/^Status page on/);
  return { server, path, url: String(url), write: (changed) => writeFileSync(path, changed) };
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with an empty profile. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
}

export interface Tab {
  readonly page: Page;
  /** Console errors, exceptions, failed requests and violations of the page's policy. */
  readonly complaints: readonly string[];
}

/** Opens a page; `prepare` is called before it is asked for. */
export async function openTab(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Tab> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text()); // policy violations are among them
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  await prepare(page);
  await page.goto(url);
  return { page, complaints };
}

/** Waits until the page follows the server. */
export async function untilLive(page: Page): Promise<void> {
  await page.getByText("live", { exact: true }).waitFor();
}

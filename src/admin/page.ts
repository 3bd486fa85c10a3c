/** The status page: for people who would rather look than read. Whole without JavaScript. */

import type {
  DeploymentDescription,
  EdgePoolDescription,
  EdgeServerDescription,
  Page,
  PageQuery,
  SipDomainDescription,
} from "../reload/description.ts";
import type { HistoryEntry } from "../reload/history.ts";
import { rateText, stackedChart } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { reloadsSection } from "./page-reloads.ts";
import type { Rates } from "./rates.ts";
import type { Readiness } from "./readiness.ts";
import type { AdminEndpoint, EdgeHealth, ServerState } from "./sources.ts";
import { capitalized, numberText, timeOf } from "./wording.ts";

/** What the page shows. */
export interface PageContent {
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly state: ServerState;
  readonly readiness: Readiness;
  readonly rates: Rates;
  readonly entries: readonly HistoryEntry[];
  /** Why there is nothing to show, where the version in force cannot be described. */
  readonly described: Described | string;
  readonly query: PageQuery;
  /** Edge Servers that somebody checks. */
  readonly health: readonly EdgeHealth[];
}

export interface Described {
  readonly deployment: DeploymentDescription;
  readonly page: Page<SipDomainDescription>;
}

/** Everything between `<!doctype html>` and `</html>`. `data-live` parts are those that page.js replaces. */
export function statusPage(content: PageContent): string {
  const { version, state, readiness, rates, entries } = content;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${verdictOf(readiness, state).word} · xmpp-edge-dns</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/page.css">
<script src="/assets/page.js" defer></script>
</head>
<body>
<a class="skip" href="#records">Skip to the records</a>
<header>
<div class="title"><h1>xmpp-edge-dns</h1><p>${version} · ${endpointsText(state.endpoints)}</p></div>
<p id="live" class="live" hidden>live</p>
</header>
<main>
<section id="state" data-live aria-labelledby="state-heading">${stateSection(content)}</section>
<section aria-labelledby="traffic-heading">
<h2 id="traffic-heading">Answers</h2>
<div id="traffic">${trafficPart(rates, state)}</div>
</section>
<section id="reloads" data-live aria-labelledby="reloads-heading">${reloadsSection(entries, state.isCurrent)}</section>
<section aria-labelledby="records-heading" id="records" tabindex="-1">${recordsSection(content)}</section>
<section id="pools" data-live aria-labelledby="pools-heading">${poolsSection(content)}</section>
</main>
<footer>
<p><a href="/metrics">Metrics</a> · <a href="/readyz">Readiness</a> · <a href="/api/v1/status">Status</a> · <a href="/api/v1/records">Records</a> · <a href="/api/v1/zones">Zones</a> <span>as data</span></p>
<noscript><p>Without JavaScript this page shows the moment at which it was loaded.</p></noscript>
</footer>
</body>
</html>
`.toString();
}

/** The part of the page that is sent anew every second. */
export function trafficPart({ answers, byType, byRcode }: Rates, { tcpConnections }: ServerState): Html {
  return html`<p class="figure"><b>${rateText(answers.at(-1) ?? 0)}</b> answers per second · ${numberText(tcpConnections)} TCP ${tcpConnections === 1 ? "connection" : "connections"}</p>
<div class="charts">${stackedChart("By type of query", byType)}${stackedChart("By response code", byRcode)}</div>`;
}

interface Verdict {
  readonly kind: "good" | "warning" | "bad";
  readonly word: string;
  readonly sentence: string;
}

function verdictOf({ isReady, reasons }: Readiness, { isCurrent }: ServerState): Verdict {
  if (!isReady) return { kind: "bad", word: "Not ready", sentence: `${capitalized(reasons.join("; "))}.` };
  if (isCurrent)
    return { kind: "good", word: "Serving", sentence: "What is served is what the deployment says." };
  return {
    kind: "warning",
    word: "Serving the last good version",
    sentence: "The deployment on disk is broken; what is wrong with it stands under Reloads.",
  };
}

function stateSection({ state, readiness, startedAt, described }: PageContent): Html {
  const { kind, word, sentence } = verdictOf(readiness, state);
  const { workers } = state;
  const facts: readonly (readonly [string, string])[] = [
    ["SIP domains published", typeof described === "string" ? "–" : publishedText(described.deployment)],
    ["Zones", numberText(state.zones)],
    ["RRsets", numberText(state.rrsets)],
    ["UDP threads", `${workers.answering} of ${workers.wanted}`],
  ];
  return html`<h2 id="state-heading" class="unseen">State</h2>
<div class="verdict ${kind}" role="status"><p><span class="dot" aria-hidden="true"></span>${word}</p> <p class="sentence">${sentence}</p></div>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}<div><dt>Since</dt><dd>${timeOf(startedAt)}</dd></div></dl>`;
}

function publishedText({ published, sipDomains }: DeploymentDescription): string {
  return published === sipDomains
    ? numberText(published)
    : `${numberText(published)} of ${numberText(sipDomains)}`;
}

function recordsSection({ described, query }: PageContent): Html {
  const heading = html`<h2 id="records-heading">DNS summary</h2>`;
  if (typeof described === "string")
    return html`${heading}<div id="records-part" data-live><p>Cannot be shown: ${described}.</p></div>`;
  const { deployment, page } = described;
  const search = query.search;
  return html`<div class="heading-line">${heading}
<form role="search" action="/" method="get"><label for="search">SIP domain</label> <input id="search" type="search" name="search" value="${search}" maxlength="255" autocomplete="off" spellcheck="false"> <button>Find</button></form></div>
<div id="records-part" data-live>
${deployment.everyListed !== undefined && html`<p class="hint">${capitalized(deployment.everyListed)}.</p>`}
${recordsTable(page, search)}${paging(page, query)}</div>`;
}

function recordsTable({ items, found }: Page<SipDomainDescription>, search: string): Html {
  if (items.length === 0)
    return html`<p>${search === "" || found > 0 ? "No SIP domain is listed here." : html`No SIP domain has “${search}” in its name.`}</p>`;
  return html`<div class="scroll" role="region" aria-label="Table of records" tabindex="0"><table class="records">
<caption>What each SIP domain needs in the DNS, as in Microsoft’s “DNS summary” for XMPP federation</caption>
<thead><tr><th scope="col">Location/Type/Port</th><th scope="col">FQDN</th><th scope="col">Maps to</th><th scope="col">Comments</th></tr></thead>
${items.map(sipDomainRows)}
</table></div>`;
}

function sipDomainRows({ sipDomain, published, reason, rows }: SipDomainDescription): Html {
  const badge = published
    ? html`<span class="badge good">published</span>`
    : html`<span class="badge off">not published</span>`;
  return html`<tbody>
<tr class="domain"><th colspan="4" scope="rowgroup"><span class="name">${sipDomain}</span> ${badge} <span class="reason">${capitalized(reason)}</span></th></tr>
${rows.map(
  ({ locationTypePort, fqdn, mapsTo, comment }) =>
    html`<tr><td>${locationTypePort}</td><td class="dns">${fqdn}</td><td class="dns">${mapsTo}</td><td>${comment}</td></tr>`,
)}
</tbody>`;
}

function paging({ offset, items, found }: Page<SipDomainDescription>, { limit, search }: PageQuery): Html {
  if (found <= limit && offset === 0) return html``;
  const last = offset + items.length;
  const previous = offset > 0 && link("Previous", Math.max(0, offset - limit), search);
  const next = last < found && link("Next", last, search);
  const from = items.length === 0 ? 0 : offset + 1;
  return html`<nav class="paging" aria-label="SIP domains">${previous} <span>${numberText(from)}–${numberText(last)} of ${numberText(found)}</span> ${next}</nav>`;
}

function link(word: string, offset: number, search: string): Html {
  const parameters = new URLSearchParams({ offset: String(offset), ...(search === "" ? {} : { search }) });
  return html`<a href="/?${parameters.toString()}#records">${word}</a>`;
}

function poolsSection({ described, health }: PageContent): Html {
  const heading = html`<h2 id="pools-heading">Edge pools</h2>`;
  if (typeof described === "string") return html`${heading}<p>Cannot be shown: ${described}.</p>`;
  const { edgePools, edgePoolCount } = described.deployment;
  const more = edgePoolCount - edgePools.length;
  return html`${heading}
${edgePools.length === 0 ? html`<p>There is none.</p>` : html`<div class="pools">${edgePools.map((pool) => poolArticle(pool, health))}</div>`}
${more > 0 && html`<p>And ${numberText(more)} more.</p>`}`;
}

function poolArticle(pool: EdgePoolDescription, health: readonly EdgeHealth[]): Html {
  const checked = health.filter((one) => one.pool === pool.fqdn);
  const { fqdn, site, accessEdgeFqdn, xmppPort, loadBalancing, vips, servers } = pool;
  const facts = [
    site !== undefined && `site ${site}`,
    accessEdgeFqdn !== undefined && `Access Edge ${accessEdgeFqdn}`,
    xmppPort === undefined ? "XMPP federation not enabled" : `XMPP port ${xmppPort}`,
    loadBalancing === "hardware" ? `hardware load balancer ${vips.join(", ")}` : "DNS load balancing",
  ].filter((fact) => fact !== false);
  return html`<article><h3>${fqdn}</h3><p>${facts.join(" · ")}</p>
<div class="scroll" role="region" aria-label="Edge Servers of ${fqdn}" tabindex="0"><table><thead><tr><th scope="col">Edge Server</th><th scope="col">Access Edge address</th><th scope="col">Public address</th><th scope="col">State</th></tr></thead>
<tbody>${servers.map((server) => serverRow(server, pool, checked))}</tbody></table></div></article>`;
}

function serverRow(
  server: EdgeServerDescription,
  { publishedAddresses, loadBalancing }: EdgePoolDescription,
  checked: readonly EdgeHealth[],
): Html {
  const { fqdn, host, addresses, publicAddresses, drained } = server;
  const own = publicAddresses.length > 0 ? publicAddresses : addresses;
  const isPublished = own.some((address) => publishedAddresses.includes(address));
  const state = drained
    ? html`<span class="badge off">drained</span>`
    : isPublished
      ? html`<span class="badge good">published</span>`
      : loadBalancing === "hardware"
        ? html`<span class="badge off">behind the load balancer</span>`
        : html`<span class="badge off">not published</span>`;
  return html`<tr><th scope="row" class="dns">${fqdn ?? host ?? "–"}</th><td class="dns">${addresses.join(", ")}</td><td class="dns">${publicAddresses.length > 0 ? publicAddresses.join(", ") : "the same"}</td><td>${state}${healthOf(own, checked)}</td></tr>`;
}

/** A dot for each address that is checked, with the reason where nobody answers there. */
function healthOf(addresses: readonly string[], checked: readonly EdgeHealth[]): Html[] {
  return checked
    .filter(({ address }) => addresses.includes(address))
    .map(({ address, isHealthy, reason }) =>
      isHealthy
        ? html` <span class="badge good">${address} answers</span>`
        : html` <span class="badge bad">${address} does not answer${reason === undefined ? "" : `: ${reason}`}</span>`,
    );
}

function endpointsText(endpoints: readonly AdminEndpoint[]): string {
  const ports = [...new Set(endpoints.map(({ port }) => port))];
  const addresses = (port: number) =>
    endpoints.flatMap((endpoint) => (endpoint.port === port ? [endpoint.address] : [])).join(", ");
  return ports.map((port) => `${addresses(port)} port ${port}, UDP and TCP`).join("; ");
}

/** The status page: for people who would rather look than read. Whole without JavaScript. */

import type { DeploymentDescription, Page, PageQuery, SipDomainDescription } from "../reload/description.ts";
import type { HistoryEntry } from "../reload/history.ts";
import { rateText, stackedChart } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { poolsSection } from "./page-pools.ts";
import { refusalSection, reloadsSection } from "./page-reloads.ts";
import type { Rates } from "./rates.ts";
import type { Readiness } from "./readiness.ts";
import { faultRemarks, networkRemarks } from "./remarks.ts";
import type { AdminEndpoint, EdgeHealth, FaultInForce, HostName, ServerState } from "./sources.ts";
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
  /** Edge Servers that are checked. */
  readonly health: readonly EdgeHealth[];
  /** Host names that are looked up. */
  readonly hosts: readonly HostName[];
  /** Faults on purpose that are in force. */
  readonly faults: readonly FaultInForce[];
}

export interface Described {
  readonly deployment: DeploymentDescription;
  readonly page: Page<SipDomainDescription>;
}

/** Everything between `<!doctype html>` and `</html>`. `data-live` parts are those that page.js replaces. */
export function statusPage(content: PageContent): string {
  const { version, state, rates, entries, described } = content;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${verdictOf(content).word} · xmpp-edge-dns</title>
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
<section id="refusal" data-live aria-labelledby="refusal-heading"${state.isCurrent && html` hidden`}>${refusalSection(entries, state.isCurrent)}</section>
<section aria-labelledby="records-heading" id="records" tabindex="-1">${recordsSection(content)}</section>
<section id="pools" data-live aria-labelledby="pools-heading">${poolsSection(typeof described === "string" ? described : described.deployment, content)}</section>
<section id="reloads" data-live aria-labelledby="reloads-heading">${reloadsSection(entries, state.isCurrent)}</section>
<section aria-labelledby="traffic-heading">
<h2 id="traffic-heading">Answers</h2>
<div id="traffic">${trafficPart(rates, state)}</div>
</section>
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
  /** What is not as it should be besides. */
  readonly remarks: readonly string[];
}

/** The worst is said first. */
function verdictOf({ readiness, state, faults, hosts, health }: PageContent): Verdict {
  const [onPurpose, network] = [faultRemarks(faults), networkRemarks(hosts, health)];
  const all = [...onPurpose, ...network];
  const warning = { kind: "warning", remarks: all } as const;
  if (!readiness.isReady) {
    const sentence = `${capitalized(readiness.reasons.join("; "))}.`;
    return { kind: "bad", word: "Not ready", sentence, remarks: all };
  }
  if (!state.isCurrent) {
    const sentence = "The deployment on disk is broken; what is wrong with it stands below.";
    return { ...warning, word: "Serving the last good version", sentence };
  }
  if (onPurpose.length > 0) {
    const sentence = `${capitalized(onPurpose.join("; "))}.`;
    return { ...warning, word: "Wrong on purpose", sentence, remarks: network };
  }
  const sentence = "What is served is what the deployment says.";
  if (network.length > 0) return { ...warning, word: "Serving, with remarks", sentence };
  return { kind: "good", word: "Serving", sentence, remarks: [] };
}

function stateSection(content: PageContent): Html {
  const { state, startedAt, described } = content;
  const { kind, word, sentence, remarks } = verdictOf(content);
  const { workers } = state;
  const facts: readonly (readonly [string, string])[] = [
    ["SIP domains published", typeof described === "string" ? "–" : publishedText(described.deployment)],
    ["Zones", numberText(state.zones)],
    ["RRsets", numberText(state.rrsets)],
    ["UDP threads", `${workers.answering} of ${workers.wanted}`],
  ];
  const list = html`<ul class="remarks">${remarks.map((remark) => html`<li>${capitalized(remark)}.</li>`)}</ul>`;
  return html`<h2 id="state-heading" class="unseen">State</h2>
<div class="verdict ${kind}" role="status"><p><span class="dot" aria-hidden="true"></span>${word}</p> <p class="sentence">${sentence}</p>${remarks.length > 0 && list}</div>
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

function endpointsText(endpoints: readonly AdminEndpoint[]): string {
  const ports = [...new Set(endpoints.map(({ port }) => port))];
  const addresses = (port: number) =>
    endpoints.flatMap((endpoint) => (endpoint.port === port ? [endpoint.address] : [])).join(", ");
  return ports.map((port) => `${addresses(port)} port ${port}, UDP and TCP`).join("; ");
}

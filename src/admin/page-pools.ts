/** Edge pools and their servers on the status page: what is published of them, how they resolve, and whether they answer. */

import type {
  DeploymentDescription,
  EdgePoolDescription,
  EdgeServerDescription,
} from "../reload/description.ts";
import { type Html, html } from "./html.ts";
import { hostFault } from "./remarks.ts";
import type { EdgeHealth, HostName } from "./sources.ts";
import { numberText } from "./wording.ts";

/** What is seen of Edge Servers. */
export interface Seen {
  /** Those that are checked. */
  readonly health: readonly EdgeHealth[];
  /** Host names that are looked up. */
  readonly hosts: readonly HostName[];
}

/** The whole section. `described` is why there is nothing to show, where that is so. */
export function poolsSection(described: DeploymentDescription | string, seen: Seen): Html {
  const heading = html`<h2 id="pools-heading">Edge pools</h2>`;
  if (typeof described === "string") return html`${heading}<p>Cannot be shown: ${described}.</p>`;
  const { edgePools, edgePoolCount } = described;
  const more = edgePoolCount - edgePools.length;
  return html`${heading}
${edgePools.length === 0 ? html`<p>There is none.</p>` : html`<div class="pools">${edgePools.map((pool) => poolArticle(pool, seen))}</div>`}
${more > 0 && html`<p>And ${numberText(more)} more.</p>`}`;
}

function poolArticle(pool: EdgePoolDescription, { health, hosts }: Seen): Html {
  const seen = { hosts, health: health.filter((one) => one.pool === pool.fqdn) };
  const { fqdn, site, accessEdgeFqdn, xmppPort, loadBalancing, vips, servers } = pool;
  const facts = [
    site !== undefined && `site ${site}`,
    accessEdgeFqdn !== undefined && `Access Edge ${accessEdgeFqdn}`,
    xmppPort === undefined ? "XMPP federation not enabled" : `XMPP port ${xmppPort}`,
    loadBalancing === "hardware" ? `hardware load balancer ${vips.join(", ")}` : "DNS load balancing",
  ].filter((fact) => fact !== false);
  return html`<article><h3>${fqdn}</h3><p>${facts.join(" · ")}${healthOf(vips, seen.health)}${leadsNowhere(pool) && html` <span class="badge bad">none of its hosts has an address: SRV records lead to a name that does not exist</span>`}</p>
<div class="scroll" role="region" aria-label="Edge Servers of ${fqdn}" tabindex="0"><table><thead><tr><th scope="col">Edge Server</th><th scope="col">Access Edge address</th><th scope="col">Public address</th><th scope="col">State</th></tr></thead>
<tbody>${servers.map((server) => serverRow(server, pool, seen))}</tbody></table></div></article>`;
}

/** Host names may have no address yet: then the records of the pool have a target without one. */
function leadsNowhere({
  xmppPort,
  publishedAddresses,
  loadBalancing,
  servers,
}: EdgePoolDescription): boolean {
  const serving = servers.filter(({ drained }) => !drained);
  return (
    xmppPort !== undefined &&
    loadBalancing === "dns" &&
    publishedAddresses.length === 0 &&
    serving.length > 0 &&
    serving.every(({ host, addresses }) => host !== undefined && addresses.length === 0)
  );
}

function serverRow(server: EdgeServerDescription, pool: EdgePoolDescription, { health, hosts }: Seen): Html {
  const { fqdn, host, addresses, publicAddresses } = server;
  const own = publicAddresses.length > 0 ? publicAddresses : addresses;
  const byHost = fqdn !== undefined && host !== undefined && html` <span class="host">host ${host}</span>`;
  const translated = addresses.length === 0 ? "–" : "the same";
  return html`<tr><th scope="row" class="dns">${fqdn ?? host ?? "–"}${byHost}</th><td class="dns">${addresses.length > 0 ? addresses.join(", ") : "–"}</td><td class="dns">${publicAddresses.length > 0 ? publicAddresses.join(", ") : translated}</td><td>${publicationBadge(server, own, pool)}${hostRemark(server, hosts)}${healthOf(own, health)}</td></tr>`;
}

function publicationBadge(
  { drained }: EdgeServerDescription,
  own: readonly string[],
  { publishedAddresses, loadBalancing }: EdgePoolDescription,
): Html {
  if (drained) return html`<span class="badge off">drained</span>`;
  if (own.some((address) => publishedAddresses.includes(address)))
    return html`<span class="badge good">published</span>`;
  return loadBalancing === "hardware"
    ? html`<span class="badge off">behind the load balancer</span>`
    : html`<span class="badge off">not published</span>`;
}

/** Why the host name of a server has no addresses, or old ones. */
function hostRemark(
  { host, addresses }: EdgeServerDescription,
  hosts: readonly HostName[],
): Html | undefined {
  const seen = hosts.find((one) => one.host === host);
  if (seen === undefined) return undefined;
  const fault = hostFault(seen);
  if (fault !== undefined) return html` <span class="badge bad">${fault}</span>`;
  if (addresses.length > 0) return undefined;
  return html` <span class="badge bad">none of the addresses that its host has may be published: ${seen.addresses.join(", ")}</span>`;
}

/** A badge for each address that is checked, with the reason where nobody answers there. */
function healthOf(addresses: readonly string[], checked: readonly EdgeHealth[]): Html[] {
  return checked.filter(({ address }) => addresses.includes(address)).map(healthBadge);
}

function healthBadge({ address, state, reason }: EdgeHealth): Html {
  switch (state) {
    case "up":
      return html` <span class="badge good">${address} answers</span>`;
    case "down":
      return html` <span class="badge bad">${address} does not answer: ${reason}</span>`;
    case "unknown":
      return reason === undefined
        ? html` <span class="badge off">${address} not checked yet</span>`
        : html` <span class="badge warning">${address} did not pass its first check: ${reason}</span>`;
    default:
      return state satisfies never;
  }
}

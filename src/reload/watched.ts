/** What of the network a deployment wants looked at. */

import { carriesXmpp } from "../deployment/edge-pools.ts";
import { textOf } from "../deployment/host-name.ts";
import type { Deployment, EdgePool } from "../deployment/model.ts";
import { type Address, formatAddress } from "../dns/address.ts";
import type { HealthTarget } from "../observe/health-checks.ts";
import type { Watched } from "../observe/observer.ts";

/** The host names of its Edge Servers, drained ones too: they are to be known when they come back. */
export function hostsOf({ edgePools }: Deployment): Watched["hosts"] {
  const hosts = new Map<string, readonly string[]>();
  for (const { servers } of edgePools)
    for (const { host, addresses } of servers)
      if (host !== undefined) hosts.set(host, addresses.map(textOfAddress));
  return hosts;
}

/** Hosts, and each address of the pools with health checks once, however many SIP domains sit on them. */
export function watchedOf(deployment: Deployment): Watched {
  const pools = deployment.edgePools.filter((pool) => pool.health !== undefined && carriesXmpp(pool));
  const domains = firstDomains(deployment, new Set(pools));
  const targets = pools.flatMap((pool) => targetsOf(pool, domains.get(pool) ?? textOf(pool.fqdn)));
  return { hosts: hostsOf(deployment), targets };
}

export function isWatched({ hosts, targets }: Watched): boolean {
  return hosts.size > 0 || targets.length > 0;
}

/** A stream is opened to the first SIP domain of the pool; servers answer others with a stream error, which will do too. */
function firstDomains(
  { sipDomains }: Deployment,
  pools: ReadonlySet<EdgePool>,
): ReadonlyMap<EdgePool, string> {
  const first = new Map<EdgePool, string>();
  for (const { name, options } of sipDomains) {
    if (first.size === pools.size) break;
    for (const { edgePool } of options.services)
      if (pools.has(edgePool) && !first.has(edgePool)) first.set(edgePool, textOf(name));
  }
  return first;
}

function targetsOf(pool: EdgePool, domain: string): HealthTarget[] {
  const { health, xmppPort: port, checkedAddresses } = pool;
  if (health === undefined || port === undefined) return [];
  const isVip = pool.loadBalancing === "hardware";
  return checkedAddresses.map((address) => ({
    ...health,
    pool: textOf(pool.fqdn),
    server: isVip ? "load balancer" : serverOf(pool, address),
    ...(isVip && { isVip }),
    address: textOfAddress(address),
    port,
    domain,
  }));
}

function serverOf({ servers }: EdgePool, address: Address): string | undefined {
  const server = servers.find(({ addresses, publicAddresses }) =>
    [...addresses, ...publicAddresses].includes(address),
  );
  return server?.fqdn === undefined ? server?.host : textOf(server.fqdn);
}

function textOfAddress({ octets }: Address): string {
  return formatAddress(octets);
}

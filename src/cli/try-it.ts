/** The `dig` lines that `serve` prints, ready to copy. */

import type { Endpoint } from "../probe/dns-client.ts";
import { reachable } from "../probe/reachable.ts";

/** One line for each address served, asking for the XMPP federation record of a SIP domain. */
export function digLines(endpoints: readonly Endpoint[], sipDomain: string): string[] {
  const servers = endpoints.map(({ address, port }) => `@${reachable(address)}${portOption(port)}`);
  return [...new Set(servers)].map((server) => `dig ${server} _xmpp-server._tcp.${sipDomain} SRV`);
}

function portOption(port: number): string {
  return port === 53 ? "" : ` -p ${port}`; // 53 is where dig asks anyway
}

/** "127.0.0.1 and ::1, port 5300"; each port with its addresses where they differ. */
export function describeEndpoints(endpoints: readonly Endpoint[]): string {
  const ports = [...new Set(endpoints.map(({ port }) => port))];
  return ports
    .map((port) => {
      const addresses = endpoints.filter((one) => one.port === port).map(({ address }) => address);
      return `${listed(addresses)}, port ${port}`;
    })
    .join("; ");
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Lines for a hosts file. It has no SRV records: enough for a client that is told the host's name. */

import { formatAddress } from "../dns/address.ts";
import { TYPE } from "../dns/codes.ts";
import type { Exported, HostedZone } from "./hosted-zone.ts";

/** Every address of every zone, with the owners that have it. */
export function exportForHosts(zones: readonly HostedZone[], origin: string): Exported {
  const hosts = new Map<string, string[]>();
  for (const { rrsets } of zones) {
    for (const { owner, type, rdatas } of rrsets) {
      if (type !== TYPE.A && type !== TYPE.AAAA) continue;
      for (const rdata of rdatas) {
        const address = formatAddress(rdata);
        hosts.set(address, [...(hosts.get(address) ?? []), owner.toString().slice(0, -1)]);
      }
    }
  }
  const head = `# ${origin}\n# A hosts file has no SRV records: XMPP servers need to be told host and port.\n`;
  const lines = Array.from(hosts, ([address, names]) => `${address}\t${names.join(" ")}\n`);
  return { files: [{ name: "hosts", text: head + lines.join("") }], remarks: [] };
}

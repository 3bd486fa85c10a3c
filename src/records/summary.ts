/**
 * The "DNS summary" table of Microsoft's page "DNS summary - Extensible messaging and presence protocol (XMPP)
 * federation in Lync Server 2013" (JJ618368), filled in.
 */

import { textOf } from "../deployment/host-name.ts";
import { formatAddress } from "../dns/address.ts";
import type { Publication, SrvTarget } from "./publication.ts";

/** One row of the table. */
export interface SummaryRow {
  /** Such as "External DNS/SRV/5269". */
  readonly locationTypePort: string;
  readonly fqdn: string;
  readonly mapsTo: string;
  readonly comment: string;
}

/** The rows of a SIP domain: its SRV records, then the addresses of their targets. None while nothing is published for it. */
export function summaryRows(publication: Publication): SummaryRow[] {
  const fqdn = textOf(publication.srvOwner);
  if (publication.refused) {
    return [
      {
        locationTypePort: "External DNS/SRV/0",
        fqdn,
        mapsTo: ".",
        comment: `No XMPP federation: ${publication.reason}`,
      },
    ];
  }
  const { targets } = publication;
  return [
    ...targets.map((target, index) => srvRow(fqdn, target, index === 0)),
    ...targets.flatMap(addressRows),
  ];
}

function srvRow(
  fqdn: string,
  { host, port, priority, weight, edgePool }: SrvTarget,
  isPreferred: boolean,
): SummaryRow {
  const pool = `Edge pool ${textOf(edgePool.fqdn)}`;
  const comment = isPreferred
    ? `XMPP Proxy external interface on the Access Edge service of ${pool}`
    : `Standby: XMPP Proxy external interface on the Access Edge service of ${pool}`;
  return {
    locationTypePort: `External DNS/SRV/${port}`,
    fqdn,
    mapsTo: textOf(host),
    comment: `${comment} (priority ${priority}, weight ${weight})`,
  };
}

function addressRows({ host, addresses, edgePool }: SrvTarget): SummaryRow[] {
  return addresses.map(({ family, octets }) => ({
    locationTypePort: family === 4 ? "External DNS/A" : "External DNS/AAAA",
    fqdn: textOf(host),
    mapsTo: formatAddress(octets),
    comment: `Access Edge service of Edge pool ${textOf(edgePool.fqdn)}, which hosts the XMPP Proxy service`,
  }));
}

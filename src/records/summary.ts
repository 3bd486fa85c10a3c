/**
 * The "DNS summary" table of Microsoft's page "DNS summary - Extensible messaging and presence protocol (XMPP)
 * federation in Lync Server 2013" (JJ618368), filled in.
 */

import { textOf } from "../deployment/host-name.ts";
import { formatAddress } from "../dns/address.ts";
import type { DomainName } from "../dns/name.ts";
import type { Publication, PublishedService, SrvTarget } from "./publication.ts";
import type { ServiceKind } from "./services.ts";

/** One row of the table. */
export interface SummaryRow {
  /** Such as "External DNS/SRV/5269". */
  readonly locationTypePort: string;
  readonly fqdn: string;
  readonly mapsTo: string;
  readonly comment: string;
}

/** The rows of a SIP domain: its SRV records, then the addresses of their targets and of its components. None while nothing is published for it. */
export function summaryRows(publication: Publication): SummaryRow[] {
  if (publication.refused) {
    return [
      {
        locationTypePort: "External DNS/SRV/0",
        fqdn: textOf(publication.srvOwner),
        mapsTo: ".",
        comment: `No XMPP federation: ${publication.reason}`,
      },
    ];
  }
  const { services, targets, components } = publication;
  const [preferred] = targets;
  return [
    ...services.flatMap((service) =>
      service.targets.map((target, index) => srvRow(service, target, index === 0)),
    ),
    ...targets.flatMap((target) => addressRows(target.host, target)),
    ...components.flatMap((name) => (preferred === undefined ? [] : addressRows(name, preferred))),
  ];
}

function srvRow(
  { kind, owner }: PublishedService,
  { host, port, priority, weight, edgePool }: SrvTarget,
  isPreferred: boolean,
): SummaryRow {
  const comment = `${isPreferred ? "" : "Standby: "}${PURPOSES[kind]} Edge pool ${textOf(edgePool.fqdn)}`;
  return {
    locationTypePort: `External DNS/SRV/${port}`,
    fqdn: textOf(owner),
    mapsTo: textOf(host),
    comment: `${comment} (priority ${priority}, weight ${weight})`,
  };
}

const PURPOSES: Readonly<Record<ServiceKind, string>> = {
  federation: "XMPP Proxy external interface on the Access Edge service of",
  directTls: "XMPP federation over direct TLS, XMPP server of",
  clients: "XMPP clients, XMPP server of",
  clientsDirectTls: "XMPP clients over direct TLS, XMPP server of",
};

function addressRows(name: DomainName, { addresses, edgePool }: SrvTarget): SummaryRow[] {
  return addresses.map(({ family, octets }) => ({
    locationTypePort: family === 4 ? "External DNS/A" : "External DNS/AAAA",
    fqdn: textOf(name),
    mapsTo: formatAddress(octets),
    comment: `Access Edge service of Edge pool ${textOf(edgePool.fqdn)}, which hosts the XMPP Proxy service`,
  }));
}

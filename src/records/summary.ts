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
  const { sipDomain, services, targets, components } = publication;
  const [preferred] = targets;
  const component = `Component of SIP domain ${textOf(sipDomain)}, XMPP server of`;
  return [
    ...services.flatMap((service) => {
      const purpose = purposeOf(service, sipDomain);
      return service.targets.map((target, index) =>
        srvRow(service, target, index === 0 ? purpose : `Standby: ${purpose}`),
      );
    }),
    ...targets.flatMap((target) =>
      addressRows(
        target.host,
        target,
        `Access Edge service of ${poolText(target)}, which hosts the XMPP Proxy service`,
      ),
    ),
    ...components.flatMap((name) =>
      preferred === undefined ? [] : addressRows(name, preferred, `${component} ${poolText(preferred)}`),
    ),
  ];
}

function srvRow({ owner }: PublishedService, target: SrvTarget, purpose: string): SummaryRow {
  const { host, port, priority, weight } = target;
  return {
    locationTypePort: `External DNS/SRV/${port}`,
    fqdn: textOf(owner),
    mapsTo: textOf(host),
    comment: `${purpose} ${poolText(target)} (priority ${priority}, weight ${weight})`,
  };
}

const PURPOSES: Readonly<Record<ServiceKind, string>> = {
  federation: "XMPP Proxy external interface on the Access Edge service of",
  directTls: "XMPP federation over direct TLS, XMPP server of",
  clients: "XMPP clients, XMPP server of",
  clientsDirectTls: "XMPP clients over direct TLS, XMPP server of",
};

/** A component is no service of Lync's: it runs beside an XMPP server that has one. */
const COMPONENT_PURPOSES: Readonly<Record<ServiceKind, string>> = {
  ...PURPOSES,
  federation: "XMPP federation with a component, XMPP server of",
};

function purposeOf({ kind, domain }: PublishedService, sipDomain: DomainName): string {
  return (domain.equals(sipDomain) ? PURPOSES : COMPONENT_PURPOSES)[kind];
}

function poolText({ edgePool }: SrvTarget): string {
  return `Edge pool ${textOf(edgePool.fqdn)}`;
}

function addressRows(name: DomainName, { addresses }: SrvTarget, comment: string): SummaryRow[] {
  return addresses.map(({ family, octets }) => ({
    locationTypePort: family === 4 ? "External DNS/A" : "External DNS/AAAA",
    fqdn: textOf(name),
    mapsTo: formatAddress(octets),
    comment,
  }));
}

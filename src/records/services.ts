/** Which services a published SIP domain has SRV records for, and where each of them leads. */

import type { LabService, SipDomainOptions, XmppService } from "../deployment/model.ts";
import { SRV_LABELS } from "./xmpp-names.ts";

export type ServiceKind = "federation" | LabService;

/** One SRV RRset. */
export interface OfferedService {
  readonly kind: ServiceKind;
  /** Label in wire form of the component domain that it is for; undefined for the SIP domain itself. */
  readonly component: string | undefined;
  /** What stands in front of the SIP domain, in wire form. */
  readonly labels: string;
  readonly targets: readonly { readonly service: XmppService; readonly port: number }[];
}

/** By kind, in wire form without a root label (RFC 6120 §3.2.1, XEP-0368). */
const LABELS: Readonly<Record<ServiceKind, string>> = {
  federation: SRV_LABELS,
  directTls: "\x0d_xmpps-server\x04_tcp",
  clients: "\x0c_xmpp-client\x04_tcp",
  clientsDirectTls: "\x0d_xmpps-client\x04_tcp",
};

/** Clients log in to the SIP domain; other servers speak with its components too. */
const OF_SIP_DOMAIN: readonly ServiceKind[] = ["federation", "directTls", "clients", "clientsDirectTls"];
const OF_COMPONENT: readonly ServiceKind[] = ["federation", "directTls"];

/** The services of a SIP domain with these options, federation first, then those of its components. */
export function offeredServices({
  services,
  components,
}: Pick<SipDomainOptions, "services" | "components">): OfferedService[] {
  const own = OF_SIP_DOMAIN.map((kind) => offer(kind, services, undefined));
  const others = components.flatMap((label) => OF_COMPONENT.map((kind) => offer(kind, services, label)));
  return [...own, ...others].filter(({ targets }) => targets.length > 0);
}

function offer(
  kind: ServiceKind,
  services: readonly XmppService[],
  component: string | undefined,
): OfferedService {
  const targets = services.flatMap((service) => {
    const port = kind === "federation" ? service.edgePool.xmppPort : service.labPorts[kind];
    return port === undefined ? [] : [{ service, port }];
  });
  return { kind, component, labels: LABELS[kind] + (component ?? ""), targets };
}

/** The longest labels in front of a SIP domain with these options. */
export function longestServiceLabels(options: Pick<SipDomainOptions, "services" | "components">): string {
  const all = offeredServices(options).map(({ labels }) => labels);
  return all.reduce((longest, labels) => (labels.length > longest.length ? labels : longest), SRV_LABELS);
}

/** The names that XMPP federation of a SIP domain needs. */

import type { HostName, SipDomainOptions, XmppService, ZoneOptions } from "../deployment/model.ts";
import { DomainName, MAXIMUM_NAME_LENGTH } from "../dns/name.ts";

/** _xmpp-server._tcp in wire form without a root label (RFC 6120 §3.2.1). */
export const SRV_LABELS = "\x0c_xmpp-server\x04_tcp";

/** hostmaster in wire form: the mailbox for a zone where none is given (RFC 2142 §7). */
const HOSTMASTER_LABEL = "\x0ahostmaster";

/** What a zone without name servers names: the machine itself (RFC 6761 §6.3). It needs no address in any zone. */
const LOCALHOST: HostName = { kind: "absolute", name: DomainName.fromCheckedWire("\x09localhost\0") };

/** The owner of an SRV RRset; `labels`, in wire form, stand in front of the SIP domain. */
export function ownerOf(labels: string, sipDomain: DomainName): DomainName {
  return below(labels, sipDomain);
}

/** _xmpp-server._tcp.<sipdomain>. */
export function srvOwner(sipDomain: DomainName): DomainName {
  return below(SRV_LABELS, sipDomain);
}

/** The host that a service's SRV record points to. */
export function targetOf(service: XmppService, sipDomain: DomainName): DomainName {
  return nameOf(service.host, sipDomain);
}

/** A host's name, whose labels may stand below a SIP domain or zone. */
export function nameOf(host: HostName, base: DomainName): DomainName {
  return host.kind === "absolute" ? host.name : below(host.labels, base);
}

/** The hosts of a zone's NS records. */
export function nameServerHosts(options: ZoneOptions): readonly HostName[] {
  return options.nameServers.length === 0 ? [LOCALHOST] : options.nameServers.map(({ host }) => host);
}

/** The host of the SOA record's MNAME: the first name server unless another is given. */
export function primaryHost(options: ZoneOptions): HostName {
  return options.soa.primary ?? nameServerHosts(options)[0] ?? LOCALHOST;
}

/** The SOA record's RNAME. */
export function mailboxHost(options: ZoneOptions): HostName {
  return options.soa.mailbox ?? { kind: "below", labels: HOSTMASTER_LABEL };
}

/** The name of a component domain of a SIP domain; `label` is in wire form. */
export function componentName(label: string, sipDomain: DomainName): DomainName {
  return below(label, sipDomain);
}

/** Every host that a zone's content may name. */
export function allHosts(
  options: ZoneOptions & Partial<Pick<SipDomainOptions, "services" | "components">>,
): readonly HostName[] {
  const targets = (options.services ?? []).map(({ host }) => host);
  const components = (options.components ?? []).map((labels) => ({ kind: "below", labels }) as const);
  return [...nameServerHosts(options), primaryHost(options), mailboxHost(options), ...targets, ...components];
}

/** The longest labels that are put in front of a SIP domain or zone with these options, beside others. */
export function longestLabels(
  options: ZoneOptions & Partial<Pick<SipDomainOptions, "services">>,
  others = "",
): string {
  const labels = allHosts(options).map((host) => (host.kind === "below" ? host.labels : ""));
  return labels.reduce((longest, label) => (label.length > longest.length ? label : longest), others);
}

/** Whether labels fit in front of a name. */
export function fits(labels: string, base: DomainName): boolean {
  return labels.length + base.wire.length <= MAXIMUM_NAME_LENGTH;
}

/** Whether a name lies below another one and is not that one. */
export function strictlyBelow(name: DomainName, ancestor: DomainName): boolean {
  return name.key.length > ancestor.key.length && name.isAtOrBelow(ancestor);
}

function below(labels: string, base: DomainName): DomainName {
  const name = DomainName.join(labels, base);
  if (name === undefined) throw new Error(`${base} is too long for what stands below it`); // derive() checks lengths first
  return name;
}

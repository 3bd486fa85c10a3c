/**
 * The names that the external certificate of an Edge pool needs. Microsoft's pages contradict each other about
 * the XMPP names ("Certificate summary - Extensible messaging and presence protocol (XMPP) in Lync Server 2013"
 * has the bare domain, "Certificate summary - Scaled consolidated edge" xmpp.<sipdomain>), so both are here:
 * what partners compare is the domain (RFC 6120 §13.7.2).
 */

import { textOf } from "../deployment/host-name.ts";
import type { EdgePool } from "../deployment/model.ts";
import type { DomainName } from "../dns/name.ts";
import type { Publication } from "./publication.ts";

/** One subject alternative name, and what it is for. */
export interface CertificateName {
  readonly name: string;
  readonly need: "required" | "recommended";
  readonly reason: string;
}

/** The certificate of one Edge pool: every Edge Server of it has the same one. */
export interface CertificatePlan {
  readonly edgePool: string;
  /** The subject's common name; undefined where the deployment does not give the pool's Access Edge FQDN. */
  readonly subject: string | undefined;
  readonly names: readonly CertificateName[];
}

/** A plan for each Edge pool that published SIP domains sit on. */
export function certificatePlans(publications: readonly Publication[]): CertificatePlan[] {
  const pools = new Map<EdgePool, Map<string, CertificateName>>();
  for (const publication of publications) {
    for (const { edgePool, host } of publication.targets) {
      const names = pools.get(edgePool) ?? new Map<string, CertificateName>();
      pools.set(edgePool, names);
      for (const name of [
        ...namesFor(textOf(publication.sipDomain), textOf(host)),
        ...publication.components.map(componentFor),
      ]) {
        if (!names.has(name.name)) names.set(name.name, name);
      }
    }
  }
  return Array.from(pools, ([pool, names]) => planOf(pool, [...names.values()]));
}

function namesFor(sipDomain: string, host: string): CertificateName[] {
  return [
    { name: sipDomain, need: "required", reason: "XMPP domain: what partners compare (RFC 6120 §13.7.2)" },
    { name: host, need: "recommended", reason: "target of the SRV record, for partners that compare it" },
    {
      name: `sip.${sipDomain}`,
      need: "required",
      reason: "Access Edge service of the SIP domain, for SIP on the same certificate",
    },
  ];
}

function componentFor(name: DomainName): CertificateName {
  return { name: textOf(name), need: "required", reason: "component domain: what partners compare for it" };
}

function planOf({ fqdn, accessEdgeFqdn }: EdgePool, names: readonly CertificateName[]): CertificatePlan {
  const subject = accessEdgeFqdn && textOf(accessEdgeFqdn);
  const ofPool: readonly CertificateName[] =
    subject === undefined
      ? []
      : [{ name: subject, need: "required", reason: "Access Edge FQDN of the Edge pool, as subject too" }];
  const others = names.filter(({ name }) => name !== subject);
  return { edgePool: textOf(fqdn), subject, names: [...ofPool, ...others] };
}

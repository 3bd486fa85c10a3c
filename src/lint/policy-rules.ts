/** Pitfalls of external access policies, user groups and XMPP allowed partners. */

import { effectivePolicy, enablesXmpp } from "../deployment/gates.ts";
import { textOf } from "../deployment/host-name.ts";
import type { SipDomain, XmppAllowedPartner } from "../deployment/model.ts";
import { identityMeant } from "../deployment/policies.ts";
import type { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import type { Finding } from "./finding.ts";
import type { Rule, Subject } from "./lint.ts";

export const POLICY_RULES: readonly Rule[] = [
  { code: "xmpp-without-federation", severity: "warning", forLabsToo: false, find: halfPolicies },
  { code: "policy-of-nobody", severity: "warning", forLabsToo: false, find: policiesOfNobody },
  { code: "users-on-branch-appliance", severity: "warning", forLabsToo: false, find: branchUsers },
  { code: "partner-is-own-domain", severity: "warning", forLabsToo: false, find: ownPartners },
  { code: "partner-near-own-domain", severity: "warning", forLabsToo: false, find: nearPartners },
];

function halfPolicies({ deployment }: Subject): Finding[] {
  return (deployment.externalAccessPolicies ?? [])
    .filter(({ enableXmppAccess, enableFederationAccess }) => enableXmppAccess && !enableFederationAccess)
    .map(({ identity, place }) => ({
      message: `External access policy ${quote(identity)} enables XMPP access without federation access, which is nothing: Set-CsExternalAccessPolicy -Identity ${quote(identity)} -EnableFederationAccess $true, or switch XMPP off too`,
      place,
    }));
}

/** A bare name is the policy of a tag, so that a mistyped "Global" holds for nobody. */
function policiesOfNobody({ deployment }: Subject): Finding[] {
  const { externalAccessPolicies = [], userGroups = [], sites } = deployment;
  if (userGroups.length === 0) return [];
  const granted = new Set(userGroups.map(({ policy }) => policy?.identity));
  return externalAccessPolicies
    .filter(({ scope, identity }) => scope === "user" && !granted.has(identity))
    .map(({ name, identity, place }) => {
      const meant = identityMeant(name, sites);
      const cure = meant === undefined ? NOBODYS_CURE : `; did you mean ${quote(meant)}?`;
      const message = `External access policy ${quote(identity)} is granted to no user group${cure}`;
      return { message, place };
    });
}

const NOBODYS_CURE =
  ": it holds for nobody; give it as the policy of a user group (Grant-CsExternalAccessPolicy), or remove it";

function branchUsers({ deployment }: Subject): Finding[] {
  return (deployment.userGroups ?? [])
    .filter((group) => group.survivableBranchAppliance && enablesXmpp(effectivePolicy(group, deployment)))
    .map(({ sipDomain, count, place }) => ({
      message: `${count === undefined ? "Users" : `${count} users`} of SIP domain ${quote(textOf(sipDomain))} have a policy that enables XMPP but are homed on a Survivable Branch Appliance, which has none: Move-CsUser to a Front End pool, or grant them another policy`,
      place,
    }));
}

interface PlacedDomain {
  readonly domain: DomainName;
  readonly partner: XmppAllowedPartner;
}

function* partnerDomains({ deployment }: Subject): Iterable<PlacedDomain> {
  for (const partner of deployment.xmppAllowedPartners ?? []) {
    for (const domain of [partner.domain, ...partner.additionalDomains]) yield { domain, partner };
  }
}

function* ownPartners(subject: Subject): Iterable<Finding> {
  const own = ownDomains(subject);
  for (const { domain, partner } of partnerDomains(subject)) {
    if (!own.has(domain.key)) continue;
    const message = `XMPP allowed partner ${quote(textOf(domain))} is a SIP domain of this deployment: its users are here, and a partner of that name is never asked; Remove-CsXmppAllowedPartner -Identity ${textOf(partner.domain)}`;
    yield { message, place: partner.place };
  }
}

/** A partner below a SIP domain, or above it: often the one was meant for the other. */
function* nearPartners(subject: Subject): Iterable<Finding> {
  const own = ownDomains(subject);
  const above = domainsAbove(subject);
  for (const { domain, partner } of partnerDomains(subject)) {
    if (own.has(domain.key)) continue;
    const near = ancestors(domain).find((name) => own.has(name.key)) ?? above.get(domain.key)?.name;
    if (near === undefined) continue;
    const side = domain.isAtOrBelow(near) ? "below" : "above";
    const message = `XMPP allowed partner ${quote(textOf(domain))} lies ${side} SIP domain ${quote(textOf(near))} of this deployment: make sure that it is a domain of the partner's own, with an SRV record of its own`;
    yield { message, place: partner.place };
  }
}

function ownDomains({ deployment }: Subject): ReadonlySet<string> {
  return new Set(deployment.sipDomains.map(({ name }) => name.key));
}

/** For each name above SIP domains, one of them. */
function domainsAbove({ deployment }: Subject): ReadonlyMap<string, SipDomain> {
  const found = new Map<string, SipDomain>();
  for (const sipDomain of deployment.sipDomains) {
    for (const name of ancestors(sipDomain.name)) found.set(name.key, sipDomain);
  }
  return found;
}

/** The names above, the nearest first; the root is above all and says nothing. */
function ancestors(name: DomainName): DomainName[] {
  const names: DomainName[] = [];
  for (let above = name.parent; !above.isRoot; above = above.parent) names.push(above);
  return names;
}

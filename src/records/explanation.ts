/** Why a SIP domain is published or not, told from the first gate to the last record. */

import { type GateFinding, Gates, type UserGroupFinding } from "../deployment/gates.ts";
import type { Deployment, SipDomain } from "../deployment/model.ts";
import { Publication } from "./publication.ts";
import { type SummaryRow, summaryRows } from "./summary.ts";

/** The whole chain for one SIP domain. */
export interface Explanation {
  readonly publication: Publication;
  /** What every gate says, in their order; the first that is closed decides. */
  readonly findings: readonly GateFinding[];
  /** Its user groups with their effective policies; empty where the deployment gives none. */
  readonly userGroups: readonly UserGroupFinding[];
  /** The rows of the DNS summary that come of it. */
  readonly records: readonly SummaryRow[];
}

/** Follows a SIP domain through the gates to its records. */
export function explain(deployment: Deployment, sipDomain: SipDomain): Explanation {
  const gates = new Gates(deployment);
  const publication = new Publication(sipDomain, gates.decide(sipDomain));
  return {
    publication,
    findings: gates.explain(sipDomain),
    userGroups: gates.explainUsers(sipDomain),
    records: summaryRows(publication),
  };
}

/** An explanation as plain data: for JSON, and to be sent from thread to thread. */
export function explanationObject({ publication, findings, userGroups, records }: Explanation): object {
  return {
    ...publication.toJSON(),
    cure: findings.find(({ passed }) => !passed)?.cure,
    gates: findings,
    userGroups: userGroups.map(({ group, policy, uncounted, mayUseXmpp }) => ({
      count: group.count,
      site: group.site,
      policy: policy.identity,
      scope: policy.scope,
      enableFederationAccess: policy.enableFederationAccess,
      enableXmppAccess: policy.enableXmppAccess,
      counted: uncounted === undefined,
      uncounted,
      mayUseXmpp,
    })),
    records,
  };
}

/**
 * Which SIP domains are published, and why: the gates of Lync in their order. A SIP domain is published when
 * it has passed all of them; the first that it does not pass is the reason why it is not.
 */

import { quote } from "../dns/quotation.ts";
import { isWithoutXmpp } from "./edge-pools.ts";
import { textOf } from "./host-name.ts";
import type {
  Deployment,
  EdgePool,
  ExternalAccessPolicy,
  SipDomain,
  SipDomainOptions,
  UserGroup,
} from "./model.ts";
import { xmppFederationRoutes } from "./sip-domain-options.ts";
import { listOf } from "./wording.ts";

/**
 * Who decides about users: nobody, as it is a lab (every-listed); the user groups; or, where policies are
 * given but no user groups, any policy that enables XMPP (any-policy).
 */
export type PublicationMode = "every-listed" | "user-groups" | "any-policy";

export type Gate = "access-edge" | "edge-pool" | "partners" | "users";

/** What one gate says of a SIP domain. */
export interface GateFinding {
  readonly gate: Gate;
  readonly passed: boolean;
  /** Why, in one sentence without a final period. */
  readonly sentence: string;
  /** What to do where it is closed: a cmdlet, or where to click. */
  readonly cure?: string;
}

/** A user group, and what its effective policy lets it do. */
export interface UserGroupFinding {
  readonly group: UserGroup;
  readonly policy: ExternalAccessPolicy;
  /** Why the group has no say: nobody in it, nobody enabled, or on a Survivable Branch Appliance. */
  readonly uncounted: string | undefined;
  readonly mayUseXmpp: boolean;
}

/** Whether a SIP domain is published, and the finding that decided. */
export interface PublicationDecision extends GateFinding {
  readonly mode: PublicationMode;
}

/** How the deployment says who may use XMPP. */
export function publicationMode(deployment: Deployment): PublicationMode {
  const { externalAccessPolicies, userGroups, xmppAllowedPartners } = deployment;
  if (userGroups !== undefined) return "user-groups";
  return externalAccessPolicies === undefined && xmppAllowedPartners === undefined
    ? "every-listed"
    : "any-policy";
}

/** Says of each SIP domain whether it is published. What SIP domains have in common is looked at once. */
export class Gates {
  readonly #deployment: Deployment;
  readonly #mode: PublicationMode;
  readonly #groups: ReadonlyMap<string, readonly UserGroup[]>;
  readonly #commonFindings = new Map<SipDomainOptions, readonly GateFinding[]>();
  readonly #decisions = new Map<GateFinding, PublicationDecision>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#mode = publicationMode(deployment);
    this.#groups = Map.groupBy(deployment.userGroups ?? [], (group) => group.sipDomain.key);
  }

  /** The gate that keeps the SIP domain out, or the last one, which let it in. */
  decide(sipDomain: SipDomain): PublicationDecision {
    const closed = this.#findingsOf(sipDomain.options).find((finding) => !finding.passed);
    const finding = closed ?? this.#usersGate(sipDomain);
    const known = this.#decisions.get(finding);
    if (known !== undefined) return known;
    const decision = { ...finding, mode: this.#mode };
    this.#decisions.set(finding, decision);
    return decision;
  }

  /** What every gate says of the SIP domain, in their order. */
  explain(sipDomain: SipDomain): readonly GateFinding[] {
    return [...this.#findingsOf(sipDomain.options), this.#usersGate(sipDomain)];
  }

  /** The SIP domain's user groups, each with its effective policy. */
  explainUsers(sipDomain: SipDomain): readonly UserGroupFinding[] {
    return (this.#groups.get(sipDomain.name.key) ?? []).map((group) => {
      const policy = effectivePolicy(group, this.#deployment);
      const uncounted = uncountedReason(group);
      return { group, policy, uncounted, mayUseXmpp: uncounted === undefined && enablesXmpp(policy) };
    });
  }

  #findingsOf(options: SipDomainOptions): readonly GateFinding[] {
    const known = this.#commonFindings.get(options);
    if (known !== undefined) return known;
    const findings = [
      accessEdgeGate(this.#deployment),
      edgePoolGate(options, this.#deployment),
      partnersGate(this.#deployment),
    ];
    this.#commonFindings.set(options, findings);
    return findings;
  }

  #usersGate(sipDomain: SipDomain): GateFinding {
    switch (this.#mode) {
      case "every-listed":
        return EVERY_LISTED;
      case "any-policy":
        return this.#anyPolicyGate();
      case "user-groups":
        return userGroupsGate(this.#groups.get(sipDomain.name.key) ?? [], this.#deployment);
      default:
        return this.#mode satisfies never;
    }
  }

  #anyPolicy: GateFinding | undefined;

  #anyPolicyGate(): GateFinding {
    this.#anyPolicy ??= anyPolicyGate(this.#deployment.externalAccessPolicies ?? []);
    return this.#anyPolicy;
  }
}

const EVERY_LISTED: GateFinding = {
  gate: "users",
  passed: true,
  sentence:
    "no external access policies, user groups or XMPP allowed partners are given, so every listed SIP domain is published",
};

function open(gate: Gate, sentence: string): GateFinding {
  return { gate, passed: true, sentence };
}

function closed(gate: Gate, sentence: string, cure: string): GateFinding {
  return { gate, passed: false, sentence, cure };
}

const ALLOW_FEDERATION = "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true";
const KEEP_OLDER_POOL =
  "Keep an Edge pool of Skype for Business Server 2015 or Lync Server 2013 for XMPP, and route XMPP federation to it";
const ENABLE_XMPP =
  'Topology Builder, Edge pool, "Enable XMPP federation (port 5269)"; publish the topology and run setup again on its servers';

/** Federation, over SIP and over XMPP alike, is switched on for the whole organization or not at all. */
function accessEdgeGate(deployment: Deployment): GateFinding {
  const { allowFederatedUsers } = deployment;
  const gate = "access-edge";
  if (allowFederatedUsers === true) return open(gate, "the Access Edge configuration allows federated users");
  if (allowFederatedUsers === false) {
    return closed(
      gate,
      'the Access Edge configuration does not allow federated users ("allowFederatedUsers: false")',
      ALLOW_FEDERATION,
    );
  }
  if (publicationMode(deployment) === "every-listed") return open(gate, "nothing is said of federated users");
  const cure = 'give "accessEdge: { allowFederatedUsers: true }"';
  return closed(
    gate,
    `nothing says that the Access Edge configuration allows federated users, and as installed it does not; ${cure}`,
    ALLOW_FEDERATION,
  );
}

/** The Edge pool that the SIP domain sits on carries XMPP, and federation is routed to it. */
function edgePoolGate(options: SipDomainOptions, deployment: Deployment): GateFinding {
  const gate = "edge-pool";
  const pool = options.services[0]?.edgePool;
  if (pool === undefined && deployment.edgePools.length > 0 && deployment.edgePools.every(isWithoutXmpp)) {
    return closed(
      gate,
      "every Edge pool has version 8 or later: from Skype for Business Server 2019 on there is no XMPP",
      KEEP_OLDER_POOL,
    );
  }
  if (pool === undefined) {
    return closed(
      gate,
      `none of the Edge pools ${listOf(deployment.edgePools.map(({ fqdn }) => textOf(fqdn)))} carries XMPP`,
      ENABLE_XMPP,
    );
  }
  const name = `Edge pool ${quote(textOf(pool.fqdn))}`;
  if (isWithoutXmpp(pool)) {
    return closed(
      gate,
      `${name} has version ${pool.version}: from version 8 on (Skype for Business Server 2019) there is no XMPP`,
      KEEP_OLDER_POOL,
    );
  }
  if (pool.xmppPort === undefined) {
    return closed(
      gate,
      `XMPP federation is not enabled on ${name}; enable it in Topology Builder and give its "xmppPort"`,
      ENABLE_XMPP,
    );
  }
  if (!isOnRoute(pool, options, deployment)) {
    return closed(
      gate,
      `no site routes XMPP federation to ${name} (Set-CsSite -XmppFederationRoute)`,
      `Set-CsSite -Identity ${pool.site === undefined ? "<site>" : `"${pool.site}"`} -XmppFederationRoute EdgeServer:${textOf(pool.fqdn)}`,
    );
  }
  return open(gate, `${name} carries XMPP on port ${pool.xmppPort}, ${POOL_CHOICE[options.poolChoice]}`);
}

/** Where sites route XMPP federation at all, an Edge pool that no site routes to does not serve; a lab has no such routes to obey. */
function isOnRoute(pool: EdgePool, options: SipDomainOptions, deployment: Deployment): boolean {
  const routes = xmppFederationRoutes(deployment.sites);
  if (options.poolChoice !== "named" || publicationMode(deployment) === "every-listed") return true;
  return routes.length === 0 || routes.includes(pool);
}

const POOL_CHOICE = {
  named: "named by the SIP domain",
  route: "by the XMPP federation route of its site",
  sole: "the only candidate",
  none: "",
} as const;

/** There is a partner to talk to. */
function partnersGate(deployment: Deployment): GateFinding {
  const gate = "partners";
  if (publicationMode(deployment) === "every-listed")
    return { gate, passed: true, sentence: "nothing is said of XMPP allowed partners" };
  const { length } = deployment.xmppAllowedPartners ?? [];
  if (length > 0)
    return {
      gate,
      passed: true,
      sentence: `there ${length === 1 ? "is 1 XMPP allowed partner" : `are ${length} XMPP allowed partners`}`,
    };
  return closed(
    gate,
    "there is no XMPP allowed partner (New-CsXmppAllowedPartner)",
    "New-CsXmppAllowedPartner -Identity <partner's domain>",
  );
}

/** Without user groups nobody knows who has which policy: one policy that enables XMPP is enough. */
function anyPolicyGate(policies: readonly ExternalAccessPolicy[]): GateFinding {
  const enabling = policies.find(enablesXmpp);
  if (enabling !== undefined) {
    return {
      gate: "users",
      passed: true,
      sentence: `no user groups are given, and external access policy ${quote(enabling.identity)} enables XMPP (any-policy mode)`,
    };
  }
  return closed(
    "users",
    "no external access policy enables both federation and XMPP access",
    switchOn(policies[0] ?? GLOBAL_AS_INSTALLED),
  );
}

/** There are users in the SIP domain whose effective policy lets them use XMPP. */
function userGroupsGate(groups: readonly UserGroup[], deployment: Deployment): GateFinding {
  const counted = groups.filter(isCounted);
  const group = counted.find((candidate) => enablesXmpp(effectivePolicy(candidate, deployment)));
  if (group !== undefined)
    return {
      gate: "users",
      passed: true,
      sentence: allowedSentence(group, effectivePolicy(group, deployment)),
    };
  if (groups.length === 0) return NO_USER_GROUP;
  if (counted.length === 0) return NO_USERS;
  const policies = [...new Set(counted.map((candidate) => effectivePolicy(candidate, deployment)))];
  return closed(
    "users",
    `none of its users may use XMPP: ${policies.map(deniedSentence).join("; ")}`,
    policies.map(switchOn).join("; or "),
  );
}

const NO_USER_GROUP = closed(
  "users",
  "it has no user group",
  'List its users (Get-CsUser) under "userGroups", by site and granted policy',
);
const NO_USERS = closed(
  "users",
  "its user groups hold no users who are enabled and homed on a pool other than a Survivable Branch Appliance",
  "Enable-CsUser, or Move-CsUser to a Front End pool",
);

function isCounted(group: UserGroup): boolean {
  return uncountedReason(group) === undefined;
}

function uncountedReason({ enabled, survivableBranchAppliance, count }: UserGroup): string | undefined {
  if (!enabled) return "not enabled";
  if (survivableBranchAppliance) return "homed on a Survivable Branch Appliance, which has no XMPP";
  return count === 0 ? "nobody in it" : undefined;
}

/** The cmdlet that lets the users of a policy use XMPP. */
function switchOn({ identity }: ExternalAccessPolicy): string {
  return `Set-CsExternalAccessPolicy -Identity "${identity}" -EnableFederationAccess $true -EnableXmppAccess $true`;
}

/** Both switches of the policy are on; XMPP access without federation access is nothing. */
export function enablesXmpp(policy: ExternalAccessPolicy): boolean {
  return policy.enableFederationAccess && policy.enableXmppAccess;
}

/** The policy that holds: the one granted to the users, else that of their site, else the global one; as a whole. */
export function effectivePolicy(group: UserGroup, deployment: Deployment): ExternalAccessPolicy {
  const policies = deployment.externalAccessPolicies ?? [];
  const ofSite = policies.find((policy) => policy.scope === "site" && policy.name === group.site);
  const global = policies.find((policy) => policy.scope === "global");
  return group.policy ?? ofSite ?? global ?? GLOBAL_AS_INSTALLED;
}

/** The global policy cannot be removed; as Lync Server 2013 installs it, it allows nothing. */
const GLOBAL_AS_INSTALLED: ExternalAccessPolicy = {
  scope: "global",
  name: "",
  identity: "Global",
  enableFederationAccess: false,
  enableXmppAccess: false,
  place: undefined,
};

function allowedSentence({ count, site }: UserGroup, policy: ExternalAccessPolicy): string {
  const users = count === undefined ? "users" : `${count} ${count === 1 ? "user" : "users"}`;
  const where = site === undefined ? "" : ` in site ${quote(site)}`;
  return `external access policy ${quote(policy.identity)} lets ${users}${where} use XMPP`;
}

function deniedSentence(policy: ExternalAccessPolicy): string {
  const off = [
    policy.enableFederationAccess ? undefined : "EnableFederationAccess",
    policy.enableXmppAccess ? undefined : "EnableXmppAccess",
  ].filter((name) => name !== undefined);
  return `external access policy ${quote(policy.identity)} has ${off.join(" and ")} off`;
}

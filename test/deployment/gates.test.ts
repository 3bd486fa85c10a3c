import { describe, expect, test } from "vitest";
import { Gates, publicationMode } from "../../src/deployment/gates.ts";
import { good } from "./given.ts";

interface Row {
  readonly why: string;
  /** Lines of the deployment that differ from the one that passes every gate. */
  readonly yaml: string;
  /** The decision on a.test. */
  readonly decision: string;
}

/** A deployment that passes every gate; each row replaces a part of it, or all. */
const PASSING = {
  accessEdge: "accessEdge: { allowFederatedUsers: true }",
  sites: "sites: [Redmond, Dublin]",
  edgePools: "edgePools: [{ fqdn: pool.test, xmppPort: 5269, servers: [8.8.8.8] }]",
  sipDomains: "sipDomains: [a.test]",
  externalAccessPolicies:
    "externalAccessPolicies: [{ identity: Global, enableFederationAccess: true, enableXmppAccess: true }]",
  userGroups: "userGroups: [{ sipDomain: a.test, site: Redmond, count: 3 }]",
  xmppAllowedPartners: "xmppAllowedPartners: [p.test]",
};

function passingBut(parts: Partial<Record<keyof typeof PASSING, string>>): string {
  return Object.values({ ...PASSING, ...parts }).join("\n");
}

const LAB_POOL = "edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]";
const OFF = "{ identity: Global, enableFederationAccess: false, enableXmppAccess: false }";
const SITE_ON = "{ identity: site:redmond, enableFederationAccess: true, enableXmppAccess: true }";
const SITE_OFF = "{ identity: Site:Redmond, enableFederationAccess: true }";
const TAG_ON = "{ identity: tag:XmppUsers, enableFederationAccess: true, enableXmppAccess: true }";
const ON = "{ identity: global, enableFederationAccess: true, enableXmppAccess: true }";

const ROWS: readonly Row[] = [
  {
    why: "all gates are open",
    yaml: passingBut({}),
    decision:
      'published, users, user-groups: external access policy "Global" lets 3 users in site "Redmond" use XMPP',
  },
  {
    why: "no policies, user groups or partners: a lab, and every listed SIP domain is published",
    yaml: `${LAB_POOL}\nsipDomains: [a.test]`,
    decision:
      "published, users, every-listed: no external access policies, user groups or XMPP allowed partners are given, so every listed SIP domain is published",
  },
  {
    why: "an empty list of partners is a word on partners, so the gates hold",
    yaml: `accessEdge: { allowFederatedUsers: true }\nxmppAllowedPartners: []\n${PASSING.edgePools}\nsipDomains: [a.test]`,
    decision: "closed, partners, any-policy: there is no XMPP allowed partner (New-CsXmppAllowedPartner)",
  },
  {
    why: "federation is off for the whole organization",
    yaml: passingBut({ accessEdge: "accessEdge: { allowFederatedUsers: false }" }),
    decision:
      'closed, access-edge, user-groups: the Access Edge configuration does not allow federated users ("allowFederatedUsers: false")',
  },
  {
    why: "nothing is said of federation, and Lync installs it switched off",
    yaml: passingBut({ accessEdge: "" }),
    decision:
      'closed, access-edge, user-groups: nothing says that the Access Edge configuration allows federated users, and as installed it does not; give "accessEdge: { allowFederatedUsers: true }"',
  },
  {
    why: "what an operator switches off is off in a lab too",
    yaml: `accessEdge: { allowFederatedUsers: false }\n${LAB_POOL}\nsipDomains: [a.test]`,
    decision:
      'closed, access-edge, every-listed: the Access Edge configuration does not allow federated users ("allowFederatedUsers: false")',
  },
  {
    why: "XmppListeningPort is empty where XMPP is not enabled on the pool",
    yaml: passingBut({ edgePools: "edgePools: [{ fqdn: pool.test, servers: [8.8.8.8] }]" }),
    decision:
      'closed, edge-pool, user-groups: XMPP federation is not enabled on Edge pool "pool.test"; enable it in Topology Builder and give its "xmppPort"',
  },
  {
    why: "null says the same in a lab, where a port that is left out is 5269",
    yaml: "edgePools: [{ fqdn: pool.test, xmppPort: null }]\nsipDomains: [a.test]",
    decision:
      'closed, edge-pool, every-listed: XMPP federation is not enabled on Edge pool "pool.test"; enable it in Topology Builder and give its "xmppPort"',
  },
  {
    why: "Skype for Business Server 2019 has no XMPP",
    yaml: passingBut({ edgePools: "edgePools: [{ fqdn: pool.test, xmppPort: 5269, version: 8 }]" }),
    decision:
      'closed, edge-pool, user-groups: Edge pool "pool.test" has version 8: from version 8 on (Skype for Business Server 2019) there is no XMPP',
  },
  {
    why: "version 8 holds in a lab too",
    yaml: "edgePools: [{ fqdn: pool.test, version: 8, servers: [10.0.0.1] }]\nsipDomains: [a.test]",
    decision:
      'closed, edge-pool, every-listed: Edge pool "pool.test" has version 8: from version 8 on (Skype for Business Server 2019) there is no XMPP',
  },
  {
    why: "several Edge pools, and none of them carries XMPP",
    yaml: passingBut({
      edgePools: "edgePools: [{ fqdn: a.pool }, { fqdn: b.pool, version: 8, xmppPort: 5269 }]",
    }),
    decision: 'closed, edge-pool, user-groups: none of the Edge pools "a.pool" and "b.pool" carries XMPP',
  },
  {
    why: "the one Edge pool of several that carries XMPP is the sole candidate",
    yaml: passingBut({
      edgePools: "edgePools: [{ fqdn: a.pool }, { fqdn: b.pool, xmppPort: 5269, servers: [8.8.8.8] }]",
    }),
    decision:
      'published, users, user-groups: external access policy "Global" lets 3 users in site "Redmond" use XMPP',
  },
  {
    why: "an Edge pool that the SIP domain names but no site routes XMPP federation to",
    yaml: passingBut({
      sites: "sites: [{ name: Redmond, xmppFederationRoute: b.pool }]",
      edgePools:
        "edgePools: [{ fqdn: a.pool, xmppPort: 5269, servers: [8.8.8.8] }, { fqdn: b.pool, xmppPort: 5269, servers: [8.8.4.4] }]",
      sipDomains: "sipDomains: [{ name: a.test, edgePool: a.pool }]",
    }),
    decision:
      'closed, edge-pool, user-groups: no site routes XMPP federation to Edge pool "a.pool" (Set-CsSite -XmppFederationRoute)',
  },
  {
    why: "no partner to talk to",
    yaml: passingBut({ xmppAllowedPartners: "" }),
    decision: "closed, partners, user-groups: there is no XMPP allowed partner (New-CsXmppAllowedPartner)",
  },
  {
    why: "no user group of the SIP domain",
    yaml: passingBut({
      sipDomains: "sipDomains: [a.test, b.test]",
      userGroups: "userGroups: [{ sipDomain: b.test }]",
    }),
    decision: "closed, users, user-groups: it has no user group",
  },
  {
    why: "users who are disabled, homed on an SBA, or none",
    yaml: passingBut({
      userGroups:
        "userGroups: [{ sipDomain: a.test, enabled: false }, { sipDomain: a.test, survivableBranchAppliance: true }, { sipDomain: a.test, count: 0 }]",
    }),
    decision:
      "closed, users, user-groups: its user groups hold no users who are enabled and homed on a pool other than a Survivable Branch Appliance",
  },
  {
    why: "the global policy as installed allows nothing",
    yaml: passingBut({ externalAccessPolicies: "" }),
    decision:
      'closed, users, user-groups: none of its users may use XMPP: external access policy "Global" has EnableFederationAccess and EnableXmppAccess off',
  },
  {
    why: "XMPP access without federation access is nothing",
    yaml: passingBut({
      externalAccessPolicies: "externalAccessPolicies: [{ identity: GLOBAL, enableXmppAccess: true }]",
    }),
    decision:
      'closed, users, user-groups: none of its users may use XMPP: external access policy "Global" has EnableFederationAccess off',
  },
  {
    why: "the site's policy wins over the global one, and opens",
    yaml: passingBut({ externalAccessPolicies: `externalAccessPolicies: [${OFF}, ${SITE_ON}]` }),
    decision:
      'published, users, user-groups: external access policy "Site:Redmond" lets 3 users in site "Redmond" use XMPP',
  },
  {
    why: "the site's policy wins over the global one, and closes",
    yaml: passingBut({ externalAccessPolicies: `externalAccessPolicies: [${ON}, ${SITE_OFF}]` }),
    decision:
      'closed, users, user-groups: none of its users may use XMPP: external access policy "Site:Redmond" has EnableXmppAccess off',
  },
  {
    why: "the policy of another site is not theirs",
    yaml: passingBut({
      externalAccessPolicies: `externalAccessPolicies: [${OFF}, ${SITE_ON}]`,
      userGroups: "userGroups: [{ sipDomain: a.test, site: dublin }]",
    }),
    decision:
      'closed, users, user-groups: none of its users may use XMPP: external access policy "Global" has EnableFederationAccess and EnableXmppAccess off',
  },
  {
    why: "a policy that was granted wins over that of the site, and opens; tags in any case",
    yaml: passingBut({
      externalAccessPolicies: `externalAccessPolicies: [${OFF}, ${SITE_OFF}, ${TAG_ON}]`,
      userGroups: "userGroups: [{ sipDomain: A.test, site: Redmond, policy: TAG:xmppusers, count: 1 }]",
    }),
    decision:
      'published, users, user-groups: external access policy "Tag:XmppUsers" lets 1 user in site "Redmond" use XMPP',
  },
  {
    why: "a policy that was granted wins as a whole, and closes",
    yaml: passingBut({
      externalAccessPolicies: `externalAccessPolicies: [${ON}, { identity: NoXmpp, enableFederationAccess: true }]`,
      userGroups: "userGroups: [{ sipDomain: a.test, site: Redmond, policy: NoXmpp }]",
    }),
    decision:
      'closed, users, user-groups: none of its users may use XMPP: external access policy "Tag:NoXmpp" has EnableXmppAccess off',
  },
  {
    why: "one group of several is enough",
    yaml: passingBut({
      externalAccessPolicies: `externalAccessPolicies: [${OFF}, ${TAG_ON}]`,
      userGroups: "userGroups: [{ sipDomain: a.test }, { sipDomain: a.test, policy: XmppUsers }]",
    }),
    decision: 'published, users, user-groups: external access policy "Tag:XmppUsers" lets users use XMPP',
  },
  {
    why: "policies without user groups: any that enables XMPP is enough",
    yaml: passingBut({
      userGroups: "",
      externalAccessPolicies: `externalAccessPolicies: [${OFF}, ${TAG_ON}]`,
    }),
    decision:
      'published, users, any-policy: no user groups are given, and external access policy "Tag:XmppUsers" enables XMPP (any-policy mode)',
  },
  {
    why: "policies without user groups, and none enables XMPP",
    yaml: passingBut({
      userGroups: "",
      externalAccessPolicies: `externalAccessPolicies: [${OFF}, ${SITE_OFF}]`,
    }),
    decision: "closed, users, any-policy: no external access policy enables both federation and XMPP access",
  },
];

describe("Gates.decide()", () => {
  test.each(ROWS)("$why", ({ yaml, decision }) => {
    const deployment = good(yaml);
    const [sipDomain] = deployment.sipDomains;
    const decided = sipDomain && new Gates(deployment).decide(sipDomain);
    const { passed, gate, mode, sentence } = decided ?? {};
    expect(`${passed ? "published" : "closed"}, ${gate}, ${mode}: ${sentence}`).toBe(decision);
  });
});

test("Gates.explain() gives the finding of every gate in their order", () => {
  const deployment = good(
    passingBut({ sites: "sites: [{ name: Redmond, xmppFederationRoute: pool.test }, Dublin]" }),
  );
  const [sipDomain] = deployment.sipDomains;
  expect(sipDomain && new Gates(deployment).explain(sipDomain)).toEqual([
    { gate: "access-edge", passed: true, sentence: "the Access Edge configuration allows federated users" },
    {
      gate: "edge-pool",
      passed: true,
      sentence: 'Edge pool "pool.test" carries XMPP on port 5269, by the XMPP federation route of its site',
    },
    { gate: "partners", passed: true, sentence: "there is 1 XMPP allowed partner" },
    {
      gate: "users",
      passed: true,
      sentence: 'external access policy "Global" lets 3 users in site "Redmond" use XMPP',
    },
  ]);
});

test("publicationMode() is any-policy where partners alone are given", () => {
  expect(publicationMode(good(`${LAB_POOL}\nsipDomains: [a.test]\nxmppAllowedPartners: [p.test]`))).toBe(
    "any-policy",
  );
});

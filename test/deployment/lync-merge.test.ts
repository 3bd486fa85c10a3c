/** What stands in the deployment file beside the pointer to Lync's documents, and how it wins over them. */

import { describe, expect, test } from "vitest";
import type { Deployment } from "../../src/deployment/model.ts";
import { formatAddress } from "../../src/dns/address.ts";
import { good, load, saidOf } from "./given.ts";

const FILES = {
  "topology.xml": `<Topology>
  <InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com"/><InternalDomain Name="fabrikam.com"/></InternalDomains>
  <Sites><CentralSite SiteId="1"><Name>Redmond</Name></CentralSite></Sites>
  <Cluster Fqdn="edge.corp.contoso.com"><ClusterId SiteId="1" Number="1"/>
    <Machine Fqdn="edge1.corp.contoso.com">
      <NetInterface InterfaceSide="External" InterfaceNumber="1" IPAddress="131.107.155.10"/>
    </Machine>
    <Machine Fqdn="edge2.corp.contoso.com">
      <NetInterface InterfaceSide="External" InterfaceNumber="1" IPAddress="131.107.155.11" ConfiguredIPAddress="131.107.155.21"/>
    </Machine>
  </Cluster>
  <Service RoleName="EdgeServer" ServiceVersion="6"><InstalledOn><ClusterId SiteId="1" Number="1"/></InstalledOn><Ports>
    <Port Owner="urn:component:AccessEdge" Usage="SipServer" InterfaceSide="External" InterfaceNumber="1" Port="5061" ConfiguredFqdn="sip.contoso.com"/>
    <Port Owner="urn:component:XmppFederationProxy" Usage="XmppServer" InterfaceSide="External" InterfaceNumber="1" Port="5269"/>
  </Ports></Service>
</Topology>`,
  "export.json": JSON.stringify({
    schema: "xmpp-edge-dns/lync-export/1",
    accessEdge: { AllowFederatedUsers: false },
    sites: [{ Identity: "Site:Redmond", XmppFederationRoute: "EdgeServer:edge.corp.contoso.com" }],
    externalAccessPolicies: [
      { Identity: "Global", EnableFederationAccess: true, EnableXmppAccess: true },
      { Identity: "Tag:Users", EnableFederationAccess: true, EnableXmppAccess: true },
    ],
    xmppPartners: [{ Domain: "Jabber.example", TlsNegotiation: "Optional", ConnectionLimit: 5 }],
    userGroups: [{ sipDomain: "contoso.com", policy: "Users", count: 3 }],
  }),
};

const POINTER = "lync: { topology: topology.xml, export: export.json }\n";

function deployed(yaml: string): Deployment {
  return good(POINTER + yaml, FILES);
}

/** The parts that the rows below look at, as texts. */
function partsOf(deployment: Deployment): Record<string, unknown> {
  const { edgePools, sipDomains, defaultSipDomain, externalAccessPolicies, xmppAllowedPartners } = deployment;
  return {
    published: edgePools.flatMap((pool) =>
      pool.publishedAddresses.map(({ octets }) => formatAddress(octets)),
    ),
    pools: edgePools.map(({ fqdn, xmppPort, version, loadBalancing }) => [
      String(fqdn),
      xmppPort,
      version,
      loadBalancing,
    ]),
    sipDomains: sipDomains.map(({ name, options }) => [String(name), options.hostTtl]),
    defaultSipDomain: String(defaultSipDomain),
    routes: deployment.sites.map(({ name, xmppFederationRoute }) => [
      name,
      xmppFederationRoute && String(xmppFederationRoute.fqdn),
    ]),
    policies: externalAccessPolicies?.map(({ identity, enableFederationAccess, enableXmppAccess }) => [
      identity,
      enableFederationAccess,
      enableXmppAccess,
    ]),
    partners: xmppAllowedPartners?.map(({ domain, tlsNegotiation, connectionLimit }) => [
      String(domain),
      tlsNegotiation,
      connectionLimit,
    ]),
    groups: deployment.userGroups?.map(({ sipDomain, count }) => [String(sipDomain), count]),
    allowFederatedUsers: deployment.allowFederatedUsers,
  };
}

/** What the documents say where the file says nothing. */
const SAID = partsOf(deployed(""));

test("loadDeployment() takes from the documents what the file does not say", () => {
  expect(SAID).toEqual({
    published: ["131.107.155.10", "131.107.155.21"],
    pools: [["edge.corp.contoso.com.", 5269, 6, "dns"]],
    sipDomains: [
      ["contoso.com.", 300],
      ["fabrikam.com.", 300],
    ],
    defaultSipDomain: "contoso.com.",
    routes: [["Redmond", "edge.corp.contoso.com."]],
    policies: [
      ["Global", true, true],
      ["Tag:Users", true, true],
    ],
    partners: [["jabber.example.", "Optional", 5]],
    groups: [["contoso.com.", 3]],
    allowFederatedUsers: false,
  });
});

interface Row {
  readonly why: string;
  readonly yaml: string;
  /** What differs from SAID. */
  readonly differs: Readonly<Record<string, unknown>>;
}

const rows: readonly Row[] = [
  {
    why: "an Edge Server by FQDN, in any case, key by key",
    yaml: `edgePools: [{ fqdn: EDGE.corp.contoso.com., servers: [{ fqdn: Edge2.corp.contoso.com, publicAddresses: [131.107.155.99] }] }]`,
    differs: {
      published: ["131.107.155.10", "131.107.155.99"],
      pools: [["edge.corp.contoso.com.", 5269, 6, "dns"]],
    },
  },
  {
    why: "a drained Edge Server keeps its addresses and leaves the answers",
    yaml: `edgePools: [{ fqdn: edge.corp.contoso.com, servers: [{ fqdn: edge1.corp.contoso.com, drained: true }] }]`,
    differs: { published: ["131.107.155.21"] },
  },
  {
    why: "a list of servers without FQDNs stands for the whole list",
    yaml: `edgePools: [{ fqdn: edge.corp.contoso.com, servers: [131.107.155.77] }]`,
    differs: { published: ["131.107.155.77"] },
  },
  {
    why: "VIPs, with no trace of NAT",
    yaml: `edgePools: [{ fqdn: edge.corp.contoso.com, loadBalancing: hardware, vips: [131.107.155.50] }]`,
    differs: { published: ["131.107.155.50"], pools: [["edge.corp.contoso.com.", 5269, 6, "hardware"]] },
  },
  {
    why: "null is a word too: the pool is taken out of XMPP",
    yaml: `edgePools: [{ fqdn: edge.corp.contoso.com, xmppPort: null }]`,
    differs: { published: [], pools: [["edge.corp.contoso.com.", undefined, 6, "dns"]] },
  },
  {
    why: "a pool that the documents do not know is added, and a site may route to it",
    yaml: `edgePools: [{ fqdn: new.contoso.com, xmppPort: 5270, servers: [131.107.155.60] }]
sites: [{ name: redmond, xmppFederationRoute: new.contoso.com }]`,
    differs: {
      published: ["131.107.155.10", "131.107.155.21", "131.107.155.60"],
      pools: [
        ["edge.corp.contoso.com.", 5269, 6, "dns"],
        ["new.contoso.com.", 5270, undefined, "dns"],
      ],
      routes: [["redmond", "new.contoso.com."]],
    },
  },
  {
    why: "SIP domains by name, key by key; others are added",
    yaml: `sipDomains: [{ name: FABRIKAM.com, hostTtl: 60, default: true }, litware.com]`,
    differs: {
      sipDomains: [
        ["contoso.com.", 300],
        ["fabrikam.com.", 60],
        ["litware.com.", 300],
      ],
      defaultSipDomain: "fabrikam.com.",
    },
  },
  {
    why: "defaults hold for the documents' SIP domains",
    yaml: "defaults: { hostTtl: 5 }",
    differs: {
      sipDomains: [
        ["contoso.com.", 5],
        ["fabrikam.com.", 5],
      ],
    },
  },
  {
    why: "a policy by identity, as a whole",
    yaml: `externalAccessPolicies: [{ identity: users, enableFederationAccess: true }, { identity: "Tag:More" }]`,
    differs: {
      policies: [
        ["Global", true, true],
        ["Tag:users", true, false],
        ["Tag:More", false, false],
      ],
    },
  },
  {
    why: "a partner by domain, as a whole",
    yaml: "xmppAllowedPartners: [jabber.example, chat.example]",
    differs: {
      partners: [
        ["jabber.example.", "Required", undefined],
        ["chat.example.", "Required", undefined],
      ],
    },
  },
  {
    why: "user groups, as a whole list",
    yaml: "userGroups: [{ sipDomain: fabrikam.com, count: 1 }]",
    differs: { groups: [["fabrikam.com.", 1]] },
  },
  {
    why: "the Access Edge configuration",
    yaml: "accessEdge: { allowFederatedUsers: true }",
    differs: { allowFederatedUsers: true },
  },
];

describe("loadDeployment() lets the file win:", () => {
  test.each(rows)("$why", ({ yaml, differs }) => {
    expect(partsOf(deployed(yaml))).toEqual({ ...SAID, ...differs });
  });
});

interface Fault {
  readonly why: string;
  readonly yaml: string;
  readonly said: readonly unknown[];
}

const faults: readonly Fault[] = [
  {
    why: "a document that is not there is told where it is named",
    yaml: "lync: { topology: topology.xml, export: [export.json, none.json] }",
    said: ['1:55 error: Cannot read "none.json": there is no such file'],
  },
  {
    why: "a pointer to nothing",
    yaml: "lync: {}\nsipDomains: [contoso.com]",
    said: ['1:1 error: Cannot read "lync" without "topology" and "export": give one of them'],
  },
  {
    why: "a server that the documents do not know",
    yaml: `${POINTER}edgePools: [{ fqdn: edge.corp.contoso.com, servers: [{ fqdn: edge3.corp.contoso.com }] }]`,
    said: expect.arrayContaining([
      `2:54 error: Cannot find Edge Server "edge3.corp.contoso.com" in Lync's documents: did you mean "edge1.corp.contoso.com"? Known are "edge1.corp.contoso.com" and "edge2.corp.contoso.com"; take it out where it is gone`,
    ]),
  },
  {
    why: "a fault in what the file adds is told in the file",
    yaml: `${POINTER}edgePools: [{ fqdn: edge.corp.contoso.com, servers: [{ fqdn: edge2.corp.contoso.com, publicAddresses: [10.0.0.1] }] }]`,
    said: expect.arrayContaining([
      expect.stringMatching(/^2:104 error: Cannot publish address "10\.0\.0\.1"/),
    ]),
  },
  {
    why: "two documents that contradict each other",
    yaml: "lync: { topology: topology.xml, export: [export.json, edge.json] }",
    said: expect.arrayContaining([
      'edge.json:2:32 warning: XMPP port is none here and 5269 in "topology.xml", which is taken',
      'edge.json:3:30 warning: Access Edge FQDN is "access.contoso.com" here and "sip.contoso.com" in "topology.xml", which is taken',
    ]),
  },
  {
    why: "policies without partners and Access Edge configuration",
    yaml: "lync: { topology: topology.xml, export: policy.json }",
    said: expect.arrayContaining([
      '1:1 warning: The documents hold nothing of "Get-CsXmppAllowedPartner" and "Get-CsAccessEdgeConfiguration", so it counts as if nothing were allowed; export it too',
    ]),
  },
  {
    why: "an Edge service of a cmdlet too old to know XMPP",
    yaml: "lync: { export: [old.json, domain.json] }",
    said: expect.arrayContaining([
      'old.json:1:1 warning: The documents do not say whether Edge pool "edge.contoso.com" carries XMPP, so it counts as if it did not; give its "xmppPort"',
    ]),
  },
];

const OTHERS = {
  ...FILES,
  "edge.json": `[{ "PoolFqdn": "edge.corp.contoso.com",
        "XmppListeningPort":   "",
   "AccessEdgeExternalFqdn": "access.contoso.com" }]`,
  "policy.json": '{ "Identity": "Global", "EnableXmppAccess": true }',
  "old.json": '{ "Identity": "EdgeServer:edge.contoso.com", "AccessEdgeExternalFqdn": "sip.contoso.com" }',
  "domain.json": '{ "Name": "contoso.com", "IsDefault": true }',
};

describe("loadDeployment() tells of documents:", () => {
  test.each(faults)("$why", ({ yaml, said }) => expect(saidOf(load(yaml, OTHERS))).toEqual(said));
});

/** What cmdlets print, in the many forms that PowerShell gives it. */

import { describe, expect, test } from "vitest";
import { readDocument } from "../../src/lync/document.ts";
import { joinFacts, type LyncDeployment } from "../../src/lync/join.ts";
import { goodValue } from "../deployment/given.ts";

/** What documents say together, without the spots. */
function said(...texts: readonly string[]): Partial<LyncDeployment> {
  const files = texts.map((_, index) => `f${index}`);
  const facts = texts.map((text, index) => goodValue(readDocument(`f${index}`, text).facts));
  const { deployment } = joinFacts(facts, files);
  return JSON.parse(JSON.stringify(deployment, (key, value) => (key === "spot" ? undefined : value)));
}

function clixml(...objects: readonly string[]): string {
  const numbered = objects.map((inside, index) => `<Obj RefId="${100 + index}">${inside}</Obj>`);
  return `<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">${numbered.join("\n")}</Objs>`;
}

interface Row {
  readonly why: string;
  readonly texts: readonly string[];
  readonly says: Readonly<Record<string, unknown>>;
}

const POLICY = { identity: "Global", enableFederationAccess: true, enableXmppAccess: true };
const GROUP = { enabled: true, survivableBranchAppliance: false };
const GLOBAL = '"Identity": "Global", "EnableFederationAccess": true, "EnableXmppAccess": true';

const rows: readonly Row[] = [
  { why: "one object alone", texts: [`{ ${GLOBAL} }`], says: { policies: [POLICY] } },
  { why: "a list", texts: [`[{ ${GLOBAL} }]`], says: { policies: [POLICY] } },
  {
    why: "a list that PowerShell wrapped",
    texts: [`{ "value": [{ ${GLOBAL} }], "Count": 1 }`],
    says: { policies: [POLICY] },
  },
  {
    why: "switches as words and as numbers",
    texts: ['{ "Identity": "Global", "EnableFederationAccess": "True", "EnableXmppAccess": 1 }'],
    says: { policies: [POLICY] },
  },
  {
    why: "a policy of Lync Server 2010, which has no EnableXmppAccess",
    texts: ['{ "Identity": "Global", "EnableFederationAccess": true, "EnableOutsideAccess": true }'],
    says: { policies: [{ ...POLICY, enableXmppAccess: false }] },
  },
  {
    why: "a policy as CLIXML",
    texts: [
      clixml(
        '<TN RefId="0"><T>Microsoft.Rtc.Management.WritableConfig.Policy.ExternalAccess.ExternalAccessPolicy</T></TN><ToString>Global</ToString><Props><S N="Identity">Global</S><B N="EnableFederationAccess">true</B><B N="EnableXmppAccess">true</B><Nil N="Description"/></Props>',
      ),
    ],
    says: { policies: [POLICY] },
  },
  {
    why: "a partner as CLIXML: words of enumerations, lists, numbers, what Select-Object added",
    texts: [
      clixml(
        '<MS><S N="Domain">jabber.example</S><Obj N="AdditionalDomains" RefId="1"><TN RefId="1"><T>System.Collections.ArrayList</T></TN><LST><S>corp.jabber.example</S><S>a.example</S></LST></Obj><Obj N="TlsNegotiation" RefId="2"><TN RefId="2"><T>NegotiationType</T></TN><ToString>Optional</ToString><I32>1</I32></Obj><B N="EnableKeepAlive">false</B><U32 N="ConnectionLimit">9</U32><S N="ProxyFqdn">p_x002E_example</S></MS>',
      ),
    ],
    says: {
      partners: [
        {
          domain: "jabber.example",
          additionalDomains: ["corp.jabber.example", "a.example"],
          tlsNegotiation: "Optional",
          enableKeepAlive: false,
          connectionLimit: 9,
          proxyFqdn: "p.example",
        },
      ],
    },
  },
  {
    why: "users as CLIXML, counted; the policy by reference",
    texts: [
      clixml(
        '<Props><S N="SipAddress">sip:a@Contoso.example</S><Obj N="RegistrarPool" RefId="1"><ToString>fe.contoso.example</ToString><Props/></Obj><Obj N="ExternalAccessPolicy" RefId="2"><ToString>Users</ToString><Props/></Obj></Props>',
        '<Props><S N="SipAddress">sip:b@contoso.example</S><Ref N="RegistrarPool" RefId="1"/><Ref N="ExternalAccessPolicy" RefId="2"/></Props>',
      ),
      '{ "Name": "contoso.example", "IsDefault": true }',
    ],
    says: {
      sipDomains: [{ name: "contoso.example", isDefault: true }],
      userGroups: [{ ...GROUP, sipDomain: "Contoso.example", policy: "Users", count: 2 }],
    },
  },
  {
    why: "users of whom none is enabled: they are spoken of",
    texts: ['{ "SipAddress": null }'],
    says: { userGroups: [] },
  },
  {
    why: "users of a Survivable Branch Appliance, by what Get-CsService says of its roles",
    texts: [
      '[{ "SipAddress": "sip:a@contoso.example", "RegistrarPool": "sba.contoso.example", "Enabled": false }]',
      '[{ "Identity": "Registrar:sba.contoso.example", "PoolFqdn": "sba.contoso.example", "SiteId": "Site:Oslo", "Role": "Registrar" }]',
    ],
    says: {
      userGroups: [
        {
          sipDomain: "contoso.example",
          count: 1,
          enabled: false,
          site: "Oslo",
          survivableBranchAppliance: true,
        },
      ],
    },
  },
  {
    why: "an Edge pool of two computers without Get-CsPool: those with external addresses are its servers",
    texts: [
      '[{ "Identity": "EdgeServer:edge.example", "XmppListeningPort": "5269", "Version": "6" }]',
      `[{ "Identity": "a.example/External/1", "IPAddress": "203.0.113.1", "InterfaceNumber": 1, "Interface": "External" },
        { "Identity": "b.example/External/1", "IPAddress": "203.0.113.2", "InterfaceNumber": 1, "Interface": "External" },
        { "Identity": "fe.example/External/1", "IPAddress": "0.0.0.0", "InterfaceNumber": 1, "Interface": "External" }]`,
    ],
    says: {
      edgePools: [
        {
          poolFqdn: "edge.example",
          xmppPort: { value: 5269 },
          version: { value: 6 },
          servers: [
            { fqdn: "a.example", addresses: [{ value: "203.0.113.1" }], publicAddresses: [] },
            { fqdn: "b.example", addresses: [{ value: "203.0.113.2" }], publicAddresses: [] },
          ],
        },
      ],
    },
  },
  {
    why: "an Edge pool whose computers Get-CsComputer lists",
    texts: [
      '{ "PoolFqdn": "edge.example", "XmppListeningPort": "" }',
      '[{ "Fqdn": "a.example", "Pool": "edge.example" }, { "Fqdn": "b.example", "Pool": "EDGE.example" }]',
    ],
    says: {
      edgePools: [
        {
          poolFqdn: "edge.example",
          xmppPort: { value: null },
          servers: [
            { fqdn: "a.example", addresses: [], publicAddresses: [] },
            { fqdn: "b.example", addresses: [], publicAddresses: [] },
          ],
        },
      ],
    },
  },
];

const NOTHING = { sipDomains: [], sites: [], edgePools: [] };

describe("readDocument() takes", () => {
  test.each(rows)("$why", ({ texts, says }) => {
    expect(said(...texts)).toEqual({ ...NOTHING, files: texts.map((_, index) => `f${index}`), ...says });
  });
});

test("readDocument() passes over what it does not know beside what it does", () => {
  const { facts } = readDocument("f", `[{ ${GLOBAL} }, { "Id": 4 }]`);
  expect(facts).toMatchObject({
    ok: true,
    remarks: [{ severity: "warning", message: "Left out an object that no cmdlet known here prints" }],
  });
});

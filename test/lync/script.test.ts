/** Export-LyncXmppDns.ps1 writes what is read here. There is no Lync to run it with: its text is looked at. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readDocument } from "../../src/lync/document.ts";
import { joinFacts } from "../../src/lync/join.ts";
import { goodValue } from "../deployment/given.ts";

const SCRIPT = readFileSync(new URL("../../lync/Export-LyncXmppDns.ps1", import.meta.url), "utf8");
const CODE = SCRIPT.replace(/<#.*?#>/gs, "").replace(/^\s*#(?!Requires).*$/gm, "");

/** The keys that a function of the script puts into its objects. */
function keysOf(name: string): string[] {
  const [, body = ""] = new RegExp(`^function ${name} \\{\n(.*?)^\\}`, "ms").exec(CODE) ?? [];
  return [...body.matchAll(/^ {8,}(\w+) +=|\$edge\['(\w+)'\] =/gm)].map(
    ([, one, other]) => one ?? other ?? "",
  );
}

/** `sipDomains = @(Export-SipDomain)` */
const sections = [...CODE.matchAll(/^(?: {4}(\w+)|.*\$export\['(\w+)'\]) += .*?(Export-\w+)/gm)].map(
  ([, one, other, name = ""]) => [one ?? other ?? "", keysOf(name)] as const,
);

/** A good value of each key. */
const VALUES: Readonly<Record<string, unknown>> = {
  Name: "contoso.example",
  IsDefault: true,
  Identity: "Site:Redmond",
  XmppFederationRoute: "EdgeServer:edge.contoso.example",
  Fqdn: "edge.contoso.example",
  Site: "Site:Redmond",
  Computers: ["edge1.contoso.example"],
  Services: ["Registrar:edge.contoso.example"],
  PoolFqdn: "edge.contoso.example",
  SiteId: "Site:Redmond",
  AccessEdgeExternalFqdn: "sip.contoso.example",
  Version: 6,
  XmppListeningPort: 5269,
  ComputerFqdn: "edge1.contoso.example",
  Interface: "External",
  InterfaceNumber: 1,
  IPAddress: "10.0.0.1",
  IPv6Address: "2001:db8::1",
  ConfiguredIPAddress: "203.0.113.1",
  ConfiguredIPv6Address: "2001:db8::2",
  AllowFederatedUsers: true,
  EnableFederationAccess: true,
  EnableXmppAccess: true,
  Domain: "jabber.example",
  AdditionalDomains: ["corp.jabber.example"],
  PartnerType: "Federated",
  TlsNegotiation: "Optional",
  SaslNegotiation: "Optional",
  SupportDialbackNegotiation: false,
  EnableKeepAlive: false,
  ConnectionLimit: 7,
  ProxyFqdn: "proxy.jabber.example",
  sipDomain: "contoso.example",
  registrarPool: "edge.contoso.example",
  policy: "Tag:Users",
  enabled: false,
  count: 12,
};

test("what the script exports is read, every key of it", () => {
  const [, schema] = /^ {4}schema += '(.*)'$/m.exec(CODE) ?? [];
  const objects = sections.map(([section, keys]) => {
    const entries = keys.map((key) => [key, VALUES[key] ?? `no value for ${key}`] as const);
    return [section, [Object.fromEntries(entries)]] as const;
  });
  expect(sections).toHaveLength(9);
  expect(sections.filter(([, keys]) => keys.length === 0)).toEqual([]);
  const text = JSON.stringify({ schema, ...Object.fromEntries(objects) });
  const facts = goodValue(readDocument("f", text).facts);
  const { deployment } = joinFacts([facts], ["f"]);
  const plain: unknown = JSON.parse(
    JSON.stringify(deployment, (key, value) => (key === "spot" ? undefined : value)),
  );
  expect(plain).toEqual({
    files: ["f"],
    sipDomains: [{ name: "contoso.example", isDefault: true }],
    sites: [{ name: "Redmond", xmppFederationRoute: { value: "edge.contoso.example" } }],
    edgePools: [
      {
        poolFqdn: "edge.contoso.example",
        site: "Redmond",
        accessEdgeFqdn: { value: "sip.contoso.example" },
        xmppPort: { value: 5269 },
        version: { value: 6 },
        servers: [
          {
            fqdn: "edge1.contoso.example",
            addresses: [{ value: "10.0.0.1" }, { value: "2001:db8::1" }],
            publicAddresses: [{ value: "203.0.113.1" }, { value: "2001:db8::2" }],
          },
        ],
      },
    ],
    policies: [{ identity: "Site:Redmond", enableFederationAccess: true, enableXmppAccess: true }],
    partners: [
      {
        domain: "jabber.example",
        additionalDomains: ["corp.jabber.example"],
        partnerType: "Federated",
        tlsNegotiation: "Optional",
        saslNegotiation: "Optional",
        supportDialbackNegotiation: false,
        enableKeepAlive: false,
        connectionLimit: 7,
        proxyFqdn: "proxy.jabber.example",
      },
    ],
    userGroups: [
      {
        sipDomain: "contoso.example",
        policy: "Tag:Users",
        enabled: false,
        count: 12,
        site: "Redmond",
        survivableBranchAppliance: true,
      },
    ],
    allowFederatedUsers: { value: true },
  });
});

test("the script asks for no secret, changes nothing and writes no user's address", () => {
  expect(CODE).not.toMatch(/DialbackPassphrase|XmppGatewayConfiguration/);
  const cmdlets = [...CODE.matchAll(/\b([A-Z]\w+)-Cs\w+/g)].map(([, verb]) => verb);
  expect(new Set(cmdlets)).toEqual(new Set(["Get"]));
  expect(keysOf("Export-UserGroup")).toEqual(["sipDomain", "registrarPool", "policy", "enabled", "count"]);
});

test("the script keeps to what PowerShell 3 knows, in ASCII, which every code page reads alike", () => {
  expect(SCRIPT).toMatch(/^#Requires -Version 3\.0$/m);
  expect(SCRIPT).not.toMatch(/[^\n\x20-\x7e]/);
  expect(CODE).not.toMatch(/\?\?|\?\.|-AsArray|::new\(|\bclass\b|-EscapeHandling|&&|\|\|/);
});

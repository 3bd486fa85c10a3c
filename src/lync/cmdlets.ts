/**
 * What cmdlets print → facts. A file may hold the output of one cmdlet, or the bundle that
 * lync/Export-LyncXmppDns.ps1 writes; which it is shows in the properties. Unknown ones are passed over.
 */

import { quote } from "../dns/quotation.ts";
import { CmdletObject } from "./cmdlet-object.ts";
import { type Facts, poolOfService, siteName } from "./facts.ts";
import { type SourceText, Spot } from "./source-text.ts";
import type { Value } from "./value.ts";

/** What `schema` says in the bundle. */
export const BUNDLE_SCHEMA = "xmpp-edge-dns/lync-export/1";

type Read = (object: CmdletObject, facts: Facts) => void;

interface Kind {
  readonly cmdlet: string;
  /** Whether an object is of this kind; the first kind that says so is. */
  readonly matches: (object: CmdletObject) => boolean;
  readonly read: Read;
}

const KINDS: readonly Kind[] = [
  {
    cmdlet: "Get-CsXmppGatewayConfiguration",
    matches: (object) => object.has("DialbackPassphrase", "StreamEstablishmentTimeout"),
    read: () => {}, // nothing of it is for the DNS
  },
  {
    cmdlet: "Get-CsExternalAccessPolicy",
    matches: (object) =>
      object.has("EnableXmppAccess", "EnableFederationAccess", "EnableOutsideAccess") &&
      object.has("Identity"),
    read: readPolicy,
  },
  {
    cmdlet: "Get-CsAccessEdgeConfiguration",
    matches: (object) => object.has("AllowFederatedUsers"),
    read: readAccessEdge,
  },
  {
    cmdlet: "Get-CsXmppAllowedPartner",
    matches: (object) => object.has("TlsNegotiation", "SaslNegotiation", "SupportDialbackNegotiation"),
    read: readPartner,
  },
  { cmdlet: "Get-CsUser", matches: (object) => object.has("SipAddress"), read: readUser },
  {
    cmdlet: "Get-CsNetworkInterface",
    matches: (object) =>
      object.has("InterfaceNumber") || (object.has("Interface") && object.has("IPAddress")),
    read: readInterface,
  },
  {
    cmdlet: "Get-CsService -EdgeServer",
    matches: (object) =>
      object.has("AccessEdgeExternalFqdn", "XmppListeningPort") ||
      /^edgeserver$/i.test(object.text("Role") ?? "") ||
      /^EdgeServer:/i.test(object.text("Identity") ?? ""),
    read: readEdge,
  },
  {
    cmdlet: "Get-CsService",
    matches: (object) => object.has("PoolFqdn"),
    read: readService,
  },
  {
    cmdlet: "Get-CsSite",
    matches: (object) =>
      object.has("XmppFederationRoute") ||
      /^site:/i.test(object.text("Identity") ?? "") ||
      object.has("SiteType"),
    read: readSite,
  },
  { cmdlet: "Get-CsPool", matches: (object) => object.has("Computers"), read: readPool },
  { cmdlet: "Get-CsSipDomain", matches: (object) => object.has("IsDefault"), read: readSipDomain },
  {
    cmdlet: "Get-CsComputer",
    matches: (object) => object.has("Pool") && object.has("Fqdn", "Identity"),
    read: readComputer,
  },
];

/** Sections of the bundle, in lower case, and how their objects are read. */
const SECTIONS: Readonly<Record<string, Read>> = {
  sipdomains: readSipDomain,
  sites: readSite,
  pools: readPool,
  edges: readEdge,
  interfaces: readInterface,
  accessedge: readAccessEdge,
  externalaccesspolicies: readPolicy,
  xmpppartners: readPartner,
  usergroups: readUserGroup,
};

/** Reads all values of a document into facts. */
export function readCmdlets(values: readonly Value[], source: SourceText, facts: Facts): void {
  const objects = values.filter((value) => value.kind === "properties");
  const [first] = objects;
  if (first?.properties.has("schema")) readBundle(new CmdletObject(first, source, facts), source, facts);
  else
    readObjects(
      objects.map((object) => new CmdletObject(object, source, facts)),
      source,
      facts,
    );
}

function readObjects(objects: readonly CmdletObject[], source: SourceText, facts: Facts): void {
  let strange = 0;
  let known = 0;
  for (const object of objects) {
    const kind = KINDS.find(({ matches }) => matches(object));
    kind?.read(object, facts);
    if (kind !== undefined) known++;
    else if (strange++ === 0 && known > 0)
      facts.warning("Left out an object that no cmdlet known here prints", object.spot());
  }
  if (known > 0) return;
  const cmdlets = [...new Set(KINDS.map(({ cmdlet }) => cmdlet))].join(", ");
  const state = objects.length === 0 ? "it holds no object" : "its properties are of none of them";
  facts.error(
    `Cannot tell which cmdlet printed this: ${state}; known are ${cmdlets}, and the export of Export-LyncXmppDns.ps1`,
    objects[0]?.spot() ?? new Spot(source, 0),
  );
}

function readBundle(bundle: CmdletObject, source: SourceText, facts: Facts): void {
  const schema = bundle.text("schema");
  if (schema !== BUNDLE_SCHEMA) {
    const message = `Cannot read an export of schema ${quote(schema ?? "")}: ${quote(BUNDLE_SCHEMA)} is wanted; run Export-LyncXmppDns.ps1 of this version`;
    facts.error(message, bundle.spot("schema"));
    return;
  }
  if (bundle.has("externalaccesspolicies")) facts.policies ??= [];
  if (bundle.has("XmppPartners")) facts.partners ??= [];
  if (bundle.has("UserGroups")) facts.userGroups ??= [];
  for (const [section, read] of Object.entries(SECTIONS)) {
    for (const value of bundle.objects(section)) {
      if (value.kind === "properties") read(new CmdletObject(value, source, facts), facts);
    }
  }
}

function readSipDomain(object: CmdletObject, facts: Facts): void {
  const name = object.required("a SIP domain", "Name", "Identity");
  if (name === undefined) return;
  facts.sipDomains.push({ name, isDefault: object.flag("IsDefault") ?? false, spot: object.spot("Name") });
}

function readSite(object: CmdletObject, facts: Facts): void {
  const identity = object.required("a site", "Identity", "DisplayName");
  if (identity === undefined) return;
  const route = object.saidText("XmppFederationRoute");
  facts.sites.push({
    name: siteName(identity),
    xmppFederationRoute: route && { ...route, value: poolOfService(route.value) },
    spot: object.spot("Identity"),
  });
}

function readPool(object: CmdletObject, facts: Facts): void {
  const fqdn = object.required("a pool", "Fqdn", "Identity");
  if (fqdn === undefined) return;
  const services = object.texts("Services").map(({ value }) => value.replace(/:.*$/s, ""));
  facts.pools.push({
    fqdn,
    site: siteOf(object.text("Site")),
    computers: object.texts("Computers"),
    roles: services.map(roleName),
    spot: object.spot("Fqdn"),
  });
}

function readComputer(object: CmdletObject, facts: Facts): void {
  const fqdn = object.required("a computer", "Fqdn", "Identity");
  const pool = object.required("a computer", "Pool");
  if (fqdn === undefined || pool === undefined) return;
  const computers = [{ value: fqdn, spot: object.spot("Fqdn") }];
  facts.pools.push({ fqdn: pool, site: undefined, computers, roles: [], spot: object.spot() });
}

function readService(object: CmdletObject, facts: Facts): void {
  const fqdn = object.text("PoolFqdn");
  const role = object.text("Role") ?? object.text("Identity")?.replace(/:.*$/s, "");
  if (fqdn === undefined) return;
  facts.pools.push({
    fqdn,
    site: siteOf(object.text("SiteId")),
    computers: [],
    roles: role === undefined ? [] : [roleName(role)],
    spot: object.spot("PoolFqdn"),
  });
}

/** The cmdlets call the role UserServer that the topology calls UserServices. */
function roleName(role: string): string {
  return role.toLowerCase() === "userserver" ? "userservices" : role.toLowerCase();
}

function readEdge(object: CmdletObject, facts: Facts): void {
  const identity = object.required("an Edge service", "PoolFqdn", "Identity");
  if (identity === undefined) return;
  const version = object.number("Version");
  facts.edges.push({
    poolFqdn: poolOfService(identity),
    site: siteOf(object.text("SiteId")),
    accessEdgeFqdn: object.saidText("AccessEdgeExternalFqdn"),
    xmppPort: object.has("XmppListeningPort")
      ? { value: object.port("XmppListeningPort"), spot: object.spot("XmppListeningPort") }
      : undefined,
    version: version === undefined ? undefined : { value: version, spot: object.spot("Version") },
    interfaceNumber: undefined,
    spot: object.spot(),
  });
}

function siteOf(identity: string | undefined): string | undefined {
  return identity === undefined ? undefined : siteName(identity);
}

/** Which side an interface is on: by its word, or by the identity `edge1.contoso.com/External/1` where that is a number. */
function readInterface(object: CmdletObject, facts: Facts): void {
  const [computerOfIdentity, sideOfIdentity, numberOfIdentity] = object.text("Identity")?.split("/") ?? [];
  const word = object.text("Interface") ?? "";
  const side = /^\d*$/.test(word) ? sideOfIdentity : word;
  const computer = object.text("ComputerFqdn") ?? computerOfIdentity;
  if (side === undefined || computer === undefined) {
    facts.error(
      `Cannot read a network interface without "Identity": export it again with that`,
      object.spot(),
    );
    return;
  }
  if (side.toLowerCase() !== "external") return;
  const said = (...names: readonly string[]) =>
    names.map((name) => object.saidText(name)).filter((one) => one !== undefined);
  facts.interfaces.push({
    computer,
    number: object.number("InterfaceNumber") ?? Number(numberOfIdentity ?? 1),
    addresses: said("IPAddress", "IPv6Address"),
    publicAddresses: said("ConfiguredIPAddress", "ConfiguredIPv6Address"),
    spot: object.spot(),
  });
}

function readAccessEdge(object: CmdletObject, facts: Facts): void {
  const value = object.flag("AllowFederatedUsers");
  if (value !== undefined) facts.allowFederatedUsers = { value, spot: object.spot("AllowFederatedUsers") };
}

/** Policies of Lync Server 2010 have no EnableXmppAccess: there was no XMPP. */
function readPolicy(object: CmdletObject, facts: Facts): void {
  const identity = object.required("an external access policy", "Identity");
  if (identity === undefined) return;
  facts.policies ??= [];
  facts.policies.push({
    identity,
    enableFederationAccess: object.flag("EnableFederationAccess") ?? false,
    enableXmppAccess: object.flag("EnableXmppAccess") ?? false,
    spot: object.spot("Identity"),
  });
}

function readPartner(object: CmdletObject, facts: Facts): void {
  const domain = object.required("an XMPP allowed partner", "Domain", "Identity");
  if (domain === undefined) return;
  facts.partners ??= [];
  facts.partners.push({
    domain,
    additionalDomains: object.texts("AdditionalDomains").map(({ value }) => value),
    partnerType: object.word("PartnerType"),
    tlsNegotiation: object.word("TlsNegotiation"),
    saslNegotiation: object.word("SaslNegotiation"),
    supportDialbackNegotiation: object.flag("SupportDialbackNegotiation"),
    enableKeepAlive: object.flag("EnableKeepAlive"),
    connectionLimit: object.number("ConnectionLimit"),
    proxyFqdn: object.text("ProxyFqdn"),
    spot: object.spot(object.has("Domain") ? "domain" : "Identity"),
  });
}

/** Users are counted at once; of their addresses only the SIP domain is kept. */
function readUser(object: CmdletObject, facts: Facts): void {
  facts.userGroups ??= [];
  const [, sipDomain] = /@([^@]+)$/.exec(object.text("SipAddress") ?? "") ?? [];
  if (sipDomain === undefined) return; // not enabled for Lync
  facts.addUserGroup({
    sipDomain,
    registrarPool: object.text("RegistrarPool"),
    policy: object.text("ExternalAccessPolicy"),
    enabled: object.flag("Enabled") ?? true,
    count: 1,
    spot: object.personalSpot,
  });
}

function readUserGroup(object: CmdletObject, facts: Facts): void {
  const sipDomain = object.required("a user group", "SipDomain");
  if (sipDomain === undefined) return;
  facts.addUserGroup({
    sipDomain,
    registrarPool: object.text("RegistrarPool"),
    policy: object.text("Policy"),
    enabled: object.flag("Enabled") ?? true,
    count: object.number("Count") ?? 1,
    spot: object.spot(),
  });
}

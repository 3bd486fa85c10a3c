/** External access policies, user groups and XMPP allowed partners. */

import { quote } from "../dns/quotation.ts";
import { nearest } from "../nearest.ts";
import { type SiteNames, siteAt } from "./edge-pools.ts";
import { readHostName, textOf } from "./host-name.ts";
import { readListFile } from "./list-file.ts";
import type {
  ExternalAccessPolicy,
  PolicyScope,
  SipDomain,
  Site,
  UserGroup,
  XmppAllowedPartner,
} from "./model.ts";
import type { Path } from "./places.ts";
import { hostNameAt, type Reading, reportMissing } from "./reading.ts";
import type { DeploymentShape, PartnerShape } from "./schema.ts";
import { knownOnes } from "./wording.ts";

/** Reads the policies; undefined where the deployment does not speak of them. */
export function readPolicies(
  reading: Reading,
  sites: SiteNames,
  shapes: DeploymentShape["externalAccessPolicies"],
): ExternalAccessPolicy[] | undefined {
  const seen = new Set<string>();
  return shapes?.flatMap((shape, index) => {
    const path = ["externalAccessPolicies", index, "identity"];
    const read = identityAt(reading, path, shape.identity);
    if (read === undefined) return [];
    const { scope, name } = read;
    const site =
      scope === "site"
        ? siteAt(reading, sites, path, name, `external access policy ${quote(shape.identity)}`)
        : name;
    const key = policyKey(scope, name);
    if (seen.has(key))
      reading.findings.error(
        `Cannot list external access policy ${quote(shape.identity)} twice`,
        reading.places.ofValue(path),
      );
    if (site === undefined || seen.has(key)) return [];
    seen.add(key);
    const { enableFederationAccess = false, enableXmppAccess = false } = shape;
    const identity = identityOf(scope, site);
    const place = reading.places.ofValue(["externalAccessPolicies", index]);
    return [{ scope, name: site, identity, enableFederationAccess, enableXmppAccess, place }];
  });
}

/** Whom a policy holds for, as its identity says. */
interface Identity {
  readonly scope: PolicyScope;
  readonly name: string;
}

/** `Global`, `Site:<name>`, `Tag:<name>` or the bare name of a tag, in any case; undefined for anything else. */
function readIdentity(text: string): Identity | undefined {
  if (/^global$/i.test(text)) return { scope: "global", name: "" };
  const [, prefix, name = ""] = /^(?:(site|tag):)?\s*([^:]+)$/is.exec(text) ?? [];
  return name === "" ? undefined : { scope: prefix?.toLowerCase() === "site" ? "site" : "user", name };
}

function identityAt(reading: Reading, path: Path, text: string): Identity | undefined {
  const identity = readIdentity(text.trim());
  if (identity !== undefined) return identity;
  const message = `Cannot use ${quote(text)} as identity of an external access policy: ${identityHint(text)}`;
  reading.findings.error(message, reading.places.ofValue(path));
  return undefined;
}

const IDENTITIES = 'give "Global", "Site:<name>" or "Tag:<name>"';

/** "Sites:Redmond" is one letter too long; "Foo:Bar" is like nothing. */
function identityHint(text: string): string {
  const [prefix = "", ...rest] = text.trim().split(":");
  const name = rest.join(":").trim();
  const near = prefix === "" ? undefined : nearest(prefix, ["Global", "Site", "Tag"]);
  if (near === "Global") return 'did you mean "Global"?';
  if (near === undefined || name === "" || name.includes(":")) return IDENTITIES;
  return `did you mean ${quote(`${near}:${name}`)}?`;
}

/**
 * What the name of a per-user policy was perhaps to be: "Globel" and "Site;Redmond" are near. "Local" begins
 * otherwise than "Global", and is a name like any other.
 */
export function identityMeant(name: string, sites: readonly Site[]): string | undefined {
  const others = ["Global", ...sites.map((site) => identityOf("site", site.name))];
  const first = name.charAt(0).toLowerCase();
  return nearest(
    name,
    others.filter((other) => other.charAt(0).toLowerCase() === first),
  );
}

const SCOPE_PREFIX = { global: "Global", site: "Site:", user: "Tag:" } as const;

function identityOf(scope: PolicyScope, name: string): string {
  return SCOPE_PREFIX[scope] + name;
}

/** Lync compares identities without regard to case. */
function policyKey(scope: PolicyScope, name: string): string {
  return identityOf(scope, name.toLowerCase());
}

/** What user groups refer to. */
export interface GroupReferences {
  readonly sites: SiteNames;
  readonly policies: readonly ExternalAccessPolicy[];
  readonly sipDomains: ReadonlyMap<string, SipDomain>;
}

/** Reads the user groups; undefined where the deployment does not speak of them. */
export function readUserGroups(
  reading: Reading,
  references: GroupReferences,
  shapes: DeploymentShape["userGroups"],
): UserGroup[] | undefined {
  return shapes?.flatMap((shape, index) => {
    const path = ["userGroups", index];
    const owner = `user group of ${quote(shape.sipDomain)}`;
    const sipDomain = sipDomainAt(reading, references.sipDomains, [...path, "sipDomain"], shape.sipDomain);
    const site =
      shape.site === undefined
        ? undefined
        : siteAt(reading, references.sites, [...path, "site"], shape.site, `the ${owner}`);
    const policy =
      shape.policy === undefined
        ? undefined
        : userPolicyAt(reading, references.policies, [...path, "policy"], shape.policy);
    if (sipDomain === undefined) return [];
    const { count, enabled = true, survivableBranchAppliance = false } = shape;
    const place = reading.places.ofValue(path);
    return [{ sipDomain: sipDomain.name, site, policy, count, enabled, survivableBranchAppliance, place }];
  });
}

function sipDomainAt(
  reading: Reading,
  sipDomains: GroupReferences["sipDomains"],
  path: Path,
  text: string,
): SipDomain | undefined {
  const name = hostNameAt(reading, path, text, "SIP domain of a user group");
  if (name === undefined) return undefined;
  const found = sipDomains.get(name.key);
  if (found !== undefined) return found;
  const suggestion = knownOnes(text, firstNames(sipDomains));
  const message = `Cannot find SIP domain ${quote(text)} of a user group: ${suggestion}`;
  reportMissing(reading, "sipDomains", message, path);
  return undefined;
}

/** Names that a mistyped one is compared with. */
const MOST_SUGGESTIONS = 1000;

function firstNames(sipDomains: GroupReferences["sipDomains"]): string[] {
  const names: string[] = [];
  for (const { name } of sipDomains.values()) {
    if (names.length === MOST_SUGGESTIONS) break;
    names.push(textOf(name));
  }
  return names;
}

function userPolicyAt(
  reading: Reading,
  policies: readonly ExternalAccessPolicy[],
  path: Path,
  text: string,
): ExternalAccessPolicy | undefined {
  const identity = identityAt(reading, path, text);
  if (identity === undefined) return undefined;
  const { scope, name } = identity;
  if (scope !== "user") {
    const message = `Cannot grant ${quote(text)} to users: it holds without being granted; leave "policy" out, or name a per-user policy ("Tag:<name>")`;
    reading.findings.error(message, reading.places.ofValue(path));
    return undefined;
  }
  const granted = policies.find((policy) => policyKey(policy.scope, policy.name) === policyKey(scope, name));
  if (granted !== undefined) return granted;
  const known = policies.filter((policy) => policy.scope === "user").map((policy) => policy.identity);
  const message = `Cannot find external access policy ${quote(text)} of a user group: ${knownOnes(identityOf(scope, name), known)}`;
  reportMissing(reading, "externalAccessPolicies", message, path);
  return undefined;
}

/** Reads the partners; undefined where the deployment does not speak of them. */
export function readPartners(
  reading: Reading,
  shapes: DeploymentShape["xmppAllowedPartners"],
): XmppAllowedPartner[] | undefined {
  if (shapes === undefined) return undefined;
  const partners = new Map<string, XmppAllowedPartner>();
  for (const [index, shape] of shapes.entries()) {
    const path = ["xmppAllowedPartners", index];
    if (typeof shape === "object" && "file" in shape) {
      readPartnerFile(reading, [...path, "file"], shape.file, partners);
      continue;
    }
    const partner = readPartner(
      reading,
      path,
      typeof shape === "string" ? { domain: shape } : shape,
      typeof shape === "string",
    );
    if (partner === undefined) continue;
    if (partners.has(partner.domain.key)) {
      const text = typeof shape === "string" ? shape : shape.domain;
      reading.findings.error(
        `Cannot list XMPP allowed partner ${quote(text)} twice`,
        reading.places.ofValue(path),
      );
    }
    partners.set(partner.domain.key, partner);
  }
  return [...partners.values()];
}

function readPartnerFile(
  reading: Reading,
  path: Path,
  file: string,
  partners: Map<string, XmppAllowedPartner>,
): void {
  const list = readListFile(reading, path, file);
  list?.forEachLine((text, line) => {
    const read = readHostName(text);
    if ("fault" in read) return `Cannot use ${quote(text)} as XMPP allowed partner: ${read.fault}`;
    if (partners.has(read.name.key)) return `Cannot list XMPP allowed partner ${quote(text)} twice`;
    partners.set(read.name.key, { ...PARTNER_DEFAULTS, domain: read.name, place: list.lineOf(line) });
    return undefined;
  });
}

/** What New-CsXmppAllowedPartner sets where it is told nothing. */
const PARTNER_DEFAULTS: Omit<XmppAllowedPartner, "domain" | "place"> = {
  additionalDomains: [],
  partnerType: "PublicUnverified",
  tlsNegotiation: "Required",
  saslNegotiation: "Required",
  supportDialbackNegotiation: true,
  enableKeepAlive: true,
  connectionLimit: undefined,
  proxyFqdn: undefined,
  description: undefined,
};

function readPartner(
  reading: Reading,
  path: Path,
  shape: PartnerShape,
  isShort: boolean,
): XmppAllowedPartner | undefined {
  const domain = hostNameAt(
    reading,
    isShort ? path : [...path, "domain"],
    shape.domain,
    "XMPP allowed partner",
  );
  const additional = (shape.additionalDomains ?? []).map((text, index) =>
    hostNameAt(
      reading,
      [...path, "additionalDomains", index],
      text,
      "additional domain of an XMPP allowed partner",
    ),
  );
  const proxyFqdn =
    shape.proxyFqdn === undefined
      ? undefined
      : hostNameAt(reading, [...path, "proxyFqdn"], shape.proxyFqdn, "proxy of an XMPP allowed partner");
  if (domain === undefined) return undefined;
  const partner: XmppAllowedPartner = {
    domain,
    additionalDomains: additional.filter((name) => name !== undefined),
    partnerType: shape.partnerType ?? PARTNER_DEFAULTS.partnerType,
    tlsNegotiation: shape.tlsNegotiation ?? PARTNER_DEFAULTS.tlsNegotiation,
    saslNegotiation: shape.saslNegotiation ?? PARTNER_DEFAULTS.saslNegotiation,
    supportDialbackNegotiation:
      shape.supportDialbackNegotiation ?? PARTNER_DEFAULTS.supportDialbackNegotiation,
    enableKeepAlive: shape.enableKeepAlive ?? PARTNER_DEFAULTS.enableKeepAlive,
    connectionLimit: shape.connectionLimit,
    proxyFqdn,
    description: shape.description,
    place: reading.places.ofValue(path),
  };
  const fault = negotiationFault(partner);
  if (fault !== undefined)
    reading.findings.error(
      `Cannot federate with XMPP allowed partner ${quote(shape.domain)}: ${fault}`,
      reading.places.ofValue(path),
    );
  return partner;
}

/** The combinations that Lync refuses: SASL without TLS, and no way left to tell who the partner is. */
function negotiationFault({
  tlsNegotiation,
  saslNegotiation,
  supportDialbackNegotiation,
}: XmppAllowedPartner): string | undefined {
  if (saslNegotiation !== "NotSupported" && tlsNegotiation === "NotSupported") {
    return `SASL needs TLS; set "saslNegotiation: NotSupported", or "tlsNegotiation" to Optional or Required`;
  }
  if (saslNegotiation === "NotSupported" && !supportDialbackNegotiation) {
    return `neither SASL nor dialback is left to authenticate with; set "supportDialbackNegotiation: true", or "saslNegotiation" to Optional or Required`;
  }
  return undefined;
}

/** Pitfalls of SIP domains: their records, TTLs and certificate. */

import { textOf } from "../deployment/host-name.ts";
import type { SipDomainOptions } from "../deployment/model.ts";
import { quote } from "../dns/quotation.ts";
import type { Publication } from "../records/publication.ts";
import type { Finding } from "./finding.ts";
import type { Rule, Subject } from "./lint.ts";

export const SIP_DOMAIN_RULES: readonly Rule[] = [
  { code: "sip-domain-without-srv", severity: "warning", forLabsToo: false, find: forgottenDomains },
  { code: "sip-domain-not-enabled", severity: "note", forLabsToo: false, find: domainsNotEnabled },
  { code: "target-outside-domain", severity: "warning", forLabsToo: false, find: targetsOutside },
  { code: "standby-is-no-failover", severity: "warning", forLabsToo: false, find: standbyPools },
  { code: "other-xmpp-records", severity: "warning", forLabsToo: false, find: otherXmppRecords },
  { code: "ttl-too-high", severity: "warning", forLabsToo: true, find: highTtls },
  { code: "apex-zone-alone", severity: "note", forLabsToo: false, find: zonesWithNothingElse },
  { code: "certificate-names", severity: "note", forLabsToo: false, find: certificateNames },
];

/** "Repeat as necessary for all internal SIP domains", says Microsoft; the one left out fails in silence. */
function* forgottenDomains({ derivation: { publications } }: Subject): Iterable<Finding> {
  if (!publications.some(({ published }) => published)) return;
  for (const { sipDomain, published, gate, reason, place } of publications) {
    if (published || gate === "users") continue;
    const message = `SIP domain ${quote(textOf(sipDomain))} gets no SRV record while others do: ${reason}`;
    yield { message, place };
  }
}

function* domainsNotEnabled({ derivation: { publications } }: Subject): Iterable<Finding> {
  for (const { sipDomain, published, gate, reason, place } of publications) {
    if (published || gate !== "users") continue;
    const name = textOf(sipDomain);
    yield { message: `SIP domain ${quote(name)} gets no SRV record: ${reason} (explain ${name})`, place };
  }
}

/** Lync wants the target of an SRV record inside the SRV's domain, and so does Microsoft's own diagnostic. */
function* targetsOutside({ derivation: { publications } }: Subject): Iterable<Finding> {
  for (const { sipDomain, targets, place } of publications) {
    const outside = targets.find(({ host }) => !host.isAtOrBelow(sipDomain));
    if (outside === undefined) continue;
    const name = textOf(sipDomain);
    const message = `XMPP host ${quote(textOf(outside.host))} of SIP domain ${quote(name)} lies outside of it: Lync wants the target inside the SRV record's domain; leave "xmppHost" and "srvTarget" out, and it is xmpp.${name}`;
    yield { message, place };
  }
}

function* standbyPools({ derivation: { publications } }: Subject): Iterable<Finding> {
  for (const [publication, standby] of firstOfOptions(publications, ({ targets }) => targets[1])) {
    const pool = quote(textOf(standby.edgePool.fqdn));
    const message = `Standby Edge pool ${pool} is published for ${quote(textOf(publication.sipDomain))}, but Lync serves XMPP on the routed pool alone, and Microsoft never supported failover by SRV priorities: to fail over, move the route (Set-CsSite -XmppFederationRoute EdgeServer:${textOf(standby.edgePool.fqdn)}) and "xmppFederationRoute" here`;
    yield { message, place: publication.place };
  }
}

/** Lync is no XMPP client server and has no direct TLS between servers (XEP-0368). */
const NOT_OF_LYNC = ["_xmpp-client._tcp", "_xmpps-client._tcp", "_xmpps-server._tcp", "_jabber._tcp"];

function* otherXmppRecords(subject: Subject): Iterable<Finding> {
  const found = subject.deployment.zones
    .flatMap(({ records }) => records)
    .filter(({ owner }) => NOT_OF_LYNC.includes(owner.labels.slice(0, 2).join(".").toLowerCase()));
  if (found.length === 0) return;
  const chosen = chosenOwners(subject);
  for (const { owner, place } of found) {
    if (chosen.has(owner.key)) continue;
    const message = `Record ${quote(textOf(owner))} promises what no Edge Server has: XMPP clients and direct TLS (XEP-0368) have no port on it; remove the record, unless another XMPP server answers there`;
    yield { message, place };
  }
}

/** Owners of SRV records that "services" asks for: there is a server behind them. */
function chosenOwners({ derivation: { publications } }: Subject): ReadonlySet<string> {
  const owners = new Set<string>();
  for (const { options, services } of publications) {
    const chooses = options.services.some(({ labPorts }) => Object.values(labPorts).some(Boolean));
    if (chooses) for (const { owner } of services) owners.add(owner.key);
  }
  return owners;
}

/** Seconds that a failover to other addresses may take at most. */
const LONGEST_FAILOVER = 3600;

function* highTtls({ derivation: { publications } }: Subject): Iterable<Finding> {
  for (const [{ sipDomain, place }, ttl] of firstOfOptions(publications, highTtl)) {
    const message = `The addresses of ${quote(textOf(sipDomain))}'s XMPP host live ${ttl} s in caches: that long partners keep going to an Edge pool that has failed or moved; set "hostTtl: 300"`;
    yield { message, place };
  }
}

function highTtl({ hostTtl, published }: Publication): number | undefined {
  return published && hostTtl > LONGEST_FAILOVER ? hostTtl : undefined;
}

/** A zone that is delegated here at its apex has to hold all of the domain: its web, its mail. */
function* zonesWithNothingElse({ deployment, derivation: { publications } }: Subject): Iterable<Finding> {
  const withRecords = new Set(deployment.zones.map(({ apex }) => apex.key));
  for (const { sipDomain, published, zoneLayout, place } of publications) {
    if (!published || zoneLayout !== "apex" || withRecords.has(sipDomain.key)) continue;
    const name = textOf(sipDomain);
    const message = `Zone ${quote(name)} holds nothing but XMPP federation: if it is delegated here, its web and mail must be here too; give them under "zones", or take "zoneLayout: pinpoint" and delegate only the two names of XMPP`;
    yield { message, place };
  }
}

function* certificateNames({ derivation: { publications } }: Subject): Iterable<Finding> {
  const published = publications.filter((publication) => publication.published);
  const [first] = published;
  if (first === undefined) return;
  const others = published.length === 1 ? "" : ` and ${published.length - 1} more`;
  const message = `The external certificate of the Edge pool needs ${quote(textOf(first.sipDomain))}${others} among its names: "explain --certificate" lists them`;
  yield { message, place: first.place };
}

/** The first publication for each set of options with something to say: what a million share is said once. */
function* firstOfOptions<T>(
  publications: readonly Publication[],
  say: (publication: Publication) => T | undefined,
): Iterable<readonly [Publication, T]> {
  const seen = new Set<SipDomainOptions>();
  for (const publication of publications) {
    if (seen.has(publication.options)) continue;
    seen.add(publication.options);
    const said = say(publication);
    if (said !== undefined) yield [publication, said];
  }
}

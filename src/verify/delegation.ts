/**
 * Does the delegation lead to name servers that answer, and alike? Only a resolver's view shows it: the zone is
 * found from the SRV record's owner upwards, its name servers and those of the zone above are asked themselves.
 */

import { TYPE } from "../dns/codes.ts";
import type { Endpoint, Reply } from "../probe/dns-client.ts";
import { type Asker, faultOf, lacksFamily, placeOf, plain, recordsAt, type Source } from "./asker.ts";
import { type Finding, findingsFor } from "./finding.ts";

export interface Delegation {
  readonly findings: readonly Finding[];
  /** The name servers that answer for the zone. */
  readonly nameServers: readonly Endpoint[];
}

export interface DelegationMeans {
  readonly asker: Asker;
  readonly resolver: Source;
  /** Port of name servers: 53 everywhere but in tests. */
  readonly nameServerPort: number;
}

const { fine, skipped, warning, broken } = findingsFor("delegation");

/** As many name servers and addresses as fit into one referral, more or less. */
const MOST_NAME_SERVERS = 13;
const MOST_ADDRESSES = 4;

/** Looks at the zone that a name lies in. */
export async function examineDelegation(name: string, means: DelegationMeans): Promise<Delegation> {
  const zone = await zoneHolding(name, means);
  if ("fault" in zone) {
    const complaint = {
      subject: name,
      sentence: `${placeOf(means.resolver.endpoint)} does not find its zone: ${zone.fault}`,
      milliseconds: zone.milliseconds,
    };
    const cure =
      "Register the domain and delegate it to its name servers, or name a resolver that can be asked with --resolver";
    return { findings: [broken({ code: "no-zone", ...complaint, cure })], nameServers: [] };
  }
  const servers = await nameServersOf(zone.apex, means);
  const replies = await Promise.all(
    servers.flatMap(({ host, addresses }) =>
      addresses.map((address) => askNameServer(zone.apex, { host, address }, means)),
    ),
  );
  const answering = replies.filter(({ serial }) => serial !== undefined);
  const findings = [
    ...servers.filter(({ addresses }) => addresses.length === 0).map(({ host }) => addressless(host)),
    ...replies.map(({ finding }) => finding),
    ...serialFindings(zone.apex, answering),
    ...(await parentFindings(zone.apex, answering, means)),
  ];
  return { findings, nameServers: answering.map(({ endpoint }) => endpoint) };
}

type Zone =
  | { readonly apex: string; readonly milliseconds: number }
  | { readonly fault: string; readonly milliseconds: number };

/** The zone that a name lies in: its SOA record is at the name, or comes with the word that it is not. */
async function zoneHolding(name: string, means: DelegationMeans): Promise<Zone> {
  const { asker, resolver } = means;
  const { reply, milliseconds } = await asker.ask(resolver, name, "SOA");
  const fault = faultOf(reply);
  if (fault !== undefined || reply.kind === "silence") return { fault: fault ?? "no answer", milliseconds };
  if (recordsAt(reply.answers, name, TYPE.SOA).length > 0) return { apex: name, milliseconds };
  const above = reply.authorities.find(({ type }) => type === TYPE.SOA);
  if (above !== undefined && isBelow(name, plain(above.name))) {
    return { apex: plain(above.name), milliseconds };
  }
  return name === "."
    ? { fault: "no SOA record up to the root", milliseconds }
    : zoneHolding(parentOf(name), means);
}

function isBelow(name: string, ancestor: string): boolean {
  return name === ancestor || ancestor === "." || name.endsWith(`.${ancestor}`);
}

function parentOf(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 || name === "." ? "." : plain(name.slice(dot + 1));
}

interface NameServer {
  readonly host: string;
  readonly addresses: readonly string[];
}

async function nameServersOf(apex: string, means: DelegationMeans): Promise<NameServer[]> {
  const { reply } = await means.asker.ask(means.resolver, apex, "NS");
  const hosts = reply.kind === "silence" ? [] : nsHosts(reply.answers, apex);
  return Promise.all(
    hosts
      .slice(0, MOST_NAME_SERVERS)
      .map(async (host) => ({ host, addresses: await addressesOf(host, means) })),
  );
}

function nsHosts(records: Parameters<typeof recordsAt>[0], apex: string): string[] {
  return [...new Set(recordsAt(records, apex, TYPE.NS).map(({ ns }) => plain(ns)))].sort();
}

async function addressesOf(host: string, { asker, resolver }: DelegationMeans): Promise<string[]> {
  const heard = await Promise.all([asker.ask(resolver, host, "A"), asker.ask(resolver, host, "AAAA")]);
  const records = heard.flatMap(({ reply }) => (reply.kind === "silence" ? [] : reply.answers));
  return [...new Set(records.flatMap(({ address }) => address ?? []))].slice(0, MOST_ADDRESSES);
}

function addressless(host: string): Finding {
  return broken({
    code: "name-server-address",
    subject: host,
    sentence: "is a name server of the zone and has no address",
    cure:
      host === "localhost" // what a zone names that is given no name servers (records/xmpp-names.ts)
        ? 'Give the name servers under "nameServers", or in a lab ask with --server'
        : `Publish an A or AAAA record for ${host}, or take it out of the NS records here and in the zone above`,
  });
}

interface Answering {
  readonly host: string;
  readonly endpoint: Endpoint;
  /** Of the zone; undefined where it does not answer for it. */
  readonly serial: number | undefined;
  readonly finding: Finding;
}

async function askNameServer(
  apex: string,
  { host, address }: { readonly host: string; readonly address: string },
  { asker, nameServerPort }: DelegationMeans,
): Promise<Answering> {
  const endpoint = { address, port: nameServerPort };
  const { reply, milliseconds } = await asker.ask({ endpoint, kind: "server" }, apex, "SOA");
  const subject = `${host} ${placeOf(endpoint)}`;
  const serial =
    reply.kind === "reply" && reply.authoritative
      ? recordsAt(reply.answers, apex, TYPE.SOA)[0]?.serial
      : undefined;
  const finding =
    serial === undefined
      ? lame(reply, { apex, subject, address, milliseconds })
      : fine({ subject, sentence: `answers for ${apex} with authority, serial ${serial}`, milliseconds });
  return { host, endpoint, serial, finding };
}

interface LameServer {
  readonly apex: string;
  readonly subject: string;
  readonly address: string;
  readonly milliseconds: number;
}

function lame(reply: Reply, { apex, subject, address, milliseconds }: LameServer): Finding {
  if (reply.kind === "silence") {
    if (lacksFamily(address, reply.code)) {
      return skipped({ subject, sentence: "not asked: this machine has no IPv6" });
    }
    return broken({
      code: "name-server-silent",
      subject,
      sentence: `does not answer: ${reply.reason}`,
      cure: "Start the name server, or let UDP and TCP port 53 through to it",
      milliseconds,
    });
  }
  const seen =
    faultOf(reply) ?? (reply.authoritative ? "an answer without the SOA" : "an answer without authority");
  return broken({
    code: "name-server-lame",
    subject,
    sentence: `does not answer for ${apex}: ${seen}`,
    cure: `Serve the zone ${apex} there, or take the name server out of the NS records here and in the zone above`,
    milliseconds,
  });
}

function serialFindings(apex: string, answering: readonly Answering[]): Finding[] {
  const serials = [...new Set(answering.map(({ serial }) => serial))];
  if (serials.length < 2) return [];
  return [
    warning({
      code: "serials-differ",
      subject: apex,
      sentence: `has serials ${serials.join(" and ")} on its name servers`,
      cure: "Wait for the secondaries if it was changed just now; else see why they do not follow (NOTIFY, zone transfer)",
    }),
  ];
}

/** Whether the zone above names the same name servers as the zone itself. */
async function parentFindings(
  apex: string,
  answering: readonly Answering[],
  means: DelegationMeans,
): Promise<Finding[]> {
  const [own] = answering;
  if (apex === "." || own === undefined) return [];
  const { reply } = await means.asker.ask({ endpoint: own.endpoint, kind: "server" }, apex, "NS");
  const inside = reply.kind === "silence" ? [] : nsHosts(reply.answers, apex);
  const parent = await delegationAbove(apex, means);
  if (parent === undefined) return [unseen(apex)];
  const said = { subject: apex, milliseconds: parent.milliseconds };
  if (inside.join() === parent.hosts.join()) {
    return [
      fine({
        ...said,
        sentence: `${parent.zone} delegates it to ${inside.join(", ")}, as the zone says itself`,
      }),
    ];
  }
  return [
    warning({
      ...said,
      code: "delegation-differs",
      sentence: `${parent.zone} delegates it to ${parent.hosts.join(", ")}, the zone itself names ${inside.join(", ") || "nobody"}`,
      cure: `Give both the same NS records: the registrar or administrator of ${parent.zone} changes the first, you the second`,
    }),
  ];
}

function unseen(apex: string): Finding {
  return warning({
    code: "delegation-unseen",
    subject: apex,
    sentence: "no name server of the zone above tells whom it delegates to",
    cure: "Ask for the delegation at the registrar; a firewall that lets DNS pass to one resolver only hides it from here",
  });
}

interface Above {
  readonly zone: string;
  readonly hosts: readonly string[];
  readonly milliseconds: number;
}

/** What the first name server of the zone above that answers says; it may serve both zones. */
async function delegationAbove(apex: string, means: DelegationMeans): Promise<Above | undefined> {
  const zone = await zoneHolding(parentOf(apex), means);
  if ("fault" in zone) return undefined;
  const servers = await nameServersOf(zone.apex, means);
  for (const address of servers.flatMap(({ addresses }) => addresses.slice(0, 1)).slice(0, MOST_ADDRESSES)) {
    const source: Source = { endpoint: { address, port: means.nameServerPort }, kind: "server" };
    const { reply, milliseconds } = await means.asker.ask(source, apex, "NS");
    if (reply.kind === "silence") continue;
    const hosts = nsHosts([...reply.answers, ...reply.authorities], apex);
    if (hosts.length > 0) return { zone: zone.apex, hosts, milliseconds };
  }
  return undefined;
}

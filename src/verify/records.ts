/** The SRV record, its targets and their addresses: are they there, fit for use, and what the deployment wants? */

import { classifyAddress, isInside } from "../deployment/address-rules.ts";
import { formatAddress, parseAddress } from "../dns/address.ts";
import { RCODE, TYPE } from "../dns/codes.ts";
import type { AnsweredRecord, Reply } from "../probe/dns-client.ts";
import { type Asker, faultOf, type Heard, placeOf, plain, recordsAt, type Source } from "./asker.ts";
import type { Expectation, ExpectedTarget } from "./expectation.ts";
import { type Complaint, type Finding, findingsFor } from "./finding.ts";

/** Where partners connect to. */
export interface Contact {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

export interface Records {
  readonly findings: readonly Finding[];
  readonly contacts: readonly Contact[];
}

export interface RecordsMeans {
  readonly asker: Asker;
  readonly source: Source;
  readonly expectation: Expectation | undefined;
  readonly fromPartner: boolean;
}

const { fine, skipped, warning, broken } = findingsFor("records");

/** Port of XMPP federation where no SRV record says another (RFC 6120 §3.2.2). */
const USUAL_PORT = 5269;

/** More targets and addresses than anybody needs are not followed: the answer is somebody else's. */
const MOST_TARGETS = 16;
const MOST_ADDRESSES = 32;

const PUBLISH =
  "Let the server that answers serve what `records` prints, or publish it where this zone is kept";

/** The owner of a SIP domain's SRV record (RFC 6120 §3.2.1). */
export function srvOwnerOf(sipDomain: string): string {
  return `_xmpp-server._tcp.${sipDomain}`;
}

/** Asks for everything that a partner asks for. */
export async function examineRecords(sipDomain: string, means: RecordsMeans): Promise<Records> {
  const [srv, directTls] = await Promise.all([
    examineSrv(sipDomain, means),
    examineDirectTls(sipDomain, means),
  ]);
  const hosts = [...new Map(srv.targets.map((target) => [target.host, target])).values()];
  const examined = await Promise.all(hosts.map(({ host }) => examineHost(host, means)));
  const contacts = srv.targets.flatMap(({ host, port }) =>
    (examined.find((one) => one.host === host)?.addresses ?? []).map((address) => ({ host, port, address })),
  );
  const findings = [...srv.findings, ...directTls, ...examined.flatMap((one) => one.findings)];
  return { findings, contacts: distinct(contacts) };
}

function distinct(contacts: readonly Contact[]): Contact[] {
  return [...new Map(contacts.map((one) => [`${one.address} ${one.port}`, one])).values()];
}

interface Target {
  readonly host: string;
  readonly port: number;
}

interface Srv {
  readonly findings: readonly Finding[];
  readonly targets: readonly Target[];
}

async function examineSrv(sipDomain: string, means: RecordsMeans): Promise<Srv> {
  const owner = srvOwnerOf(sipDomain);
  const heard = await means.asker.ask(means.source, owner, "SRV");
  const { reply, milliseconds } = heard;
  const fault = faultOf(reply);
  if (fault !== undefined || reply.kind === "silence") {
    return {
      findings: [noAnswer(owner, "SRV", heard, means.source)],
      targets: means.expectation?.targets ?? [],
    };
  }
  const records = reply.answers.filter(({ type }) => type === TYPE.SRV);
  const aliases = recordsAt(reply.answers, owner, TYPE.CNAME);
  const alias = aliases.map(({ domain }) => aliasFinding(owner, plain(domain)));
  const found = records.slice(0, MOST_TARGETS).map(targetOf);
  const judged = judgeSrv({ owner, sipDomain, found, rcode: reply.rcode, milliseconds }, means);
  const ttls = records
    .slice(0, 1)
    .flatMap(({ ttl }) => ttlFinding(owner, ttl, means.expectation?.ttl, means));
  return { findings: [...alias, ...judged.findings, ...ttls], targets: judged.targets };
}

function noAnswer(name: string, type: string, { reply, milliseconds }: Heard, source: Source): Finding {
  const who = placeOf(source.endpoint);
  const isRefused = reply.kind === "reply" && reply.rcode === RCODE.REFUSED;
  return broken({
    code: "no-answer",
    subject: `${name} ${type}`,
    sentence: `${who} gives no answer: ${faultOf(reply) ?? "none"}`,
    cure: isRefused
      ? `Ask a server that serves the zone, or a resolver that serves this machine: ${who} is neither for this name`
      : "See whether the server runs, and whether UDP and TCP port 53 reach it; SERVFAIL has its reason in the server's log",
    milliseconds,
  });
}

function aliasFinding(owner: string, target: string): Finding {
  return warning({
    code: "srv-alias",
    subject: `${owner} SRV`,
    sentence: `is an alias of ${target}, which costs each partner a question more`,
    cure: `Publish the SRV record at ${owner} itself`,
  });
}

function targetOf({ target, port = 0, priority = 0, weight = 0 }: AnsweredRecord): ExpectedTarget {
  return { host: plain(target), port, priority, weight, addresses: [] };
}

interface Seen {
  readonly owner: string;
  readonly sipDomain: string;
  readonly found: readonly ExpectedTarget[];
  readonly rcode: number;
  readonly milliseconds: number;
}

function judgeSrv(seen: Seen, { expectation }: RecordsMeans): Srv {
  const { found } = seen;
  if (found.length === 0) return judgeAbsence(seen, expectation);
  if (found.every(({ host }) => host === ".")) return judgeRefusal(seen, expectation);
  const usable = found.filter(({ host }) => host !== ".");
  if (expectation === undefined) {
    return { findings: usable.map((target) => asFound(seen, target)), targets: usable };
  }
  if (expectation.kind !== "published") return { findings: [unwanted(seen, expectation)], targets: usable };
  return compareTargets(seen, usable, expectation.targets);
}

/** No SRV record: what partners do then, they do with the SIP domain's own addresses (RFC 6120 §3.2.2). */
function judgeAbsence(
  { owner, sipDomain, rcode, milliseconds }: Seen,
  expectation: Expectation | undefined,
): Srv {
  const seen = rcode === RCODE.NXDOMAIN ? "the name does not exist" : "there is no SRV record";
  const said = { subject: `${owner} SRV`, milliseconds };
  if (expectation === undefined) {
    const sentence = `${seen}; partners try ${sipDomain} itself, port ${USUAL_PORT}`;
    const cure = `Publish ${owner} SRV, so that partners need not guess`;
    const findings = [warning({ ...said, code: "srv-fallback", sentence, cure })];
    return { findings, targets: [{ host: sipDomain, port: USUAL_PORT }] };
  }
  if (expectation.kind === "unpublished") {
    const sentence = `${seen}, as it is to be: ${expectation.reason}`;
    return { findings: [fine({ ...said, sentence })], targets: [] };
  }
  const findings = [broken({ ...said, code: "srv-missing", sentence: seen, cure: PUBLISH })];
  return { findings, targets: expectation.targets };
}

function judgeRefusal({ owner, milliseconds }: Seen, expectation: Expectation | undefined): Srv {
  const said = { subject: `${owner} SRV`, milliseconds };
  if (expectation !== undefined && expectation.kind !== "published") {
    const sentence = `its target is ".": no XMPP service, as it is to be: ${expectation.reason}`;
    return { findings: [fine({ ...said, sentence })], targets: [] };
  }
  const sentence = 'its target is ".", which tells partners that there is no XMPP service (RFC 2782)';
  const cure =
    expectation === undefined ? "Ask its administrator whether XMPP federation is meant to be off" : PUBLISH;
  return {
    findings: [broken({ ...said, code: "srv-refused", sentence, cure })],
    targets: expectation?.targets ?? [],
  };
}

function unwanted({ owner, found, milliseconds }: Seen, { reason }: Expectation): Finding {
  return broken({
    code: "srv-unwanted",
    subject: `${owner} SRV`,
    sentence: `is published (${found.map(written).join("; ")}) though the deployment does not want it: ${reason}`,
    cure: "Take the record out of the DNS, or enable the SIP domain (`explain` says how)",
    milliseconds,
  });
}

function written({ host, port, priority, weight }: ExpectedTarget): string {
  return `${priority} ${weight} ${port} ${host}`;
}

function asFound({ owner, milliseconds }: Seen, target: ExpectedTarget): Finding {
  return fine({ subject: `${owner} SRV`, sentence: written(target), milliseconds });
}

function compareTargets(
  seen: Seen,
  found: readonly ExpectedTarget[],
  wanted: readonly ExpectedTarget[],
): Srv {
  const subject = `${seen.owner} SRV`;
  const { milliseconds } = seen;
  const present = found.map((target) => {
    const match = wanted.find((one) => one.host === target.host && one.port === target.port);
    const sameHost = match ?? wanted.find((one) => one.host === target.host);
    if (match !== undefined && written(match) === written(target)) return asFound(seen, target);
    if (sameHost !== undefined) return differs({ subject, milliseconds }, target, sameHost);
    return broken({
      code: "target-additional",
      subject,
      sentence: `${written(target)} is published, the deployment does not know that target`,
      cure: `Take it out of the DNS, or add the Edge pool to the deployment; partners may choose it`,
      milliseconds,
    });
  });
  const missing = wanted
    .filter(({ host }) => !found.some((one) => one.host === host))
    .map((target) =>
      broken({
        code: "target-missing",
        subject,
        sentence: `${written(target)} is not published`,
        cure: PUBLISH,
        milliseconds,
      }),
    );
  return { findings: [...present, ...missing], targets: [...found, ...wanted] };
}

function differs(
  said: Pick<Complaint, "subject" | "milliseconds">,
  found: ExpectedTarget,
  wanted: ExpectedTarget,
): Finding {
  const sentence = `${written(found)} is published, the deployment wants ${written(wanted)}`;
  const complaint: Complaint = { ...said, code: "target-differs", sentence, cure: PUBLISH };
  return found.port === wanted.port ? warning(complaint) : broken(complaint);
}

function ttlFinding(
  name: string,
  found: number,
  wanted: number | undefined,
  { source }: RecordsMeans,
): Finding[] {
  // A resolver counts down what it has kept; a server gives the whole.
  if (wanted === undefined || (source.kind === "server" ? found === wanted : found <= wanted)) return [];
  return [
    warning({
      code: "ttl-differs",
      subject: name,
      sentence: `has TTL ${found}, the deployment wants ${wanted}`,
      cure: "Give it the TTL of the deployment: the time that partners need to follow a move hangs on it",
    }),
  ];
}

/** Modern servers ask for direct TLS first and wait for the answer (XEP-0368); Edge Servers do not speak it. */
async function examineDirectTls(
  sipDomain: string,
  { asker, source, expectation }: RecordsMeans,
): Promise<Finding[]> {
  const subject = `_xmpps-server._tcp.${sipDomain} SRV`;
  const { reply, milliseconds } = await asker.ask(source, `_xmpps-server._tcp.${sipDomain}`, "SRV");
  const fault = faultOf(reply);
  if (fault !== undefined) {
    const sentence = `no answer (${fault}): partners ask for it first, and some wait many seconds`;
    const cure = "Answer NXDOMAIN or NODATA with the zone's SOA, as this project's server does";
    return [warning({ code: "direct-tls", subject, sentence, cure, milliseconds })];
  }
  const targets = targetsIn(reply).filter((host) => host !== ".");
  if (targets.length === 0 || expectation === undefined) return [];
  const sentence = `is published (${targets.join(", ")}), though no Edge Server speaks direct TLS`;
  const cure = "Take the record out of the DNS: partners lose time on it before they try the right one";
  return [warning({ code: "direct-tls", subject, sentence, cure, milliseconds })];
}

function targetsIn(reply: Reply): string[] {
  if (reply.kind === "silence") return [];
  return reply.answers.filter(({ type }) => type === TYPE.SRV).map(({ target }) => plain(target));
}

interface Host {
  readonly host: string;
  readonly findings: readonly Finding[];
  /** What is published, and what the deployment wants. */
  readonly addresses: readonly string[];
}

async function examineHost(host: string, means: RecordsMeans): Promise<Host> {
  const { asker, source, expectation } = means;
  const expected = expectation?.targets.find((one) => one.host === host);
  const heard = await Promise.all([asker.ask(source, host, "A"), asker.ask(source, host, "AAAA")]);
  const wanted = expected?.addresses ?? [];
  const failed = heard.find(({ reply }) => faultOf(reply) !== undefined);
  if (failed !== undefined) {
    const isElsewhere = failed.reply.kind === "reply" && failed.reply.rcode === RCODE.REFUSED;
    const finding =
      isElsewhere && source.kind === "server"
        ? skipped({
            subject: host,
            sentence: `lies in no zone of ${placeOf(source.endpoint)}; ask a resolver for it`,
          })
        : noAnswer(host, "A and AAAA", failed, source);
    return { host, findings: [finding], addresses: wanted };
  }
  const answers = heard.flatMap(({ reply }) => (reply.kind === "silence" ? [] : reply.answers));
  const found = [
    ...new Set(answers.flatMap(({ address }) => (address === undefined ? [] : normal(address)))),
  ];
  const milliseconds = Math.max(...heard.map((one) => one.milliseconds));
  const findings = [
    ...aliasOf(host, answers),
    ...addressFindings({
      host,
      found: found.slice(0, MOST_ADDRESSES),
      wanted: expected?.addresses,
      milliseconds,
    }),
    ...(means.fromPartner ? found.flatMap((address) => privateFinding(host, address)) : []),
    ...answers
      .filter(({ address }) => address !== undefined)
      .slice(0, 1)
      .flatMap(({ ttl }) => ttlFinding(host, ttl, expected && expectation?.hostTtl, means)),
  ];
  return { host, findings, addresses: [...new Set([...found.slice(0, MOST_ADDRESSES), ...wanted])] };
}

/** An address as we write it; dns2 writes some in another way. */
function normal(address: string): string {
  const parsed = parseAddress(address);
  return parsed === undefined ? address : formatAddress(parsed.octets);
}

function aliasOf(host: string, answers: readonly AnsweredRecord[]): Finding[] {
  return recordsAt(answers, host, TYPE.CNAME)
    .slice(0, 1)
    .map(({ domain }) =>
      broken({
        code: "target-alias",
        subject: host,
        sentence: `is an alias of ${plain(domain)}, which an SRV record must not point to (RFC 2782)`,
        cure: `Publish A and AAAA records at ${host}, or let the SRV record point to ${plain(domain)}`,
      }),
    );
}

interface Addresses {
  readonly host: string;
  readonly found: readonly string[];
  readonly wanted: readonly string[] | undefined;
  readonly milliseconds: number;
}

function addressFindings({ host, found, wanted, milliseconds }: Addresses): Finding[] {
  if (found.length === 0) {
    const sentence = "has no address: nobody can connect to it";
    const cure = wanted === undefined ? `Publish A and AAAA records at ${host}` : PUBLISH;
    return [broken({ code: "address-none", subject: host, sentence, cure, milliseconds })];
  }
  const additional = wanted === undefined ? [] : found.filter((address) => !wanted.includes(address));
  const missing = (wanted ?? []).filter((address) => !found.includes(address));
  const good = found.filter((address) => !additional.includes(address));
  return [
    ...good.map((address) =>
      fine({ subject: `${host} ${typeOf(address)}`, sentence: address, milliseconds }),
    ),
    ...additional.map((address) =>
      broken({
        code: "address-additional",
        subject: `${host} ${typeOf(address)}`,
        sentence: `${address} is published, no Edge Server in service has it`,
        cure: "Take it out of the DNS: partners that choose it do not try another one; or is an Edge Server missing in the deployment?",
        milliseconds,
      }),
    ),
    ...missing.map((address) =>
      broken({
        code: "address-missing",
        subject: `${host} ${typeOf(address)}`,
        sentence: `${address} is not published`,
        cure: PUBLISH,
        milliseconds,
      }),
    ),
  ];
}

function typeOf(address: string): "A" | "AAAA" {
  return address.includes(":") ? "AAAA" : "A";
}

function privateFinding(host: string, text: string): Finding[] {
  const address = parseAddress(text);
  if (address === undefined || !isInside(address)) return [];
  return [
    broken({
      code: "address-private",
      subject: `${host} ${typeOf(text)}`,
      sentence: `${text} is ${classifyAddress(address).words}: partners cannot reach it`,
      cure: 'Publish the public side of the NAT: "publicAddresses" of the Edge Server',
    }),
  ];
}

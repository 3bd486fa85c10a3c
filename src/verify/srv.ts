/** The SRV records of a SIP domain: are they there, and those that the deployment wants? */

import { RCODE, TYPE } from "../dns/codes.ts";
import type { AnsweredRecord, Reply } from "../probe/dns-client.ts";
import { faultOf, plain, recordsAt } from "./asker.ts";
import type { Expectation, ExpectedTarget } from "./expectation.ts";
import type { Complaint, Finding } from "./finding.ts";
import {
  broken,
  fine,
  noAnswer,
  PUBLISH,
  type RecordsMeans,
  ttlFinding,
  warning,
} from "./record-findings.ts";

/** Port of XMPP federation where no SRV record says another (RFC 6120 §3.2.2). */
const USUAL_PORT = 5269;

/** More targets than anybody needs are not followed: the answer is somebody else's. */
const MOST_TARGETS = 16;

/** The owner of a SIP domain's SRV record (RFC 6120 §3.2.1). */
export function srvOwnerOf(sipDomain: string): string {
  return `_xmpp-server._tcp.${sipDomain}`;
}

/** Where an SRV record leads to. */
interface Target {
  readonly host: string;
  readonly port: number;
}

/** What is to be said of the SRV records, and where they lead to. */
export interface Srv {
  readonly findings: readonly Finding[];
  readonly targets: readonly Target[];
}

/** Asks for the SRV records; without an answer the deployment's targets are tried. */
export async function examineSrv(sipDomain: string, means: RecordsMeans): Promise<Srv> {
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

/** Modern servers ask for direct TLS first and wait for the answer (XEP-0368); Edge Servers do not speak it. */
export async function examineDirectTls(
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

/** The addresses of an SRV record's target: are they there, and those of the Edge Servers in service? */

import { classifyAddress, isInside } from "../deployment/address-rules.ts";
import { formatAddress, parseAddress } from "../dns/address.ts";
import { RCODE, TYPE } from "../dns/codes.ts";
import type { AnsweredRecord } from "../probe/dns-client.ts";
import { faultOf, type Heard, placeOf, plain, recordsAt } from "./asker.ts";
import type { ExpectedTarget } from "./expectation.ts";
import type { Finding } from "./finding.ts";
import {
  broken,
  fine,
  noAnswer,
  PUBLISH,
  type RecordsMeans,
  skipped,
  ttlFinding,
} from "./record-findings.ts";

/** More addresses than anybody needs are not connected to. */
const MOST_ADDRESSES = 32;

/** What is to be said of a target, and where to connect to. */
export interface Host {
  readonly host: string;
  readonly findings: readonly Finding[];
  /** What is published, and what the deployment wants. */
  readonly addresses: readonly string[];
}

/** Asks for the addresses of both families. */
export async function examineHost(host: string, means: RecordsMeans): Promise<Host> {
  const { asker, source, expectation } = means;
  const expected = expectation?.targets.find((one) => one.host === host);
  const heard = await Promise.all([asker.ask(source, host, "A"), asker.ask(source, host, "AAAA")]);
  const failed = heard.find(({ reply }) => faultOf(reply) !== undefined);
  if (failed !== undefined) {
    return { host, findings: [unanswered(host, failed, means)], addresses: expected?.addresses ?? [] };
  }
  return judgeAnswers({ host, heard, expected }, means);
}

/** A server that serves other zones has nothing to say of a target that lies elsewhere. */
function unanswered(host: string, failed: Heard, { source }: RecordsMeans): Finding {
  const isElsewhere = failed.reply.kind === "reply" && failed.reply.rcode === RCODE.REFUSED;
  if (!isElsewhere || source.kind !== "server") return noAnswer(host, "A and AAAA", failed, source);
  const sentence = `lies in no zone of ${placeOf(source.endpoint)}; ask a resolver for it`;
  return skipped({ subject: host, sentence });
}

interface Answers {
  readonly host: string;
  readonly heard: readonly Heard[];
  readonly expected: ExpectedTarget | undefined;
}

function judgeAnswers({ host, heard, expected }: Answers, means: RecordsMeans): Host {
  const answers = heard.flatMap(({ reply }) => (reply.kind === "silence" ? [] : reply.answers));
  const all = new Set(answers.flatMap(({ address }) => (address === undefined ? [] : normal(address))));
  const found = [...all].slice(0, MOST_ADDRESSES);
  const milliseconds = Math.max(...heard.map((one) => one.milliseconds));
  const [first] = answers.filter(({ address }) => address !== undefined);
  const hostTtl = expected && means.expectation?.hostTtl;
  const findings = [
    ...aliasOf(host, answers),
    ...addressFindings({ host, found, wanted: expected?.addresses, milliseconds }),
    ...(means.fromPartner ? found.flatMap((address) => privateFinding(host, address)) : []),
    ...(first === undefined ? [] : ttlFinding(host, first.ttl, hostTtl, means)),
  ];
  return { host, findings, addresses: [...new Set([...found, ...(expected?.addresses ?? [])])] };
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

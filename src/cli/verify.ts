/** `verify`: what a federation partner would see of SIP domains, step by step. */

import { X509Certificate } from "node:crypto";
import { getServers } from "node:dns";
import { isIP } from "node:net";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { readHostName, textOf } from "../deployment/host-name.ts";
import type { Deployment } from "../deployment/model.ts";
import type { DomainName } from "../dns/name.ts";
import { askOverTcp, askOverUdp, askWithEdns, type Endpoint } from "../probe/dns-client.ts";
import { failed, type Problem, type Result, success } from "../result.ts";
import type { Settings } from "../settings/settings.ts";
import { Asker, type DnsClients, type Source } from "../verify/asker.ts";
import { expectationOf } from "../verify/expectation.ts";
import { inOrder, Slots } from "../verify/limits.ts";
import { type Converse, converse } from "../verify/stream.ts";
import { type Inquiry, type Means, type Verdict, verifySipDomain } from "../verify/verify.ts";
import type { Built, Engine } from "./engine.ts";
import { type CommonOptions, report, settingsOf, withoutNotes } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";
import { summaryText, verdictText } from "./verdict-text.ts";

export interface VerifyOptions extends CommonOptions {
  /** All published SIP domains of the deployment where there is none. */
  readonly sipDomains?: readonly string[] | undefined;
  /** Server to ask, address with or without a port. */
  readonly server?: string | undefined;
  readonly resolver?: string | undefined;
  readonly fromPartner?: boolean | undefined;
  /** The domain that we say we come from. */
  readonly from?: string | undefined;
  /** File of certificates to trust. */
  readonly ca?: string | undefined;
  /** Seconds. */
  readonly timeout?: string | undefined;
  readonly strict?: boolean | undefined;
}

/** Exit codes of `verify`: those that monitoring systems know, not those of the other commands. */
export const VERIFY_CODE = { FINE: 0, WARNINGS: 1, BROKEN: 2, UNKNOWN: 3 } as const;

/** What reaches out of the process; tests put their own in. */
export interface Reach {
  readonly clients: DnsClients;
  readonly converse: Converse;
  /** Addresses of the system's resolvers. */
  readonly resolvers: () => readonly string[];
  /** Milliseconds, from wherever. */
  readonly clock: () => number;
}

const REAL: Reach = {
  clients: { udp: askOverUdp, tcp: askOverTcp, edns: askWithEdns },
  converse,
  resolvers: getServers,
  clock: () => performance.now(),
};

/** SIP domains at the same time, and connections at the same time. */
const SIP_DOMAINS_AT_ONCE = 8;
const CONNECTIONS_AT_ONCE = 16;

/** Prints verdicts on standard output, progress on a terminal's standard error. */
export async function verify(
  options: VerifyOptions,
  surroundings: Surroundings,
  { build }: Pick<Engine, "build">,
  reach: Reach = REAL,
): Promise<number> {
  const settings = settingsOf(options, surroundings);
  if (settings === undefined) return VERIFY_CODE.UNKNOWN;
  const task = await taskOf(options, surroundings, { build, reach, settings });
  if (!task.ok) {
    report(withoutNotes(task.problems), options, surroundings.stderr, surroundings);
    return VERIFY_CODE.UNKNOWN;
  }
  const marks = await run(task.value, options, surroundings);
  if (marks.includes("broken")) return VERIFY_CODE.BROKEN;
  return options.strict === true && marks.includes("warning") ? VERIFY_CODE.WARNINGS : VERIFY_CODE.FINE;
}

interface Task {
  /** Made one by one: there may be a million. */
  readonly inquiries: Iterable<Inquiry>;
  readonly count: number;
  readonly means: Means;
}

async function run({ inquiries, count, means }: Task, options: VerifyOptions, surroundings: Surroundings) {
  const start = means.clock();
  const progress = progressOn(surroundings, count, options);
  const marks: Verdict["mark"][] = [];
  const verdicts = inOrder(inquiries, SIP_DOMAINS_AT_ONCE, async (inquiry) => {
    const verdict = await verifySipDomain(inquiry, means);
    progress.advance();
    return verdict;
  });
  for await (const verdict of verdicts) {
    marks.push(verdict.mark);
    progress.clear();
    surroundings.stdout.write(options.json === true ? jsonLine(verdict) : verdictText(verdict, count === 1));
  }
  progress.clear();
  const milliseconds = means.clock() - start;
  surroundings.stdout.write(
    options.json === true ? jsonLine(summary(marks, milliseconds)) : summaryText(marks, milliseconds),
  );
  return marks;
}

function summary(marks: readonly Verdict["mark"][], milliseconds: number): object {
  const count = (mark: Verdict["mark"]): number => marks.filter((one) => one === mark).length;
  const summed = { sipDomains: marks.length, fine: count("fine"), warning: count("warning") };
  return { summary: { ...summed, broken: count("broken"), milliseconds } };
}

/** Fractions of a millisecond are noise. */
function jsonLine(value: object): string {
  const rounded = (key: string, one: unknown): unknown =>
    key === "milliseconds" && typeof one === "number" ? Math.round(one) : one;
  return `${JSON.stringify(value, rounded)}\n`;
}

interface Progress {
  advance(): void;
  clear(): void;
}

function progressOn({ stderr }: Surroundings, total: number, { json }: VerifyOptions): Progress {
  if (!stderr.isTerminal || json === true) return { advance: () => {}, clear: () => {} };
  let done = 0;
  const show = (text: string): void => stderr.write(`\r\u001b[K${text}`);
  show(`0 of ${total} verified`);
  return {
    advance: () => show(`${++done} of ${total} verified`),
    clear: () => show(""),
  };
}

interface Given {
  readonly build: Engine["build"];
  readonly reach: Reach;
  readonly settings: Settings;
}

async function taskOf(
  options: VerifyOptions,
  surroundings: Surroundings,
  { build, reach, settings }: Given,
): Promise<Result<Task>> {
  const words = options.sipDomains ?? [];
  // Outside, with the names given, there need be no deployment.
  const needsNone = options.fromPartner === true && words.length > 0;
  const built = needsNone ? undefined : await build(settings);
  if (built?.ok === false) return built;
  const asked = words.length > 0 ? named(words) : success(publishedIn(built?.value));
  if (!asked.ok) return asked;
  const names = asked.value;
  if (names.length === 0) {
    return failed(`Cannot verify ${settings.deployment}: it publishes no SIP domain; \`explain\` says why`);
  }
  const means = meansOf(options, surroundings, reach, built?.value.deployment);
  if (!means.ok) return means;
  const compared = options.fromPartner === true ? undefined : built?.value;
  return success({ inquiries: inquiriesOf(names, compared), count: names.length, means: means.value });
}

function named(words: readonly string[]): Result<readonly DomainName[]> {
  const names: DomainName[] = [];
  for (const word of words) {
    const read = readHostName(word);
    if ("fault" in read) return failed(`Cannot verify "${word}": ${read.fault}`);
    names.push(read.name);
  }
  return success(names);
}

function publishedIn(built: Built | undefined): readonly DomainName[] {
  const publications = built?.derivation.publications ?? [];
  return publications.filter(({ published }) => published).map(({ sipDomain }) => sipDomain);
}

/** What the deployment wants of each, where it is to be compared with one. */
function* inquiriesOf(names: readonly DomainName[], built: Built | undefined): Iterable<Inquiry> {
  const publications = new Map(built?.derivation.publications.map((one) => [one.sipDomain.key, one]));
  for (const name of names) {
    const publication = publications.get(name.key);
    yield { sipDomain: textOf(name), expectation: publication && expectationOf(publication) };
  }
}

function meansOf(
  options: VerifyOptions,
  { readFile }: Surroundings,
  { clients, converse: talk, resolvers, clock }: Reach,
  deployment: Deployment | undefined,
): Result<Means> {
  const source = sourceOf(options, resolvers);
  const timeout = timeoutOf(options.timeout);
  const from = fromOf(options.from, deployment);
  const secureContext = secureContextOf(options.ca, readFile);
  const problems = [source, timeout, from, secureContext].flatMap((one) => (one.ok ? [] : one.problems));
  if (!(source.ok && timeout.ok && from.ok && secureContext.ok)) return { ok: false, problems };
  return success({
    asker: new Asker({ clients, timeout: timeout.value, clock }),
    source: source.value,
    fromPartner: options.fromPartner === true,
    from: from.value,
    converse: talk,
    connections: new Slots(CONNECTIONS_AT_ONCE),
    secureContext: secureContext.value,
    timeout: timeout.value,
    clock,
    now: Date.now,
    nameServerPort: 53,
  });
}

function sourceOf({ server, resolver }: VerifyOptions, resolvers: () => readonly string[]): Result<Source> {
  if (server !== undefined && resolver !== undefined) {
    return failed("Cannot ask --server and --resolver both: give the one that partners would come to");
  }
  const kind = server === undefined ? "resolver" : "server";
  const word = server ?? resolver ?? resolvers()[0];
  if (word === undefined) return failed("Cannot find a resolver of this machine: give one with --resolver");
  const endpoint = endpointOf(word);
  if (endpoint === undefined) {
    return failed(
      `Cannot ask ${kind} "${word}": give an IP address, such as 192.0.2.53, 192.0.2.53:5300 or [2001:db8::53]:5300`,
    );
  }
  return success({ kind, endpoint });
}

/** An IP address with or without a port; 53 where there is none. */
function endpointOf(word: string): Endpoint | undefined {
  if (isIP(word) !== 0) return { address: word, port: 53 };
  const [, bracketed, bare, port = "53"] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(word) ?? [];
  const address = bracketed ?? bare ?? "";
  const isFitting = isIP(address) === (bracketed === undefined ? 4 : 6);
  return isFitting && Number(port) >= 1 && Number(port) <= 65_535
    ? { address, port: Number(port) }
    : undefined;
}

/** Milliseconds that are given where nobody says. */
const TIMEOUT = 5_000;
const LONGEST_TIMEOUT = 600_000;

function timeoutOf(word: string | undefined): Result<number> {
  if (word === undefined) return success(TIMEOUT);
  const milliseconds = /^\d+(?:\.\d+)?s?$/.test(word) ? 1_000 * Number.parseFloat(word) : 0;
  if (milliseconds >= 1 && milliseconds <= LONGEST_TIMEOUT) return success(milliseconds);
  return failed(`Cannot wait "${word}": give seconds, from 0.001 to ${LONGEST_TIMEOUT / 1_000}`);
}

/** Who we say that we are: a partner that is allowed, where the deployment knows one. */
function fromOf(word: string | undefined, deployment: Deployment | undefined): Result<string | undefined> {
  if (word !== undefined) {
    const read = readHostName(word);
    return "fault" in read ? failed(`Cannot come from "${word}": ${read.fault}`) : success(textOf(read.name));
  }
  const partner = deployment?.xmppAllowedPartners?.[0]?.domain;
  return success(partner && textOf(partner));
}

/** Octets of the largest file of certificates: all of the web's authorities have less. */
const LARGEST_CA_FILE = 2 ** 20;

function secureContextOf(
  path: string | undefined,
  readFile: Surroundings["readFile"],
): Result<SecureContext> {
  const system = getCACertificates("system");
  if (path === undefined)
    return success(contextTrusting(system.length > 0 ? system : getCACertificates("bundled")));
  const problem = (reason: string): { readonly ok: false; readonly problems: readonly Problem[] } =>
    failed(`Cannot trust the certificates of "${path}": ${reason}`);
  const content = readFile(path, LARGEST_CA_FILE);
  if (content.kind === "absent") return problem("there is no such file");
  if (content.kind === "unreadable") return problem(content.reason);
  const certificates = Buffer.from(content.bytes).toString("latin1").match(PEM) ?? [];
  if (certificates.length === 0) return problem("it holds no certificate in PEM form");
  try {
    return success(contextTrusting(certificates.map((text) => new X509Certificate(text).toString())));
  } catch {
    return problem("it holds something that is no certificate in PEM form");
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** As old a TLS as Lync Server 2013 may speak: we want to say so, not to be refused. */
function contextTrusting(ca: string[]): SecureContext {
  return createSecureContext({ ca, minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" });
}

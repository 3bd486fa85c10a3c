/** `explain`: why a SIP domain is published or not, in the words of those who run Lync. */

import type { Gate, GateFinding, UserGroupFinding } from "../deployment/gates.ts";
import type { SipDomain } from "../deployment/model.ts";
import { nearest } from "../nearest.ts";
import { type CertificatePlan, certificatePlans } from "../records/certificate-plan.ts";
import { type Explanation, explanationObject, explain as explanationOf } from "../records/explanation.ts";
import type { Publication } from "../records/publication.ts";
import { columns } from "./columns.ts";
import type { Built, Engine } from "./engine.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { counted, visible } from "./problems.ts";
import { type CommonOptions, report, settingsOf, withoutNotes } from "./settings.ts";
import { summaryTable } from "./summary-table.ts";
import type { Surroundings } from "./surroundings.ts";
import { withoutFinalDot, zoneNamed } from "./zone-name.ts";

export interface ExplainOptions extends CommonOptions {
  /** The SIP domain; all of them, a line each, where undefined. */
  readonly sipDomain?: string | undefined;
  /** The names that the Edge pool's certificate needs, instead. */
  readonly certificate?: boolean | undefined;
}

/** Prints explanations on standard output; what is wrong with the deployment goes to standard error. */
export async function explain(
  options: ExplainOptions,
  surroundings: Surroundings,
  { build }: Pick<Engine, "build">,
): Promise<number> {
  const settings = settingsOf(options, surroundings);
  if (settings === undefined) return EXIT_CODE.USAGE;
  const built = await build(settings);
  report(withoutNotes(built.ok ? built.remarks : built.problems), options, surroundings.stderr, surroundings);
  if (!built.ok) return EXIT_CODE.PROBLEMS;
  const chosen = choose(built.value, options.sipDomain);
  if ("message" in chosen) {
    const message = `${chosen.message} of ${settings.deployment}${chosen.hint}`;
    report([{ severity: "error", message }], options, surroundings.stderr, surroundings);
    return EXIT_CODE.USAGE;
  }
  for (const text of textsOf(built.value, chosen.sipDomain, options)) surroundings.stdout.write(text);
  return EXIT_CODE.FINE;
}

type Choice =
  | { readonly sipDomain: SipDomain | undefined }
  | { readonly message: string; readonly hint: string };

function choose({ deployment }: Built, word: string | undefined): Choice {
  if (word === undefined) return { sipDomain: undefined };
  const name = zoneNamed(word);
  const sipDomain = name && deployment.sipDomains.find((candidate) => candidate.name.equals(name));
  if (sipDomain !== undefined) return { sipDomain };
  const near = nearest(word, knownNames(deployment.sipDomains));
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return { message: `Cannot explain "${word}": it is no SIP domain`, hint };
}

/** Names that a mistyped one is compared with: as many as can be looked through while somebody waits. */
const MOST_COMPARED = 10_000;

function knownNames(sipDomains: readonly SipDomain[]): string[] {
  return sipDomains.slice(0, MOST_COMPARED).map(({ name }) => withoutFinalDot(name));
}

function* textsOf(
  built: Built,
  sipDomain: SipDomain | undefined,
  { certificate = false, json = false }: ExplainOptions,
): Iterable<string> {
  if (certificate) {
    const plans = certificatePlans(publicationsOf(built, sipDomain));
    yield json ? jsonText(plans) : plansText(plans);
  } else if (sipDomain === undefined) {
    yield* json ? [jsonText(built.derivation.publications)] : overview(built.derivation.publications);
  } else {
    const explanation = explanationOf(built.deployment, sipDomain);
    yield json ? jsonText(explanationObject(explanation)) : explanationText(explanation);
  }
}

/** The certificate is the pool's: who asks for one SIP domain sees the names of all that share its pools. */
function publicationsOf({ derivation }: Built, sipDomain: SipDomain | undefined): readonly Publication[] {
  if (sipDomain === undefined) return derivation.publications;
  const pools = new Set(sipDomain.options.services.map(({ edgePool }) => edgePool));
  return derivation.publications.filter(({ targets }) => targets.some(({ edgePool }) => pools.has(edgePool)));
}

function* overview(publications: readonly Publication[]): Iterable<string> {
  let published = 0;
  for (const publication of publications) {
    if (publication.published) published++;
    yield `${headline(publication)}\n`;
  }
  yield `\n${published} of ${counted(publications.length, "SIP domain")} published\n`;
}

const TICK = "✔";
const CROSS = "✘";

function headline({ sipDomain, published, reason }: Publication): string {
  const name = withoutFinalDot(sipDomain);
  return published ? `${TICK} ${name} is published` : `${CROSS} ${name} is not published: ${visible(reason)}`;
}

/** The whole chain of a SIP domain, for people. */
export function explanationText(explanation: Explanation): string {
  const { publication, findings, userGroups, records } = explanation;
  const cure = findings.find(({ passed }) => !passed)?.cure;
  return [
    `${headline(publication)}\n`,
    cure === undefined ? "" : `  What would change it: ${visible(cure)}\n`,
    `\nWhat Lync asks for, in this order\n${findingsText(findings)}`,
    userGroups.length === 0 ? "" : `\nIts users\n${userGroupsText(userGroups)}`,
    records.length === 0
      ? "\nNo DNS records are published for it.\n"
      : `\nDNS summary\n${summaryTable(records, "  ")}`,
  ].join("");
}

const GATE_NAMES: Readonly<Record<Gate, string>> = {
  "access-edge": "Access Edge configuration",
  "edge-pool": "Edge pool and route",
  partners: "XMPP allowed partners",
  users: "External access policies",
};

function findingsText(findings: readonly GateFinding[]): string {
  return columns(
    findings.map(({ gate, passed, sentence }) => [passed ? TICK : CROSS, GATE_NAMES[gate], sentence]),
    "  ",
  );
}

const USER_HEADINGS = ["Users", "Site", "Policy in effect", "Federation", "XMPP", ""] as const;

function userGroupsText(userGroups: readonly UserGroupFinding[]): string {
  return columns([USER_HEADINGS, ...userGroups.map(userGroupRow)], "  ");
}

function userGroupRow({ group, policy, uncounted, mayUseXmpp }: UserGroupFinding): string[] {
  return [
    group.count === undefined ? "some" : String(group.count),
    group.site ?? "–",
    `${policy.identity} (${SCOPES[policy.scope]})`,
    policy.enableFederationAccess ? "on" : "off",
    policy.enableXmppAccess ? "on" : "off",
    uncounted === undefined ? (mayUseXmpp ? "may use XMPP" : "may not") : `not counted: ${uncounted}`,
  ];
}

/** Why this policy holds for the users, as a whole: user over site over global. */
const SCOPES = { user: "granted", site: "of their site", global: "for all others" } as const;

function plansText(plans: readonly CertificatePlan[]): string {
  if (plans.length === 0) return "No SIP domain is published, so no certificate is needed.\n";
  return plans.map(planText).join("\n");
}

function planText({ edgePool, subject, names }: CertificatePlan): string {
  const common = subject ?? 'the Access Edge FQDN (give "accessEdgeFqdn" to see it here)';
  return [
    `External certificate of Edge pool ${edgePool}, the same on each of its servers; no wildcards\n`,
    `  Subject name              ${common}\n`,
    "  Subject alternative names\n",
    columns(
      names.map(({ name, need, reason }) => [name, need, reason]),
      "    ",
    ),
  ].join("");
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

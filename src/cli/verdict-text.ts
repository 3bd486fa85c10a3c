/** Verdicts of `verify` for people. */

import { type Finding, type Mark, STEPS, type Step } from "../verify/finding.ts";
import type { Verdict } from "../verify/verify.ts";
import { columns } from "./columns.ts";
import { counted, visible } from "./problems.ts";

const SIGNS: Readonly<Record<Mark, string>> = { fine: "✔", skipped: "–", warning: "⚠", broken: "✘" };

const STEP_NAMES: Readonly<Record<Step, string>> = {
  delegation: "Delegation and name servers",
  records: "Records",
  transports: "Transports of the name servers",
  service: "XMPP service",
};

/** One SIP domain: everything, or only what is not fine. */
export function verdictText(verdict: Verdict, showsAll: boolean): string {
  const shown = verdict.findings.filter(({ mark }) => showsAll || mark === "warning" || mark === "broken");
  const steps = STEPS.filter((step) => shown.some((finding) => finding.step === step));
  return [
    `${SIGNS[verdict.mark]} ${headline(verdict)}\n`,
    ...steps.map((step) => `\n${STEP_NAMES[step]}\n${rows(shown.filter((one) => one.step === step))}`),
    showsAll || shown.length > 0 ? "\n" : "",
  ].join("");
}

function headline({ sipDomain, known, mark, findings }: Verdict): string {
  const others = known ? "" : " (compared with no deployment)";
  const count = (wanted: Mark): number => findings.filter((one) => one.mark === wanted).length;
  switch (mark) {
    case "fine":
      return `${sipDomain}${others}: partners find everything that they need`;
    case "warning":
      return `${sipDomain}${others}: ${counted(count("warning"), "warning")}`;
    case "broken":
      return `${sipDomain}${others}: ${count("broken")} broken, ${counted(count("warning"), "warning")}`;
    default:
      return mark satisfies never;
  }
}

/** A line for each finding, and one below it for its cure. */
function rows(findings: readonly Finding[]): string {
  const lines = columns(
    findings.map(({ mark, milliseconds, subject, sentence, code }) => [
      SIGNS[mark],
      duration(milliseconds).padStart(7),
      subject,
      code === undefined ? sentence : `${sentence} [${code}]`,
    ]),
    "  ",
  ).split("\n");
  return findings.map(({ cure }, at) => `${lines[at]}\n${cureLine(cure)}`).join("");
}

function cureLine(cure: string | undefined): string {
  return cure === undefined ? "" : `${" ".repeat(14)}→ ${visible(cure)}\n`;
}

function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return "";
  return milliseconds < 1 ? "<1 ms" : `${Math.round(milliseconds)} ms`;
}

/** The last line: how many are how. */
export function summaryText(marks: readonly Verdict["mark"][], milliseconds: number): string {
  const count = (mark: Verdict["mark"]): number => marks.filter((one) => one === mark).length;
  const parts = [
    { count: count("fine"), words: "fine" },
    { count: count("warning"), words: "with warnings" },
    { count: count("broken"), words: "broken" },
  ].filter((part) => part.count > 0);
  const said = parts.map((part) => `${part.count} ${part.words}`).join(", ");
  return `${counted(marks.length, "SIP domain")} verified in ${(milliseconds / 1_000).toFixed(1)} s: ${said}\n`;
}

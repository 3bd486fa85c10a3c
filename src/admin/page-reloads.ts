/** The last reloads on the status page: what changed, or what was wrong, where, and the text that is meant. */

import type { HistoryEntry, LoadOutcome, ToldProblem } from "../reload/history.ts";
import { type ReloadReport, reportRemarks, type Tally, type ZoneChange } from "../reload/report.ts";
import { type Html, html } from "./html.ts";
import { numberText, timeOf } from "./wording.ts";

/** Entries that are shown at once; those before them are folded. */
const UNFOLDED = 5;

/** Why the file is refused, while it is: nothing where it is served. */
export function refusalSection(entries: readonly HistoryEntry[], isCurrent: boolean): Html {
  const inForce = refusalInForce(entries, isCurrent);
  if (inForce === undefined) return html``;
  return html`<h2 id="refusal-heading">Refused</h2>
<ol class="reloads" reversed>${entryItem(inForce)}</ol>`;
}

/** The whole section, the newest reload first, without the refusal that is in force. */
export function reloadsSection(entries: readonly HistoryEntry[], isCurrent: boolean): Html {
  const inForce = refusalInForce(entries, isCurrent);
  const others = entries.filter((entry) => entry !== inForce);
  const folded = others.slice(UNFOLDED);
  return html`<h2 id="reloads-heading">Reloads</h2>
<ol class="reloads" reversed>${others.slice(0, UNFOLDED).map(entryItem)}</ol>${
    folded.length > 0 &&
    html`
<details id="earlier-reloads"><summary>${numberText(folded.length)} earlier</summary><ol class="reloads" reversed>${folded.map(entryItem)}</ol></details>`
  }`;
}

function refusalInForce(entries: readonly HistoryEntry[], isCurrent: boolean): HistoryEntry | undefined {
  return isCurrent ? undefined : entries.find(({ outcome }) => outcome.kind === "refused");
}

function entryItem({ number, time, outcome, count, lastTime }: HistoryEntry): Html {
  const { kind, word, sentence } = shownAs(outcome);
  const again =
    count > 1 && html` <span class="again">× ${numberText(count)}, last at ${timeOf(lastTime)}</span>`;
  return html`<li id="reload-${number}" value="${number}"><p><span class="badge ${kind}">${word}</span> ${timeOf(time)} <span class="outcome">${sentence}</span>${again}</p>
${listBelow(outcome)}</li>`;
}

function listBelow(outcome: LoadOutcome): Html | undefined {
  switch (outcome.kind) {
    case "refused":
      return problemList(outcome.problems, outcome.problemCount);
    case "reloaded":
      return warningList(reportRemarks(outcome.report));
    case "observed":
      return causeList(outcome.causes, outcome.causeCount);
    default:
      return undefined;
  }
}

interface Shown {
  readonly kind: "good" | "bad" | "warning";
  readonly word: string;
  readonly sentence: string;
}

function shownAs(outcome: LoadOutcome): Shown {
  switch (outcome.kind) {
    case "started":
      return { kind: "good", word: "loaded", sentence: `First load, ${milliseconds(outcome)}` };
    case "reloaded":
      return {
        kind: outcome.report.stuck === undefined ? "good" : "warning",
        word: "reloaded",
        sentence: `${changesText(outcome.report)}, ${milliseconds(outcome)}`,
      };
    case "observed":
      return {
        kind: "good",
        word: "rebuilt",
        sentence: `As something else was seen of the network: ${changesText(outcome.report)}, ${milliseconds(outcome)}`,
      };
    case "refused":
      return {
        kind: "bad",
        word: "refused",
        sentence: `${countText(outcome.problemCount)}; the last good version goes on being served`,
      };
    case "fault":
      return { kind: "warning", word: "fault", sentence: outcome.sentence };
    default:
      return outcome satisfies never;
  }
}

function milliseconds({ milliseconds: count }: { readonly milliseconds: number }): string {
  return `${numberText(Math.round(count))} ms`;
}

/** "2 zones changed, 3 RRsets added: contoso.com serial 7 → 8, fabrikam.com added". */
function changesText({ zones, rrsets, examples }: ReloadReport): string {
  const zoneTexts = tallyTexts("zone", zones);
  const rrsetTexts = rrsets === undefined ? ["RRsets not compared"] : tallyTexts("RRset", rrsets);
  if (zoneTexts.length === 0) return "Nothing that is served has changed";
  const changes = [...zoneTexts, ...rrsetTexts];
  const more = zones.added + zones.changed + zones.removed - examples.length;
  const others = more > 0 ? ` and ${numberText(more)} more` : "";
  return `${changes.join(", ")}${examples.length > 0 ? ": " : ""}${examples.map(changeText).join(", ")}${others}`;
}

function tallyTexts(noun: string, tally: Readonly<Tally>): string[] {
  const { added, changed, removed } = tally;
  return Object.entries({ changed, added, removed }).flatMap(([verb, count]) =>
    count === 0 ? [] : [`${numberText(count)} ${noun}${count === 1 ? "" : "s"} ${verb}`],
  );
}

function changeText({ zone, change, oldSerial, newSerial }: ZoneChange): string {
  const name = zone.replace(/(?<=.)\.$/, "");
  return change === "changed" ? `${name} serial ${oldSerial} → ${newSerial}` : `${name} ${change}`;
}

function countText(problems: number): string {
  return problems === 1 ? "1 error" : `${numberText(problems)} errors`;
}

function problemList(problems: readonly ToldProblem[], count: number): Html {
  const more = count - problems.length;
  return html`<ul class="problems">${problems.map(problemItem)}${more > 0 && html`<li>and ${numberText(more)} more</li>`}</ul>`;
}

/** What was seen of the network. */
function causeList(causes: readonly string[], count: number): Html {
  const more = count - causes.length;
  return html`<ul class="causes">${causes.map((cause) => html`<li>${cause}</li>`)}${more > 0 && html`<li>and ${numberText(more)} more</li>`}</ul>`;
}

/** What is to be mended though the load was good. */
function warningList(warnings: readonly ToldProblem[]): Html | undefined {
  if (warnings.length === 0) return undefined;
  return html`<ul class="problems warning">${warnings.map(problemItem)}</ul>`;
}

function problemItem(problem: ToldProblem): Html {
  const { message, file, line, column } = problem;
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return html`<li>${place !== "" && html`<span class="place">${place}</span> `}<span class="message">${message}</span>${excerpt(problem)}</li>`;
}

/** A word in quotation marks or out of them, as YAML has them, and what follows it. */
const WORD = /^("[^"]*"|'[^']*'|[^\s,\]}]+|\S?)(.*)$/s;

/** The offending line; what the problem is about is marked. */
function excerpt({ line, before, after }: ToldProblem): Html | undefined {
  if (before === undefined || after === undefined || (before + after).trim() === "") return undefined;
  const [, marked = "", rest = ""] = WORD.exec(after) ?? [];
  return html`<pre><span class="line-number" aria-hidden="true">${line} </span><code>${before}${marked !== "" && html`<mark>${marked}</mark>`}${rest}</code></pre>`;
}

/** Problems for people (with the line they lie in) and for programs (one JSON object on each line). */

import type { Place, Problem, Severity } from "../result.ts";

export interface ProblemStyle {
  readonly json?: boolean | undefined;
  readonly colour?: boolean | undefined;
}

/** All problems as text, each ended by a line end: errors first, then remarks, in the order of the files. */
export function renderProblems(problems: readonly Problem[], style: ProblemStyle = {}): string {
  const render = style.json === true ? asJson : (problem: Problem) => asText(problem, paint(style.colour));
  return inFileOrder(problems)
    .map((problem) => `${render(problem)}\n`)
    .join("");
}

/** "2 errors, 1 warning"; empty where there is nothing to count. */
export function countProblems(problems: readonly Problem[]): string {
  const severities: readonly Severity[] = ["error", "warning", "note"];
  return severities
    .map((severity) => ({ severity, count: problems.filter((one) => one.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => counted(count, severity))
    .join(", ");
}

/** "1 zone", "2 zones". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function inFileOrder(problems: readonly Problem[]): Problem[] {
  const files = new Map<string | undefined, number>([[undefined, -1]]); // without a place: before all files
  for (const { place } of problems) if (!files.has(place?.file)) files.set(place?.file, files.size);
  const rank = ({ severity, place }: Problem): readonly number[] => [
    severity === "error" ? 0 : 1,
    files.get(place?.file) ?? 0,
    place?.line ?? 0,
    place?.column ?? 0,
  ];
  return problems
    .map((problem) => ({ problem, rank: rank(problem) }))
    .sort((one, other) => compareRanks(one.rank, other.rank))
    .map(({ problem }) => problem);
}

function compareRanks(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

function asJson({ severity, code, message, place }: Problem): string {
  const { file, line, column } = place ?? {};
  return JSON.stringify({ severity, code, file, line, column, message });
}

function asText({ severity, code, message, place }: Problem, paint: Paint): string {
  const label = severity === "error" ? "" : `${paint(severity, `${severity}:`)} `;
  const location = place === undefined ? "" : `${paint("location", visible(locationOf(place)))}  `;
  const opening = severity === "error" && place === undefined ? paint("error", "error: ") : "";
  const kind = code === undefined ? "" : ` ${paint("gutter", `[${code}]`)}`;
  return `${opening}${location}${label}${visible(message)}${kind}${excerptOf(place, severity, paint)}`;
}

function locationOf({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

/** Characters shown of a long line, and before the column at most: one-line JSON can be megabytes. */
const EXCERPT_LENGTH = 100;
const EXCERPT_BEFORE = 80;

/** The offending line with a caret below the column. */
function excerptOf(place: Place | undefined, severity: Severity, paint: Paint): string {
  if (place?.excerpt === undefined || place.line === undefined || place.excerpt.trim() === "") return "";
  const gutter = `  ${place.line} | `;
  const at = Math.min((place.column ?? 1) - 1, place.excerpt.length);
  const start = at <= EXCERPT_BEFORE ? 0 : at - EXCERPT_LENGTH / 2;
  const end = start + EXCERPT_LENGTH;
  const before = `${start > 0 ? "…" : ""}${visible(place.excerpt.slice(start, at))}`;
  const after = `${visible(place.excerpt.slice(at, end))}${end < place.excerpt.length ? "…" : ""}`;
  const excerpt = `\n${paint("gutter", gutter)}${before}${after}`;
  if (place.column === undefined) return excerpt;
  return `${excerpt}\n${" ".repeat(gutter.length)}${blank(before)}${paint(severity, "^")}`;
}

/** Blanks as wide as the text on a terminal: tabs stay, combining marks take no room, ideographs take two. */
function blank(text: string): string {
  return text
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll(/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\uffe0-\uffe6]/g, "  ")
    .replaceAll(/[^\t]/gu, " ");
}

/** Text that a terminal shows but does not obey: control characters and changes of direction escaped. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === "\t") return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

type Paint = (role: Severity | "location" | "gutter", text: string) => string;

/** SGR parameters (ECMA-48 §8.3.117). */
const COLOURS = { error: "31", warning: "33", note: "36", location: "1", gutter: "2" } as const;

function paint(colour: boolean | undefined): Paint {
  if (colour !== true) return (_, text) => text;
  return (role, text) => `\u001b[${COLOURS[role]}m${text}\u001b[0m`;
}

/** One value that somebody gave to one setting, and what can be wrong with it. */

import { nearest } from "../nearest.ts";
import type { Place, Problem } from "../result.ts";
import { GROUPS, KNOBS, knobOf } from "./schema.ts";

/** A setting's dotted name, the value given, typed or as text, and who gave it. */
export interface Assignment {
  readonly key: string;
  readonly value: unknown;
  /** The flag or variable, as the operator wrote it; none for a file, which has places instead. */
  readonly source?: string | undefined;
  readonly keyPlace?: Place | undefined;
  readonly valuePlace?: Place | undefined;
}

/** The value in the type that the setting has, or what is wrong with the assignment. */
export function typedValue({ key, value, source, keyPlace, valuePlace }: Assignment): TypedValue {
  const knob = knobOf(key);
  const from = source === undefined ? "" : ` (${source})`;
  if (knob === undefined) {
    return { problem: { severity: "error", message: `${unknownKey(key)}${from}`, place: keyPlace } };
  }
  const typed = typeof value === "string" ? knob.kind.read(value) : value;
  const complaint = knob.kind.complaint(typed);
  if (complaint === undefined) return { value: typed };
  const place = valuePlace ?? keyPlace;
  if (knob.kind.isSecret === true) {
    const message = `Cannot set "${key}" to what was given${from.replace(/=.*/s, "=…)")}: ${complaint}`;
    return { problem: { severity: "error", message, place: place && { ...place, excerpt: undefined } } };
  }
  const message = `Cannot set "${key}" to ${shown(value)}${from}: ${complaint}`;
  return { problem: { severity: "error", message, place } };
}

/** What {@link typedValue} makes of an assignment. */
export interface TypedValue {
  readonly value?: unknown;
  readonly problem?: Problem;
}

/** What to say of a name that no setting has. */
export function unknownKey(key: string): string {
  if (GROUPS.has(key)) {
    return `Cannot set "${key}": it is a group of settings; set ${HINTS[key] ?? membersOf(key).join(", ")}`;
  }
  return `Cannot set "${key}": no such setting${didYouMean(key)}`;
}

/** Where somebody may take a group for a switch. */
const HINTS: Readonly<Record<string, string>> = {
  lab: "lab.faults=true to put faults in over HTTP, lab.journal=10000 to keep who asked what; faults of the deployment need neither",
};

function membersOf(group: string): readonly string[] {
  return KNOBS.filter(({ key }) => key.startsWith(`${group}.`)).map(({ key }) => key);
}

function didYouMean(key: string): string {
  const keys = KNOBS.map((knob) => knob.key);
  // "idleTimeout" is "tcp.idleTimeout" without its group
  const found = keys.find((known) => known.endsWith(`.${key}`)) ?? nearest(key, keys);
  return found === undefined ? "; config/settings.yaml lists them all" : `; did you mean "${found}"?`;
}

function shown(value: unknown): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return "a mapping";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

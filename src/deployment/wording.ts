/** Words for messages: lists of what is known, and values as a message shows them. */

import { quote } from "../dns/quotation.ts";
import { nearest } from "../nearest.ts";

const LONGEST_LIST = 10;

/** `"a", "b" and "c"`, cut where it is long. */
export function listOf(words: readonly string[]): string {
  const shown = words.slice(0, LONGEST_LIST).map(quote);
  if (words.length > LONGEST_LIST) shown.push(`${words.length - LONGEST_LIST} more`);
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** What to say where a name is not among the known ones. */
export function knownOnes(mistyped: string, known: readonly string[]): string {
  if (known.length === 0) return "none is given";
  const near = nearest(mistyped, known);
  if (near === undefined) return `known are ${listOf(known)}`;
  const meant = `did you mean ${quote(near)}?`;
  return known.length === 1 ? meant : `${meant} Known are ${listOf(known)}`;
}

/** A value as a message shows it: texts in quotation marks, lists and maps by their kind. */
export function show(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return "a list";
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
    return String(value);
  return typeof value === "object" ? "a map" : `a ${typeof value}`;
}

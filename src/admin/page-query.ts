/** Which part of a list somebody wants: `?offset=&limit=&search=`. */

import type { PageQuery } from "../reload/description.ts";
import type { Refusal } from "./problem-json.ts";

/** Items of a list in one answer, at most. */
export const MOST_ITEMS = 500;

export const PAGE_PARAMETERS = ["offset", "limit", "search"];

const USUAL_ITEMS = 100;

/** Nobody has a longer name to look for (RFC 1035 §2.3.4). */
const LONGEST_SEARCH = 255;

export type ReadPageQuery =
  | { readonly kind: "query"; readonly query: PageQuery }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/** Reads the parameters; `usual` is how many items come where nobody says. */
export function readPageQuery(given: unknown, usual = USUAL_ITEMS): ReadPageQuery {
  const unknown = unknownParameter(given, PAGE_PARAMETERS);
  if (unknown !== undefined) return { kind: "refusal", refusal: unknown };
  const parameters = new Map(Object.entries(given ?? {}));
  const offset = wholeNumber(parameters.get("offset") ?? "0", 0, 1_000_000_000);
  if (offset === undefined)
    return refused(`Cannot use offset ${shown(parameters.get("offset"))}: it wants a whole number from 0 on`);
  const limit = wholeNumber(parameters.get("limit") ?? String(usual), 1, MOST_ITEMS);
  if (limit === undefined)
    return refused(
      `Cannot use limit ${shown(parameters.get("limit"))}: it wants a whole number from 1 to ${MOST_ITEMS}`,
    );
  const search: unknown = parameters.get("search") ?? "";
  if (typeof search !== "string" || search.length > LONGEST_SEARCH)
    return refused(`Cannot search: it wants one text of at most ${LONGEST_SEARCH} characters`);
  return { kind: "query", query: { offset, limit, search: search.trim().toLowerCase().replace(/\.$/, "") } };
}

/** What is said of a query parameter that there is not; undefined where there is none. */
export function unknownParameter(given: unknown, known: readonly string[]): Refusal | undefined {
  const unknown = Object.keys(given ?? {}).find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const there = known.length === 0 ? "there is none here" : `there are ${listOf(known)}`;
  return { status: 400, detail: `Cannot use query parameter ${JSON.stringify(unknown)}: ${there}` };
}

/** `offset, limit and search` */
function listOf(names: readonly string[]): string {
  return [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" and ");
}

function wholeNumber(value: unknown, lowest: number, highest: number): number | undefined {
  if (typeof value !== "string" || !/^\d{1,10}$/.test(value)) return undefined;
  const number = Number(value);
  return number >= lowest && number <= highest ? number : undefined;
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 100);
}

function refused(detail: string): ReadPageQuery {
  return { kind: "refusal", refusal: { status: 400, detail } };
}

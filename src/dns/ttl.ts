/** Times to live in text: seconds, or the units of BIND, NSD and Knot. */

import { proven } from "./proven.ts";

/** The greatest TTL (RFC 2181 §8). */
export const MAXIMUM_TTL = 2 ** 31 - 1;

const SECONDS = new Map([
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
]);

/** Reads seconds ("5400") or units ("1h30m"), up to a maximum; undefined where the text is neither. */
export function parseSeconds(text: string, maximum: number): number | undefined {
  if (!/^(?:\d+|(?:\d+[wdhms])+)$/i.test(text)) return undefined;
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])?/gi)) {
    const scale = unit === undefined ? 1 : proven(SECONDS.get(unit.toLowerCase()), "each unit is in the map");
    seconds += Number(count) * scale;
  }
  return seconds <= maximum ? seconds : undefined;
}

/** Reads a TTL of 0 to 2^31 - 1 seconds. */
export function parseTtl(text: string): number | undefined {
  return parseSeconds(text, MAXIMUM_TTL);
}

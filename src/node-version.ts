/** Which Node we run on. This file must load on every Node since 20. */

/** The first major version ("engines" in package.json). */
export const OLDEST_NODE = 24;

/** Whether a version, such as 26.1.0, is none that we run on. */
export function isTooOld(version: string): boolean {
  return !(Number.parseInt(version, 10) >= OLDEST_NODE); // what is no number is none either
}

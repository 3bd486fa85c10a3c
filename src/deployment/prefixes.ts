/** Address prefixes as they are written in a deployment: one that says less than it seems to is refused. */

import { formatPrefix, type Prefix, parsePrefix } from "../dns/prefix.ts";
import { quote } from "../dns/quotation.ts";

/** The prefix, or what is wrong with a text that is one: bits behind the prefix would widen it in silence. */
export type ReadPrefix = { readonly prefix: Prefix } | { readonly fault: string };

/** Reads a prefix; undefined where the text is none. */
export function readPrefix(text: string): ReadPrefix | undefined {
  const prefix = parsePrefix(text);
  if (prefix === undefined) return undefined;
  const address = parsePrefix(text.split("/")[0] ?? "");
  if (address?.octets.every((octet, at) => octet === prefix.octets[at]) ?? true) return { prefix };
  return { fault: `the address has bits set behind the prefix; write ${quote(formatPrefix(prefix))}` };
}

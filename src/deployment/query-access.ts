/** Whom a zone answers: `allowQuery` and `denyQuery`. */

import { formatPrefix, type Prefix, type QueryAccess } from "../dns/prefix.ts";
import { quote } from "../dns/quotation.ts";
import type { Path } from "./places.ts";
import { readPrefix } from "./prefixes.ts";
import type { Reading } from "./reading.ts";

interface AccessShape {
  readonly allowQuery?: readonly string[] | undefined;
  readonly denyQuery?: readonly string[] | undefined;
}

/**
 * Reads what one level says. Either key says it all: the lists of a level behind it do not count. Clients that
 * no prefix holds are refused where there is a list of those allowed, and answered where there is none.
 */
export function readAccess(reading: Reading, path: Path, shape: AccessShape): QueryAccess | undefined {
  const { allowQuery, denyQuery } = shape;
  if (allowQuery === undefined && denyQuery === undefined) return undefined;
  const seen = new Map<string, string>();
  return {
    allow: readPrefixes(reading, [...path, "allowQuery"], allowQuery ?? [], seen),
    deny: readPrefixes(reading, [...path, "denyQuery"], denyQuery ?? [], seen),
    others: allowQuery === undefined ? "allow" : "deny",
  };
}

/** `seen` holds the texts of the prefixes that stand in either list already. */
function readPrefixes(
  reading: Reading,
  path: Path,
  texts: readonly string[],
  seen: Map<string, string>,
): Prefix[] {
  return texts.flatMap((text, index) => {
    const read = readPrefix(text) ?? { fault: NO_PREFIX };
    const twin = "prefix" in read ? seen.get(formatPrefix(read.prefix)) : undefined;
    if ("prefix" in read) seen.set(formatPrefix(read.prefix), text);
    if ("prefix" in read && twin === undefined) return [read.prefix];
    const fault = "fault" in read ? read.fault : twinFault(twin);
    const message = `Cannot use ${quote(text)} in ${quote(String(path.at(-1)))}: ${fault}`;
    reading.findings.error(message, reading.places.ofValue([...path, index]));
    return [];
  });
}

const NO_PREFIX =
  'it is no address or prefix; give one such as 192.0.2.7, 192.0.2.0/24 or "2001:db8::/32"; 0.0.0.0/0 and "::/0" are everybody';

function twinFault(twin: string | undefined): string {
  return `${quote(twin ?? "")} stands there already; one address cannot be told two things`;
}

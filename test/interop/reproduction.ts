/** A difference that somebody finds in the morning: what was asked and said, with the records that it takes, to be pasted into a test. */

import { nameFromLabels } from "../../src/dns/name.ts";
import { nameOf } from "../conformance/harness.ts";
import type { Difference, Said } from "./compare.ts";
import { FIELDS } from "./compare.ts";
import { linesOf, type ZoneSet } from "./zone-set.ts";

export function reproductionOf(difference: Difference, zones: ZoneSet): string {
  const { field, query, ours, theirs } = difference;
  const show = (said: Said) => JSON.stringify(FIELDS[field](said));
  return `${field} of ${query.request.ask}${query.twist === undefined ? "" : `, ${query.twist}`}
  the others: ${theirs[0] === undefined ? "" : show(theirs[0])}
  we:         ${show(ours)}

const SNAPSHOT = snapshotOfZones({
${zoneTexts(difference, zones).join("\n")}
});
ask(SNAPSHOT, ${requestText(difference)});
// in octets: ${Buffer.from(query.octets).toString("hex")}`;
}

/** As source text: what JSON has no words for is the data of options. */
function requestText({ query }: Difference): string {
  return JSON.stringify(query.request, (_, value) =>
    value instanceof Uint8Array ? `Uint8Array.of(${[...value].join(", ")})` : value,
  ).replace(/"(Uint8Array\.of\([\d, ]*\))"/g, "$1");
}

/** The heads of all zones, and the owners that take part. */
function zoneTexts(difference: Difference, zones: ZoneSet): string[] {
  const keys = involvedKeys(difference);
  const owners = zones.owners.filter(({ name }) => keys.has(name.key));
  return zones.apexes.map((apex, at) => {
    const own = owners.filter(({ name }) => zones.zoneOf(name)?.equals(apex)).flatMap(linesOf);
    return `"${apex}": String.raw\`${[zones.heads[at], ...own].join("\n")}\n\`,`;
  });
}

/** The names in question and answers, those above them, and the wildcards there. */
function involvedKeys({ query, ours, theirs }: Difference): Set<string> {
  const said = [ours, ...theirs].flatMap(({ answer = [], authority = [], additional = [] }) => [
    ...answer,
    ...authority,
    ...additional,
  ]);
  const words = [query.request.ask ?? "", ...said].flatMap((text) => text.split(" "));
  const keys = new Set<string>();
  for (const word of words.filter((text) => text.endsWith(".") && !text.includes('"'))) {
    for (let name = nameOf(word); !name.isRoot; name = name.parent) {
      keys.add(name.key);
      const wildcard = nameFromLabels(["*"], name);
      if (wildcard.ok) keys.add(wildcard.value.key);
    }
  }
  return keys;
}

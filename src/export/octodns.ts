/** Zones as octoDNS keeps them: a YAML file for each, named after it. */

import { stringify } from "yaml";
import { TYPE, typeName } from "../dns/codes.ts";
import type { RRset } from "../dns/rrset.ts";
import type { Problem } from "../result.ts";
import {
  type Exported,
  fileNameOf,
  type HostedZone,
  leftOut,
  ownerBelow,
  textsOf,
  wordsOf,
} from "./hosted-zone.ts";

/** Reads one RRset's values in octoDNS's words. */
const VALUES = new Map<number, (rrset: RRset) => object>([
  [TYPE.A, (rrset) => ({ values: firstWords(rrset) })],
  [TYPE.AAAA, (rrset) => ({ values: firstWords(rrset) })],
  [TYPE.NS, (rrset) => ({ values: firstWords(rrset) })],
  [TYPE.PTR, (rrset) => ({ values: firstWords(rrset) })],
  [TYPE.CNAME, (rrset) => ({ value: firstWords(rrset)[0] })],
  [TYPE.DNAME, (rrset) => ({ value: firstWords(rrset)[0] })],
  [TYPE.TXT, (rrset) => ({ values: textsOf(rrset).map((text) => text.replaceAll(";", "\\;")) })],
  [TYPE.MX, (rrset) => ({ values: fieldsOf(rrset, ["preference", "exchange"]) })],
  [TYPE.SRV, (rrset) => ({ values: fieldsOf(rrset, ["priority", "weight", "port", "target"]) })],
]);

/** One file for each zone, sorted by owner as octoDNS wants it. */
export function exportForOctoDns(zones: readonly HostedZone[], origin: string): Exported {
  const remarks: Problem[] = [];
  const files = zones.map((zone) => ({
    name: `${fileNameOf(zone.apex)}.yaml`,
    text: `---\n# ${origin}\n${stringify(documentOf(zone, remarks))}`,
  }));
  return { files, remarks };
}

function documentOf({ apex, rrsets }: HostedZone, remarks: Problem[]): object {
  const owners = new Map<string, object[]>();
  for (const rrset of rrsets) {
    const values = VALUES.get(rrset.type);
    if (values === undefined) {
      remarks.push(leftOut(rrset.owner, typeName(rrset.type), "this export for octoDNS"));
      continue;
    }
    const owner = ownerBelow(rrset.owner, apex);
    const record = { type: typeName(rrset.type), ttl: rrset.ttl, ...values(rrset) };
    owners.set(owner, [...(owners.get(owner) ?? []), record]);
  }
  const sorted = [...owners].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([owner, records]) => [owner, records.length === 1 ? records[0] : records]),
  );
}

function firstWords(rrset: RRset): string[] {
  return wordsOf(rrset).map(([word = ""]) => word);
}

/** Numbers but for the last field, which is a name. */
function fieldsOf(rrset: RRset, names: readonly string[]): object[] {
  return wordsOf(rrset).map((words) =>
    Object.fromEntries(
      names.map((name, at) => [name, at === names.length - 1 ? words[at] : Number(words[at])]),
    ),
  );
}

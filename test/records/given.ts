/** What tests of derived records have in common: zones as lines of a master file. */

import { formatRecord } from "../../src/dns/zone-file.ts";
import { type Derivation, derive } from "../../src/records/derive.ts";
import type { Publication } from "../../src/records/publication.ts";
import type { Result } from "../../src/result.ts";
import { good, goodValue } from "../deployment/given.ts";

/** Derives from a good deployment file. */
export function deriveFrom(yaml: string, files: Readonly<Record<string, string>> = {}): Result<Derivation> {
  return derive(good(yaml, files));
}

/** The records of each group's model, by the group's apexes. */
export function zonesOf({ groups }: Derivation): Record<string, string[]> {
  const texts = groups.map(({ apexes, model }) => {
    const lines = model.rrsets.flatMap(({ owner, ttl, type, rdatas }) =>
      rdatas.map((rdata) => formatRecord(owner, ttl, type, rdata)),
    );
    return [apexes.join(" "), lines] as const;
  });
  return Object.fromEntries(texts);
}

/** The publication of the first SIP domain. */
export function firstPublication(yaml: string): Publication {
  const [publication] = goodValue(deriveFrom(yaml)).publications;
  if (publication === undefined) throw new Error("a SIP domain is wanted");
  return publication;
}

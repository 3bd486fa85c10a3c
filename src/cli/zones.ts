/** Zones one by one, out of the groups that share a model: what master files and JSON are written from. */

import type { DomainName } from "../dns/name.ts";
import type { Zone } from "../dns/rrset.ts";
import { memberZone } from "../zone/member.ts";
import { servedZone } from "../zone/served.ts";
import type { Built } from "./engine.ts";

/** Every zone of a build, with the serial that is served; or the one with this apex. */
export function* zonesOf({ derivation, snapshot }: Built, only?: DomainName): Iterable<Zone> {
  for (const group of derivation.groups) {
    for (const apex of group.apexes) {
      if (only !== undefined && !apex.equals(only)) continue;
      yield memberZone(group, apex, servedZone(snapshot, apex)?.serial ?? 0); // what was compiled is served
    }
  }
}

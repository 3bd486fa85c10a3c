/** What the zone above has to hold so that the zones of a SIP domain are found. */

import { TYPE } from "../dns/codes.ts";
import { nsRdata } from "../dns/rdata.ts";
import type { RRset } from "../dns/rrset.ts";
import { formatRecord } from "../dns/zone-file.ts";
import type { Publication } from "./publication.ts";
import { addressRRsets } from "./zone-draft.ts";

/**
 * Lines of a master file for the parent zone: NS records for each zone of the SIP domain, and the addresses
 * of those name servers that lie at or below the SIP domain. A comment where no name servers are given.
 */
export function delegationLines(publication: Publication): string[] {
  const { nameServers, ttl, apexes, sipDomain } = publication;
  if (nameServers.length === 0) return [`; ${sipDomain} has no "nameServers" to be delegated to`];
  const rdatas = nameServers.map(({ host }) => nsRdata(host));
  const delegations = apexes.map((owner): RRset => ({ owner, type: TYPE.NS, ttl, rdatas }));
  const inside = nameServers.filter(({ host }) => host.isAtOrBelow(sipDomain));
  const glue = inside.flatMap(({ host, addresses }) => addressRRsets(host, ttl, addresses));
  return [...delegations, ...glue].flatMap((rrset) =>
    rrset.rdatas.map((rdata) => formatRecord(rrset.owner, rrset.ttl, rrset.type, rdata)),
  );
}

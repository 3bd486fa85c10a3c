/** Change batches for Amazon Route 53: `aws route53 change-resource-record-sets --change-batch file://…`. */

import { TYPE, typeName } from "../dns/codes.ts";
import { formatRdata } from "../dns/rdata.ts";
import type { RRset } from "../dns/rrset.ts";
import type { Problem } from "../result.ts";
import { type Exported, type ExportedFile, fileNameOf, type HostedZone, leftOut } from "./hosted-zone.ts";

/** Types that Route 53 takes; values are in the form of master files. */
const TYPES: ReadonlySet<number> = new Set([
  TYPE.A,
  TYPE.AAAA,
  TYPE.CAA,
  TYPE.CNAME,
  TYPE.DS,
  TYPE.HTTPS,
  TYPE.MX,
  TYPE.NAPTR,
  TYPE.NS,
  TYPE.PTR,
  TYPE.SPF,
  TYPE.SRV,
  TYPE.SSHFP,
  TYPE.SVCB,
  TYPE.TLSA,
  TYPE.TXT,
]);

/** One batch takes a thousand records. An UPSERT counts twice. */
const MOST_CHANGES = 500;

/** For each zone one batch, or several of a thousand records; UPSERT, so that they can be run again. */
export function exportForRoute53(zones: readonly HostedZone[], origin: string): Exported {
  const remarks: Problem[] = [];
  const files: ExportedFile[] = [];
  for (const zone of zones) {
    const changes = zone.rrsets.flatMap((rrset) => changeOf(rrset, remarks));
    const parts = Math.ceil(changes.length / MOST_CHANGES);
    for (let part = 0; part < parts; part++) {
      const batch = changes.slice(part * MOST_CHANGES, (part + 1) * MOST_CHANGES);
      const name = `${fileNameOf(zone.apex)}${parts === 1 ? "" : `-${part + 1}`}.route53.json`;
      files.push({ name, text: `${JSON.stringify({ Comment: origin, Changes: batch }, undefined, 2)}\n` });
    }
  }
  return { files, remarks };
}

function changeOf({ owner, type, ttl, rdatas }: RRset, remarks: Problem[]): object[] {
  if (!TYPES.has(type)) {
    remarks.push(leftOut(owner, typeName(type), "Route 53"));
    return [];
  }
  const ResourceRecords = rdatas.map((rdata) => ({ Value: formatRdata(type, rdata) }));
  const ResourceRecordSet = { Name: owner.toString(), Type: typeName(type), TTL: ttl, ResourceRecords };
  return [{ Action: "UPSERT", ResourceRecordSet }];
}

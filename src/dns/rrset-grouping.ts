/** Records joined to RRsets (RFC 2181 §5). */

import { type Problem, type Result, success } from "../result.ts";
import { typeName } from "./codes.ts";
import type { ResourceRecord } from "./master-file.ts";
import { nameText, stringOf } from "./name.ts";
import { rdataParts } from "./rdata.ts";
import type { RRset } from "./rrset.ts";

/**
 * Joins records to RRsets in the order of their first records. Records that are there twice count once, and
 * where TTLs differ the lowest counts (RFC 2181 §5.2); each comes with a warning.
 */
export function groupIntoRRsets(records: readonly ResourceRecord[]): Result<readonly RRset[]> {
  const groups = Map.groupBy(records, ({ owner, type }) => `${type} ${owner.key}`);
  const remarks: Problem[] = [];
  const rrsets = Array.from(
    groups.values(),
    ([first, ...others]) => first && joinRecords(first, others, remarks),
  );
  return success(
    rrsets.filter((rrset) => rrset !== undefined),
    remarks,
  );
}

function joinRecords(first: ResourceRecord, others: readonly ResourceRecord[], remarks: Problem[]): RRset {
  const { owner, type } = first;
  const distinct = new Map([[comparisonKey(type, first.rdata), first]]);
  let ttl = first.ttl;
  for (const record of others) {
    const key = comparisonKey(type, record.rdata);
    if (distinct.has(key)) remarks.push(duplicateWarning(record));
    else distinct.set(key, record);
    if (record.ttl !== ttl) remarks.push(ttlWarning(record, ttl));
    ttl = Math.min(ttl, record.ttl);
  }
  const kept = [...distinct.values()];
  return { owner, type, ttl, rdatas: kept.map(({ rdata }) => rdata), places: kept.map(({ place }) => place) };
}

/** Equal for RDATA that is equal to the DNS: names in it are compared without regard to case. */
export function comparisonKey(type: number, rdata: Uint8Array): string {
  const parts = rdataParts(type, rdata) ?? [{ kind: "octets", octets: rdata }];
  return parts.map((part) => (part.kind === "name" ? part.name.key : stringOf(part.octets))).join("");
}

function duplicateWarning({ owner, type, place }: ResourceRecord): Problem {
  const message = `Dropped a second ${typeName(type)} record of "${nameText(owner)}" with the same RDATA`;
  return { severity: "warning", message, place };
}

function ttlWarning({ owner, type, ttl, place }: ResourceRecord, other: number): Problem {
  const message =
    `Took TTL ${Math.min(ttl, other)} for all ${typeName(type)} records of "${nameText(owner)}": ` +
    `${ttl} here and ${other} before differ, one TTL is wanted in an RRset (RFC 2181 §5.2)`;
  return { severity: "warning", message, place };
}

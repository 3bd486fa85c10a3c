/** Zones as JSON, for programs. */

import { typeName } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import { formatRdata } from "../dns/rdata.ts";
import type { Zone } from "../dns/rrset.ts";
import type { Exported } from "./hosted-zone.ts";

/** One record in presentation form. */
export interface RecordObject {
  readonly owner: DomainName;
  readonly ttl: number;
  readonly type: string;
  readonly data: string;
}

/** A zone as an object that JSON can hold: names are written as texts. */
export function zoneObject({ apex, rrsets }: Zone): {
  readonly apex: DomainName;
  readonly records: readonly RecordObject[];
} {
  const records = rrsets.flatMap(({ owner, type, ttl, rdatas }) =>
    rdatas.map((rdata) => ({ owner, ttl, type: typeName(type), data: formatRdata(type, rdata) })),
  );
  return { apex, records };
}

/** All zones in one document. */
export function exportAsJson(zones: Iterable<Zone>, origin: string): Exported {
  const document = { comment: origin, zones: Array.from(zones, zoneObject) };
  return {
    files: [{ name: "xmpp-edge-dns.json", text: `${JSON.stringify(document, undefined, 2)}\n` }],
    remarks: [],
  };
}

/** Zones as other DNS servers and providers hold them: their own SOA and NS records, our data. */

import { TYPE } from "../dns/codes.ts";
import { DomainName, ROOT } from "../dns/name.ts";
import { formatRdata } from "../dns/rdata.ts";
import type { RRset, Zone } from "../dns/rrset.ts";
import type { Problem } from "../result.ts";

/** Data of ours in a zone that somebody else serves. */
export interface HostedZone {
  readonly apex: DomainName;
  readonly rrsets: readonly RRset[];
}

/** A text to be saved under a name. */
export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** What a format makes of zones, and what it cannot express. */
export interface Exported {
  readonly files: readonly ExportedFile[];
  readonly remarks: readonly Problem[];
}

/** The data of zones by the zone that hosts it: SOA, and NS records at the apex, are the host's own. */
export function hostedZones(zones: Iterable<Zone>, hostOf: (apex: DomainName) => DomainName): HostedZone[] {
  const hosted = new Map<string, { readonly apex: DomainName; readonly rrsets: RRset[] }>();
  for (const zone of zones) {
    const apex = hostOf(zone.apex);
    const entry = hosted.get(apex.key) ?? { apex, rrsets: [] };
    hosted.set(apex.key, entry);
    for (const rrset of zone.rrsets) if (!isHostsOwn(rrset, zone.apex)) entry.rrsets.push(rrset);
  }
  return [...hosted.values()];
}

function isHostsOwn({ owner, type }: RRset, apex: DomainName): boolean {
  return type === TYPE.SOA || (type === TYPE.NS && owner.equals(apex));
}

/** An owner without its zone; empty at the apex. */
export function ownerBelow(owner: DomainName, apex: DomainName): string {
  if (owner.equals(apex)) return "";
  return (DomainName.join(owner.relativeTo(apex), ROOT) ?? owner).toString().slice(0, -1);
}

/** The words of each record's RDATA in presentation form; only for types without quoted texts. */
export function wordsOf({ type, rdatas }: RRset): string[][] {
  return rdatas.map((rdata) => formatRdata(type, rdata).split(" "));
}

/** The text of each TXT record, its character-strings joined, read as UTF-8. */
export function textsOf({ rdatas }: RRset): string[] {
  return rdatas.map((rdata) => {
    const octets: number[] = [];
    for (let at = 0; at < rdata.length; at += 1 + (rdata[at] ?? 0)) {
      for (const octet of rdata.subarray(at + 1, at + 1 + (rdata[at] ?? 0))) octets.push(octet);
    }
    return new TextDecoder().decode(Uint8Array.from(octets));
  });
}

/** A name for a file, whatever octets the zone's name has. */
export function fileNameOf(apex: DomainName): string {
  const text = apex.isRoot ? "root" : apex.toString().slice(0, -1);
  return text.replaceAll(/[^A-Za-z0-9._-]/g, (octet) => `%${octet.charCodeAt(0).toString(16)}`);
}

/** What to say of an RRset that a format has no words for. */
export function leftOut(owner: DomainName, type: string, format: string): Problem {
  const message = `Left ${owner.toString().slice(0, -1)} ${type} out: there is no such type in ${format}`;
  return { severity: "warning", message };
}

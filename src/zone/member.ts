/** A group's member as a zone of its own: for master files, transfers and all who want to see one zone. */

import { TYPE } from "../dns/codes.ts";
import { DomainName } from "../dns/name.ts";
import { rdataParts, soaFields, soaRdata } from "../dns/rdata.ts";
import type { RRset, Zone, ZoneGroup } from "../dns/rrset.ts";
import { concatenate } from "../dns/wire.ts";

/** The zone of the member with this apex: the model moved to it, with this serial in its SOA. */
export function memberZone({ model }: ZoneGroup, apex: DomainName, serial: number): Zone {
  const rrsets = model.rrsets.map((rrset) => withSerial(movedRRset(rrset, model.apex, apex), serial));
  return { apex, rrsets };
}

function movedRRset(rrset: RRset, from: DomainName, to: DomainName): RRset {
  if (from.wire === to.wire) return rrset;
  const rdatas = rrset.rdatas.map((rdata) => movedRdata(rrset.type, rdata, from, to));
  return { ...rrset, owner: movedName(rrset.owner, from, to), rdatas };
}

function movedRdata(type: number, rdata: Uint8Array, from: DomainName, to: DomainName): Uint8Array {
  const parts = rdataParts(type, rdata);
  if (parts === undefined) return rdata;
  return concatenate(
    parts.map((part) => (part.kind === "octets" ? part.octets : movedName(part.name, from, to).toBytes())),
  );
}

/** A name at or below one apex put below the other; other names stay. */
function movedName(name: DomainName, from: DomainName, to: DomainName): DomainName {
  if (!name.isAtOrBelow(from)) return name;
  const moved = DomainName.join(name.relativeTo(from), to);
  if (moved === undefined)
    throw new Error(`"${name}" has no room below ${to}: derive lets no such member pass`);
  return moved;
}

function withSerial(rrset: RRset, serial: number): RRset {
  if (rrset.type !== TYPE.SOA) return rrset;
  const rdatas = rrset.rdatas.map((rdata) => {
    const fields = soaFields(rdata);
    return fields === undefined ? rdata : soaRdata({ ...fields, serial });
  });
  return { ...rrset, rdatas };
}

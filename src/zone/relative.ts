/** RDATA as a snapshot stores it: octets, with names at or below the apex made relative to it. */

import { TYPE } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import { rdataParts } from "../dns/rdata.ts";
import { PART } from "./snapshot.ts";

export interface StoredRdata {
  /** One character an octet: plain octets behind their length, or parts with names among them. */
  readonly text: string;
  readonly isPlain: boolean;
}

/** The stored form of one record's RDATA. Equal RDATA relative to equal apexes gives equal text. */
export function storedRdata(apex: DomainName, type: number, rdata: Uint8Array): StoredRdata {
  const parts = rdataParts(type, rdata);
  if (parts === undefined || parts.every((part) => part.kind === "octets")) {
    return { text: sized(textOf(rdata)), isPlain: true };
  }
  let text = "";
  for (const part of parts) {
    text +=
      part.kind === "octets" ? octetsPart(type, part.octets) : namePart(apex, part.name, part.compressible);
  }
  return { text: text + String.fromCharCode(PART.END), isPlain: false };
}

/** The octets behind the names of a SOA begin with the serial, which each zone has its own of. */
function octetsPart(type: number, octets: Uint8Array): string {
  if (type !== TYPE.SOA) return String.fromCharCode(PART.OCTETS) + sized(textOf(octets));
  return String.fromCharCode(PART.SERIAL, PART.OCTETS) + sized(textOf(octets.subarray(4)));
}

function namePart(apex: DomainName, name: DomainName, compressible: boolean): string {
  const isRelative = name.isAtOrBelow(apex);
  const labels = isRelative ? name.relativeTo(apex) : name.wire;
  return String.fromCharCode(partKind(isRelative, compressible), labels.length) + labels;
}

function partKind(isRelative: boolean, compressible: boolean): number {
  if (isRelative) return compressible ? PART.RELATIVE : PART.RELATIVE_UNCOMPRESSED;
  return compressible ? PART.ABSOLUTE : PART.ABSOLUTE_UNCOMPRESSED;
}

function sized(octets: string): string {
  return String.fromCharCode(octets.length >>> 8, octets.length & 0xff) + octets;
}

function textOf(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  return text;
}

/** RDATA: from text to wire form, from wire form to text, and the names inside it. */

import { type Result, settle } from "../result.ts";
import { formatHex, parseHex } from "./base-encoding.ts";
import { typeName } from "./codes.ts";
import { type DomainName, nameFromWire } from "./name.ts";
import { layoutOf, type RdataLayout } from "./rdata-layout.ts";
import { RdataText } from "./rdata-text.ts";
import type { Token } from "./token.ts";
import { concatenate, unsignedAt, unsignedOctets } from "./wire.ts";

export type { Token } from "./token.ts";

/** Octets of the longest RDATA (RFC 1035 §3.2.1). */
export const MAXIMUM_RDATA_LENGTH = 0xffff;

/** A run of octets, or a name inside RDATA and whether a message may compress it (RFC 3597 §4). */
export type RdataPart =
  | { readonly kind: "octets"; readonly octets: Uint8Array }
  | { readonly kind: "name"; readonly name: DomainName; readonly compressible: boolean };

/** What an SRV record says (RFC 2782): the lowest priority is tried first. */
export interface SrvFields {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: DomainName;
}

/** What an SOA record says (RFC 1035 §3.3.13); times in seconds. */
export interface SoaFields {
  readonly mname: DomainName;
  readonly rname: DomainName;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** TTL of negative answers (RFC 2308 §4). */
  readonly minimum: number;
}

/**
 * Reads RDATA in presentation form, or in the form of RFC 3597 for any type. Relative names are completed by
 * `origin`. Problems have the line and column of their token in `place`, whose `file` is empty.
 */
export function readRdata(type: number, tokens: readonly Token[], origin: DomainName): Result<Uint8Array> {
  const text = new RdataText(type, tokens, origin);
  const rdata = isGeneric(tokens) ? readGeneric(text) : readByLayout(text);
  if (rdata.length > MAXIMUM_RDATA_LENGTH) {
    text.reportWhole(`it has ${rdata.length} octets, ${MAXIMUM_RDATA_LENGTH} are allowed`);
  }
  return settle(rdata, text.problems);
}

/** RDATA as text on one line, names absolute; in the form of RFC 3597 where it has not its type's layout. */
export function formatRdata(type: number, rdata: Uint8Array): string {
  const layout = layoutOf(type);
  const ends = layout && fieldEnds(layout, rdata);
  if (layout === undefined || ends === undefined) return formatGenericRdata(rdata);
  const texts = layout.fields.map((field, at) => field.format(rdata.subarray(ends[at - 1] ?? 0, ends[at])));
  return texts.filter((text) => text !== "").join(" ");
}

/** RDATA as text in the form of RFC 3597 §5, which every server reads for every type. */
export function formatGenericRdata(rdata: Uint8Array): string {
  return rdata.length === 0 ? "\\# 0" : `\\# ${rdata.length} ${formatHex(rdata)}`;
}

/** The names inside RDATA and the octets around them; undefined where it has not its type's layout. */
export function rdataParts(type: number, rdata: Uint8Array): readonly RdataPart[] | undefined {
  const layout = layoutOf(type);
  if (layout === undefined) return [{ kind: "octets", octets: rdata }];
  const ends = fieldEnds(layout, rdata);
  if (ends !== undefined) return splitAtNames(layout, rdata, ends);
  return layout.isOfUnknownKind?.(rdata) ? [{ kind: "octets", octets: rdata }] : undefined;
}

/** The name whose addresses belong in the additional section; none where the target is the root. */
export function additionalTarget(type: number, rdata: Uint8Array): DomainName | undefined {
  const offset = layoutOf(type)?.addressedName;
  const target = offset === undefined ? undefined : nameFromWire(rdata, offset);
  return target?.isRoot ? undefined : target; // "." is "no service" in SRV, the owner itself in SVCB
}

/** RDATA of an A record: the four octets of the address. */
export function aRdata(octets: Uint8Array): Uint8Array {
  return checkedAddress(octets, 4);
}

/** RDATA of an AAAA record: the sixteen octets of the address. */
export function aaaaRdata(octets: Uint8Array): Uint8Array {
  return checkedAddress(octets, 16);
}

/** RDATA of an SRV record. */
export function srvRdata({ priority, weight, port, target }: SrvFields): Uint8Array {
  const numbers = [priority, weight, port].map((number) => unsignedOctets(number, 2));
  return concatenate([...numbers, target.toBytes()]);
}

/** RDATA of an NS record. */
export function nsRdata(name: DomainName): Uint8Array {
  return name.toBytes();
}

/** RDATA of an SOA record. */
export function soaRdata(fields: SoaFields): Uint8Array {
  const { mname, rname, serial, refresh, retry, expire, minimum } = fields;
  const numbers = [serial, refresh, retry, expire, minimum].map((number) => unsignedOctets(number, 4));
  return concatenate([mname.toBytes(), rname.toBytes(), ...numbers]);
}

/** Reads the RDATA of an SOA record; undefined where it has not the layout of one. */
export function soaFields(rdata: Uint8Array): SoaFields | undefined {
  const mname = nameFromWire(rdata);
  const rname = mname && nameFromWire(rdata, mname.wire.length);
  if (mname === undefined || rname === undefined) return undefined;
  const start = mname.wire.length + rname.wire.length;
  if (rdata.length !== start + 20) return undefined;
  return {
    mname,
    rname,
    serial: unsignedAt(rdata, start, 4),
    refresh: unsignedAt(rdata, start + 4, 4),
    retry: unsignedAt(rdata, start + 8, 4),
    expire: unsignedAt(rdata, start + 12, 4),
    minimum: unsignedAt(rdata, start + 16, 4),
  };
}

function isGeneric([first]: readonly Token[]): boolean {
  return first?.text === "\\#" && !first.quoted;
}

/** The form of RFC 3597 §5: `\# 4 C0000201`, in any number of words. */
function readGeneric(text: RdataText): Uint8Array {
  text.take("\\# is wanted");
  const length = text.take("a number of octets is wanted");
  if (length === undefined) return new Uint8Array();
  const octets = parseHex(
    text
      .takeRest()
      .map((word) => word.text)
      .join(""),
  );
  const isCounted = /^\d{1,5}$/.test(length.text) && Number(length.text) === octets?.length;
  if (octets === undefined) text.report(length, "octets in hex are wanted behind it");
  else if (!isCounted)
    text.report(length, `${octets.length} octets follow, and their number is wanted before them`);
  else if (!hasLayout(text.type, octets)) {
    text.reportWhole(`the octets have not the layout of ${typeName(text.type)}`);
  }
  return octets ?? new Uint8Array();
}

function hasLayout(type: number, rdata: Uint8Array): boolean {
  return rdataParts(type, rdata) !== undefined;
}

function readByLayout(text: RdataText): Uint8Array {
  const layout = layoutOf(text.type);
  if (layout === undefined) {
    text.reportWhole("octets in the form \\# LENGTH HEX (RFC 3597) are wanted");
    return new Uint8Array();
  }
  const rdata = readFields(layout, text);
  const contradiction = text.problems.length === 0 ? layout.contradiction?.(rdata) : undefined;
  if (contradiction !== undefined) text.reportWhole(contradiction);
  return rdata;
}

function readFields(layout: RdataLayout, text: RdataText): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const field of layout.fields) {
    if (!text.endedEarly) parts.push(field.read(text));
  }
  const [surplus] = text.takeRest();
  if (surplus !== undefined) text.report(surplus, "nothing is wanted behind the last field");
  return concatenate(parts);
}

/** The offset behind each field; undefined where the octets have not the layout. */
function fieldEnds(layout: RdataLayout, rdata: Uint8Array): readonly number[] | undefined {
  const ends: number[] = [];
  let at = 0;
  for (const field of layout.fields) {
    const end = field.end(rdata, at);
    if (end === undefined) return undefined;
    ends.push(end);
    at = end;
  }
  return at === rdata.length && layout.contradiction?.(rdata) === undefined ? ends : undefined;
}

function splitAtNames(layout: RdataLayout, rdata: Uint8Array, ends: readonly number[]): readonly RdataPart[] {
  const parts: RdataPart[] = [];
  let octetsFrom = 0;
  for (const [at, field] of layout.fields.entries()) {
    const start = ends[at - 1] ?? 0;
    const name = field.name && nameFromWire(rdata, start);
    if (name === undefined) continue;
    if (start > octetsFrom) parts.push({ kind: "octets", octets: rdata.subarray(octetsFrom, start) });
    parts.push({ kind: "name", name, compressible: field.name === "compressible" });
    octetsFrom = start + name.wire.length;
  }
  if (rdata.length > octetsFrom) parts.push({ kind: "octets", octets: rdata.subarray(octetsFrom) });
  return parts;
}

function checkedAddress(octets: Uint8Array, length: number): Uint8Array {
  if (octets.length === length) return octets;
  throw new RangeError(`Cannot make an address of ${octets.length} octets, ${length} are wanted`);
}

/**
 * What a field of RDATA is: how it is read from text, where it ends on the wire and how it is written as text.
 * rdata-layout.ts says which fields make up which type.
 *
 * A field's end is found strictly: octets that would come out otherwise after a trip through text are not of
 * the type's layout and are written in the form of RFC 3597.
 */

import type { RdataText } from "./rdata-text.ts";
import type { Token } from "./token.ts";
import { concatenate } from "./wire.ts";

/** Whether a message may compress a name (RFC 3597 §4). */
export type NameUse = "compressible" | "uncompressed";

/** Why a field's octets can be read again where they are written as text. */
export const ENDED = "format() is given octets whose end was found by end()";

/** A field of RDATA. */
export interface Field {
  /** Takes the field off the text and gives its octets; what is wrong is noted there. */
  readonly read: (text: RdataText) => Uint8Array;
  /** The offset behind the field that begins at `start`; undefined where the octets are no such field. */
  readonly end: (rdata: Uint8Array, start: number) => number | undefined;
  /** The octets of the field as text, canonical; empty where the field takes no token. */
  readonly format: (octets: Uint8Array) => string;
  /** For a field that is a domain name. */
  readonly name?: NameUse;
}

/** The octets read from one token, or why there are none. */
type Reading = Uint8Array | string;

/** What a field of one token is made from. `wanted` is a clause such as "an IPv4 address is wanted". */
interface TokenField {
  readonly wanted: string;
  /** Octets, a reason of its own, or undefined where `wanted` says it all. */
  readonly parse: (token: Token, text: RdataText) => Reading | undefined;
  readonly end: Field["end"];
  readonly format: Field["format"];
  readonly name?: NameUse;
}

/** What is read where nothing can be. */
export const NO_OCTETS = new Uint8Array();

/** A field of one token, which may be quoted. */
export function tokenField({ wanted, parse, ...rest }: TokenField): Field {
  const read = (text: RdataText): Uint8Array => {
    const token = text.take(wanted);
    if (token === undefined) return NO_OCTETS;
    const reading = parse(token, text) ?? wanted;
    if (typeof reading !== "string") return reading;
    text.report(token, reading);
    return NO_OCTETS;
  };
  return { read, ...rest };
}

/** A field of one token that is not quoted. */
export function wordField(field: TokenField): Field {
  const parse: TokenField["parse"] = (token, text) =>
    token.quoted ? `${field.wanted}, without quotation marks` : field.parse(token, text);
  return tokenField({ ...field, parse });
}

/** A field that is repeated up to the end of the RDATA, at least once. */
export function oneOrMore(field: Field): Field {
  const rest = anyNumberOf(field);
  const end: Field["end"] = (rdata, start) => (start < rdata.length ? rest.end(rdata, start) : undefined);
  const read = (text: RdataText): Uint8Array => concatenate([field.read(text), rest.read(text)]);
  return { read, end, format: rest.format };
}

/** A field at the end of the RDATA that may be left out. */
export function optional(field: Field): Field {
  return {
    read: (text) => (text.isAtEnd ? NO_OCTETS : field.read(text)),
    end: (rdata, start) => (start === rdata.length ? start : field.end(rdata, start)),
    format: (octets) => (octets.length === 0 ? "" : field.format(octets)),
  };
}

/** A field that is repeated up to the end of the RDATA, if it is there at all. */
export function anyNumberOf(field: Field): Field {
  const read = (text: RdataText): Uint8Array => {
    const parts: Uint8Array[] = [];
    while (!text.isAtEnd) parts.push(field.read(text));
    return concatenate(parts);
  };
  const end: Field["end"] = (rdata, start) => {
    const last = fieldEnds(field, rdata, start).at(-1) ?? start;
    return last === rdata.length ? last : undefined;
  };
  const format = (octets: Uint8Array): string =>
    fieldEnds(field, octets, 0)
      .map((end, at, ends) => field.format(octets.subarray(ends[at - 1] ?? 0, end)))
      .join(" ");
  return { read, end, format };
}

/** The offsets behind each of the fields from `start` on, as far as there are any. */
function fieldEnds(field: Field, rdata: Uint8Array, start: number): readonly number[] {
  const ends: number[] = [];
  for (let end = field.end(rdata, start); end !== undefined; end = field.end(rdata, end)) ends.push(end);
  return ends;
}

/** The end of a field of so many octets. */
export function fixedEnd(width: number): Field["end"] {
  return (rdata, start) => (start + width <= rdata.length ? start + width : undefined);
}

/** The end of a field that takes the rest of the RDATA, at least `minimum` octets. */
export function endOfRest(minimum: number): Field["end"] {
  return (rdata, start) => (start + minimum <= rdata.length ? rdata.length : undefined);
}

/**
 * The kinds of fields that RDATA is made of. Each knows how it is read from text, where it ends on the wire
 * and how it is written as text; rdata-layout.ts says which fields make up which type.
 *
 * A field's end is found strictly: octets that would come out otherwise after a trip through text are not of
 * the type's layout and are written in the form of RFC 3597.
 */

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "./address.ts";
import {
  formatBase32Hex,
  formatBase64,
  formatHex,
  parseBase32Hex,
  parseBase64,
  parseHex,
} from "./base-encoding.ts";
import { MAXIMUM_STRING_LENGTH, quoteOctets, unescapeText } from "./character-string.ts";
import { typeFromName, typeName } from "./codes.ts";
import { nameFromWire, nameOrReason } from "./name.ts";
import type { RdataText } from "./rdata-text.ts";
import type { Token } from "./token.ts";
import { parseSeconds } from "./ttl.ts";
import {
  concatenate,
  endOfCounted,
  greatestUnsigned,
  unsignedAt,
  unsignedOctets,
  withLengthOctet,
} from "./wire.ts";

/** A field of RDATA. */
export interface Field {
  /** Takes the field off the text and gives its octets; what is wrong is noted there. */
  readonly read: (text: RdataText) => Uint8Array;
  /** The offset behind the field that begins at `start`; undefined where the octets are no such field. */
  readonly end: (rdata: Uint8Array, start: number) => number | undefined;
  /** The octets of the field as text, canonical; empty where the field takes no token. */
  readonly format: (octets: Uint8Array) => string;
  /** For a field that is a domain name: whether it may be compressed (RFC 3597 §4). */
  readonly name?: "compressible" | "uncompressed";
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
  readonly name?: "compressible" | "uncompressed";
}

const NO_OCTETS = new Uint8Array();

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

/** An unsigned number of `width` octets; `noun` says what it is, mnemonics may stand for it. */
export function unsigned(noun: string, width: number, mnemonics = new Map<string, number>()): Field {
  const greatest = greatestUnsigned(width);
  return wordField({
    wanted: `a number from 0 to ${greatest} is wanted as ${noun}`,
    parse: ({ text }) => {
      const value = /^\d{1,10}$/.test(text) ? Number(text) : mnemonics.get(text.toUpperCase());
      return value !== undefined && value <= greatest ? unsignedOctets(value, width) : undefined;
    },
    end: fixedEnd(width),
    format: (octets) => String(unsignedAt(octets, 0, width)),
  });
}

/** A span of seconds in 32 bits, with units if need be. */
export function seconds(noun: string): Field {
  const greatest = greatestUnsigned(4);
  return wordField({
    wanted: `seconds from 0 to ${greatest}, or units as in 1h30m, are wanted as ${noun}`,
    parse: ({ text }) => {
      const value = parseSeconds(text, greatest);
      return value === undefined ? undefined : unsignedOctets(value, 4);
    },
    end: fixedEnd(4),
    format: (octets) => String(unsignedAt(octets, 0, 4)),
  });
}

/** A point in time as YYYYMMDDHHmmSS in UTC or as seconds since 1970 (RFC 4034 §3.2), from 1970 to 2106. */
export function time(noun: string): Field {
  return wordField({
    wanted: `a time as YYYYMMDDHHmmSS from 1970 to 2106, or seconds since 1970, is wanted as ${noun}`,
    parse: ({ text }) => {
      const value = /^\d{1,10}$/.test(text) ? Number(text) : secondsOfTime(text);
      return value >= 0 && value <= greatestUnsigned(4) ? unsignedOctets(value, 4) : undefined;
    },
    end: fixedEnd(4),
    format: (octets) => timeOfSeconds(unsignedAt(octets, 0, 4)),
  });
}

/** The type of a record, as a mnemonic or TYPEnnn. */
export const recordType: Field = wordField({
  wanted: "a record type is wanted",
  parse: ({ text }) => {
    const type = typeFromName(text);
    return type === undefined ? undefined : unsignedOctets(type, 2);
  },
  end: fixedEnd(2),
  format: (octets) => typeName(unsignedAt(octets, 0, 2)),
});

/** A domain name that may be compressed: of RFC 1035 types alone. */
export const compressibleName: Field = nameField("compressible");

/** A domain name that is never compressed. */
export const uncompressedName: Field = nameField("uncompressed");

function nameField(use: "compressible" | "uncompressed"): Field {
  return wordField({
    wanted: "a domain name is wanted",
    parse: (token, { origin }) => {
      const name = nameOrReason(token.text, origin);
      return typeof name === "string" ? name : name.toBytes();
    },
    end: (rdata, start) => {
      const name = nameFromWire(rdata, start);
      return name && start + name.wire.length;
    },
    format: (octets) => nameFromWire(octets)?.toString() ?? "",
    name: use,
  });
}

/** An IPv4 address (RFC 1035 §3.4.1). */
export const ipv4: Field = wordField({
  wanted: "an IPv4 address in dotted form is wanted",
  parse: ({ text }) => parseIpv4(text),
  end: fixedEnd(4),
  format: formatIpv4,
});

/** An IPv6 address (RFC 3596 §2). */
export const ipv6: Field = wordField({
  wanted: "an IPv6 address is wanted",
  parse: ({ text }) => parseIpv6(text),
  end: fixedEnd(16),
  format: formatIpv6,
});

/** A character string (RFC 1035 §3.3). */
export const characterString: Field = tokenField({
  wanted: "a character string is wanted",
  parse: (token) => {
    const octets = textOctets(token);
    if (typeof octets === "string") return octets;
    if (octets.length <= MAXIMUM_STRING_LENGTH) return withLengthOctet(octets);
    return `it has ${octets.length} octets, ${MAXIMUM_STRING_LENGTH} are allowed; split it into several strings`;
  },
  end: endOfCounted,
  format: (octets) => quoteOctets(octets.subarray(1)),
});

/** Text up to the end of the RDATA, in one token, at least `minimum` octets of it. */
export function textToEnd(noun: string, minimum: number): Field {
  const wanted = `${noun} is wanted`;
  return tokenField({
    wanted,
    parse: (token) => {
      const octets = textOctets(token);
      return typeof octets !== "string" && octets.length < minimum ? wanted : octets;
    },
    end: endOfRest(minimum),
    format: quoteOctets,
  });
}

/** The tag of a CAA property: letters and digits behind a length octet (RFC 8659 §4.1). */
export const caaTag: Field = wordField({
  wanted: "a property tag of letters and digits is wanted",
  parse: ({ text }) =>
    /^[A-Za-z0-9]{1,255}$/.test(text) ? withLengthOctet(new TextEncoder().encode(text)) : undefined,
  end: (rdata, start) => {
    const end = endOfCounted(rdata, start);
    const isTag =
      end !== undefined && end > start + 1 && rdata.subarray(start + 1, end).every(isLetterOrDigit);
    return isTag ? end : undefined;
  },
  format: (octets) => String.fromCharCode(...octets.subarray(1)),
});

/** The salt of NSEC3: hex behind a length octet, "-" where there is none (RFC 5155 §3.3). */
export const salt: Field = wordField({
  wanted: 'a salt of at most 255 octets in hex, or "-", is wanted',
  parse: ({ text }) => {
    const octets = text === "-" ? NO_OCTETS : parseHex(text);
    return octets && octets.length <= 255 ? withLengthOctet(octets) : undefined;
  },
  end: endOfCounted,
  format: (octets) => (octets.length === 1 ? "-" : formatHex(octets.subarray(1))),
});

/** The hash of the next owner in NSEC3: base 32 behind a length octet (RFC 5155 §3.3). */
export const hashedOwner: Field = wordField({
  wanted: "a hash of 1 to 255 octets in base 32 is wanted",
  parse: ({ text }) => {
    const octets = parseBase32Hex(text);
    return octets && octets.length > 0 && octets.length <= 255 ? withLengthOctet(octets) : undefined;
  },
  end: (rdata, start) => (rdata[start] === 0 ? undefined : endOfCounted(rdata, start)),
  format: (octets) => formatBase32Hex(octets.subarray(1)),
});

/** Hex up to the end of the RDATA, in any number of words, at least one octet of it. */
export function hexToEnd(noun: string): Field {
  return encodedToEnd(`${noun} in hex is wanted`, parseHex, formatHex);
}

/** Base 64 up to the end of the RDATA, in any number of words, at least one octet of it. */
export function base64ToEnd(noun: string): Field {
  return encodedToEnd(`${noun} in base 64 is wanted`, parseBase64, formatBase64);
}

function encodedToEnd(
  wanted: string,
  parse: (text: string) => Uint8Array | undefined,
  format: (octets: Uint8Array) => string,
): Field {
  const read = (text: RdataText): Uint8Array => {
    const first = text.take(wanted);
    if (first === undefined) return NO_OCTETS;
    const words = [first, ...text.takeRest()];
    const octets = parse(words.map((word) => word.text).join(""));
    if (octets !== undefined && octets.length > 0) return octets;
    text.report(first, wanted);
    return NO_OCTETS;
  };
  return { read, end: endOfRest(1), format };
}

/** A field that is repeated up to the end of the RDATA, at least once. */
export function oneOrMore(field: Field): Field {
  const read = (text: RdataText): Uint8Array => {
    const parts = [field.read(text)];
    while (!text.isAtEnd) parts.push(field.read(text));
    return concatenate(parts);
  };
  const end: Field["end"] = (rdata, start) => {
    const [last] = fieldEnds(field, rdata, start).slice(-1);
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

function endOfRest(minimum: number): Field["end"] {
  return (rdata, start) => (start + minimum <= rdata.length ? rdata.length : undefined);
}

/** The octets that a token stands for as text, or why there are none. */
function textOctets({ text, quoted }: Token): Reading {
  const isAmbiguous = !quoted && /(?<!\\)"/.test(text); // a="b c": one string or two, each server has its view
  return isAmbiguous
    ? 'it has a quotation mark inside; quote the whole and write \\" for it'
    : unescapeText(text);
}

function isLetterOrDigit(octet: number): boolean {
  return /[A-Za-z0-9]/.test(String.fromCharCode(octet));
}

/** Seconds since 1970 of YYYYMMDDHHmmSS; NaN where the text is no time of the calendar. */
function secondsOfTime(text: string): number {
  if (!/^\d{14}$/.test(text)) return Number.NaN;
  const iso = text.replace(/(....)(..)(..)(..)(..)(..)/, "$1-$2-$3T$4:$5:$6Z");
  const value = Date.parse(iso) / 1000;
  return timeOfSeconds(value) === text ? value : Number.NaN;
}

function timeOfSeconds(value: number): string {
  if (Number.isNaN(value)) return "";
  return new Date(value * 1000).toISOString().replace(/\D/g, "").slice(0, 14);
}

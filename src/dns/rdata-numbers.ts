/** Fields of RDATA that are numbers: counts, codes, spans and points of time. */

import { portableTypeName, typeFromName } from "./codes.ts";
import { type Field, fixedEnd, wordField } from "./rdata-field.ts";
import { parseSeconds } from "./ttl.ts";
import { greatestUnsigned, unsignedAt, unsignedOctets } from "./wire.ts";

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

/** A number in one octet that is below a limit. */
export function numberBelow(limit: number, noun: string): Field {
  return wordField({
    wanted: `a number from 0 to ${limit - 1} is wanted as ${noun}`,
    parse: ({ text }) =>
      /^\d{1,3}$/.test(text) && Number(text) < limit ? Uint8Array.of(Number(text)) : undefined,
    end: fixedEnd(1),
    format: String,
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

/** The type of a record, as a mnemonic or TYPEnnn; 0 is reserved (RFC 6895 §3.1). */
export const recordType: Field = wordField({
  wanted: "a record type is wanted",
  parse: ({ text }) => {
    const type = typeFromName(text);
    return type ? unsignedOctets(type, 2) : undefined;
  },
  end: (rdata, start) => (unsignedAt(rdata, start, 2) === 0 ? undefined : fixedEnd(2)(rdata, start)),
  format: (octets) => portableTypeName(unsignedAt(octets, 0, 2)),
});

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

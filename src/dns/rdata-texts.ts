/** Fields of RDATA that are text. */

import { MAXIMUM_STRING_LENGTH, quoteOctets, unescapeText } from "./character-string.ts";
import { endOfRest, type Field, tokenField, wordField } from "./rdata-field.ts";
import type { Token } from "./token.ts";
import { endOfCounted, withLengthOctet } from "./wire.ts";

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

/** A character string of at least four digits (RFC 1183 §3.1). */
export const digitString: Field = {
  read: (text) => {
    const token = text.next;
    const octets = characterString.read(text);
    if (token !== undefined && octets.length > 0 && !isNumber(octets))
      text.report(token, "at least four digits are wanted");
    return octets;
  },
  end: (rdata, start) => {
    const end = endOfCounted(rdata, start);
    return end !== undefined && isNumber(rdata.subarray(start, end)) ? end : undefined;
  },
  format: characterString.format,
};

/** Whether a character string is four digits or more. */
function isNumber(string: Uint8Array): boolean {
  return string.length > 4 && string.subarray(1).every((octet) => octet >= 0x30 && octet <= 0x39);
}

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

/** The octets that a token stands for as text, or why there are none. */
function textOctets({ text, quoted }: Token): Uint8Array | string {
  const isAmbiguous = !quoted && /(?<!\\)"/.test(text); // a="b c": one string or two, each server has its view
  return isAmbiguous
    ? 'it has a quotation mark inside; quote the whole and write \\" for it'
    : unescapeText(text);
}

function isLetterOrDigit(octet: number): boolean {
  return /[A-Za-z0-9]/.test(String.fromCharCode(octet));
}

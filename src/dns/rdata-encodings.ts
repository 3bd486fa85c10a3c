/** Fields of RDATA that are octets written in hex, base 32 or base 64. */

import {
  formatBase32Hex,
  formatBase64,
  formatHex,
  parseBase32Hex,
  parseBase64,
  parseHex,
} from "./base-encoding.ts";
import { endOfRest, type Field, NO_OCTETS, wordField } from "./rdata-field.ts";
import type { RdataText } from "./rdata-text.ts";
import { endOfCounted, withLengthOctet } from "./wire.ts";

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

/** Hex up to the end of the RDATA, in any number of words, at least `minimum` octets of it. */
export function hexToEnd(noun: string, minimum = 1): Field {
  const wanted = minimum > 1 ? `${noun} of at least ${minimum} octets` : noun;
  return encodedToEnd({ wanted: `${wanted} in hex is wanted`, parse: parseHex, format: formatHex, minimum });
}

/** Base 64 up to the end of the RDATA, in any number of words, at least one octet of it. */
export function base64ToEnd(noun: string): Field {
  return encodedToEnd({
    wanted: `${noun} in base 64 is wanted`,
    parse: parseBase64,
    format: formatBase64,
    minimum: 1,
  });
}

interface EncodedField {
  readonly wanted: string;
  readonly parse: (text: string) => Uint8Array | undefined;
  readonly format: (octets: Uint8Array) => string;
  readonly minimum: number;
}

function encodedToEnd({ wanted, parse, format, minimum }: EncodedField): Field {
  const read = (text: RdataText): Uint8Array => {
    const first = text.take(wanted);
    if (first === undefined) return NO_OCTETS;
    const words = [first, ...text.takeRest()];
    const octets = words.some((word) => word.quoted)
      ? undefined
      : parse(words.map((word) => word.text).join(""));
    if (octets !== undefined && octets.length >= minimum) return octets;
    text.report(first, wanted);
    return NO_OCTETS;
  };
  return { read, end: endOfRest(minimum), format };
}

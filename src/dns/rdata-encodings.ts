/** Fields of RDATA that are octets written in hex, base 32 or base 64. */

import {
  formatBase32Hex,
  formatBase64,
  formatHex,
  parseBase32Hex,
  parseBase64,
  parseHex,
} from "./base-encoding.ts";
import { endOfRest, type Field, fixedEnd, NO_OCTETS, wordField } from "./rdata-field.ts";
import type { RdataText } from "./rdata-text.ts";
import { concatenate, endOfCounted, withLengthOctet } from "./wire.ts";

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

/** So many octets in hex with a dash between each two: EUI48 and EUI64 (RFC 7043 §3.2 and §4.2). */
export function dashedHex(width: number): Field {
  return separatedHex({ digits: 2, count: width, separator: "-", noun: "octets" });
}

/** Eight octets as four groups of 16 bits with colons between: locators and node IDs (RFC 6742 §2.1.2, §2.3.2). */
export const fourGroups: Field = separatedHex({ digits: 4, count: 4, separator: ":", noun: "groups" });

/** The address of NSAP: hex behind 0x, with dots wherever they please (RFC 1706 §5). */
export const nsapAddress: Field = wordField({
  wanted: "an address in hex behind 0x is wanted",
  parse: ({ text }) => {
    const octets = /^0x/i.test(text) ? parseHex(text.slice(2).replaceAll(".", "")) : undefined;
    return octets && octets.length > 0 ? octets : undefined;
  },
  end: endOfRest(1),
  format: (octets) => `0x${formatHex(octets).toLowerCase()}`,
});

/** The address of ATMA: digits of E.164 behind a plus sign, or an AESA in hex (ATM Forum, ANS 1.0). */
export const atmAddress: Field = wordField({
  wanted: "digits behind a plus sign, or an address in hex, are wanted",
  parse: ({ text }) => {
    if (/^\+\d+$/.test(text)) return concatenate([Uint8Array.of(1), new TextEncoder().encode(text.slice(1))]);
    const octets = parseHex(text.replaceAll(".", ""));
    return octets && octets.length > 0 ? concatenate([Uint8Array.of(0), octets]) : undefined;
  },
  end: (rdata, start) => {
    const address = rdata.subarray(start + 1);
    const isE164 = rdata[start] === 1 && address.every((octet) => octet >= 0x30 && octet <= 0x39);
    return address.length > 0 && (isE164 || rdata[start] === 0) ? rdata.length : undefined;
  },
  format: ([format, ...address]) =>
    format === 1 ? `+${String.fromCharCode(...address)}` : formatHex(Uint8Array.from(address)),
});

interface SeparatedHex {
  readonly digits: 2 | 4;
  readonly count: number;
  readonly separator: string;
  readonly noun: string;
}

/** Groups of one to so many digits for pairs of octets, of two digits for octets. */
function separatedHex({ digits, count, separator, noun }: SeparatedHex): Field {
  const group = digits === 2 ? /^[0-9a-f]{2}$/i : /^[0-9a-f]{1,4}$/i;
  return wordField({
    wanted: `${count} ${noun} in hex with "${separator}" between are wanted`,
    parse: ({ text }) => {
      const groups = text.split(separator);
      const isWhole = groups.length === count && groups.every((one) => group.test(one));
      return isWhole ? parseHex(groups.map((one) => one.padStart(digits, "0")).join("")) : undefined;
    },
    end: fixedEnd((digits / 2) * count),
    format: (octets) =>
      formatHex(octets)
        .toLowerCase()
        .replaceAll(new RegExp(`.{${digits}}(?!$)`, "g"), `$&${separator}`),
  });
}

/** Hex up to the end of the RDATA, in any number of words, at least `minimum` octets of it. */
export function hexToEnd(noun: string, minimum = 1): Field {
  const wanted = minimum > 1 ? `${noun} of at least ${minimum} octets` : noun;
  return encodedToEnd({ wanted: `${wanted} in hex is wanted`, parse: parseHex, format: formatHex, minimum });
}

/** Base 64 up to the end of the RDATA, or "-" where there is none (draft-durand-doa-over-dns §3). */
export function base64OrDash(noun: string): Field {
  const field = base64ToEnd(noun);
  const read = (text: RdataText): Uint8Array => {
    if (text.next?.text !== "-") return field.read(text);
    text.take("");
    return NO_OCTETS;
  };
  const format = (octets: Uint8Array): string => (octets.length === 0 ? "-" : field.format(octets));
  return { read, end: endOfRest(0), format };
}

/** Reads one word of 1 to `most` encoded octets, whose length stands elsewhere. */
export function encodedWord(wanted: string, parse: EncodedField["parse"], most: number): Pick<Field, "read"> {
  return wordField({
    wanted,
    parse: ({ text }) => {
      const octets = parse(text);
      return octets && octets.length > 0 && octets.length <= most ? octets : undefined;
    },
    end: endOfRest(1),
    format: formatHex,
  });
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

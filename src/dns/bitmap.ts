/** Bitmaps in RDATA: the ports of WKS (RFC 1035 §3.4.2) and the types of NSEC and its like (RFC 4034 §4.1.2). */

import { portableTypeName, typeFromName } from "./codes.ts";
import { octetAt } from "./octets.ts";
import { proven } from "./proven.ts";
import { ENDED, type Field } from "./rdata-field.ts";
import type { RdataText } from "./rdata-text.ts";
import { concatenate, unsignedAt, unsignedOctets } from "./wire.ts";

/** Services that old zone files name; all others go by their port. */
const SERVICE_PORTS = new Map(
  Object.entries({
    FTP: 21,
    SSH: 22,
    TELNET: 23,
    SMTP: 25,
    TIME: 37,
    DOMAIN: 53,
    FINGER: 79,
    HTTP: 80,
    POP3: 110,
    NNTP: 119,
    NTP: 123,
    IMAP: 143,
    HTTPS: 443,
  }),
);

/** The ports of WKS up to the end of the RDATA, any number of them. */
export const servicePorts: Field = {
  read: (text) => {
    const wanted = "a port from 0 to 65535, or the name of a service, is wanted";
    return bitmapOf(readNumbers(text, parsePort, wanted));
  },
  end: (rdata, start) =>
    rdata.length - start <= 8192 && isTrimmed(rdata.subarray(start)) ? rdata.length : undefined,
  format: (octets) => bitsOf(octets).join(" "),
};

/** The types of NSEC, NSEC3 and CSYNC up to the end of the RDATA, at least `minimum` of them. */
export function typeBitmap(minimum: 0 | 1): Field {
  const wanted = "a record type is wanted";
  return {
    read: (text) => {
      if (minimum > 0 && text.isAtEnd) text.reportEnd(wanted);
      return windowsOf(readNumbers(text, parseType, wanted));
    },
    end: (rdata, start) => {
      const windows = readWindows(rdata, start);
      const isList = windows !== undefined && windows.length >= minimum && !holdsTypeZero(windows);
      return isList ? rdata.length : undefined;
    },
    format: (octets) =>
      proven(readWindows(octets, 0), ENDED).flatMap(typesOf).map(portableTypeName).join(" "),
  };
}

/** The types of NXT up to the end of the RDATA: a bitmap of types 1 to 127 (RFC 2535 §5.2). */
export const oldTypeBitmap: Field = {
  read: (text) => {
    const parse = (word: string): number | undefined => {
      const type = parseType(word);
      return type !== undefined && type < 128 ? type : undefined;
    };
    return bitmapOf(readNumbers(text, parse, "a record type below 128 is wanted"));
  },
  end: (rdata, start) => {
    const bitmap = rdata.subarray(start);
    const isList = bitmap.length <= 16 && isTrimmed(bitmap) && unsignedAt(bitmap, 0, 1) < 0x80;
    return isList ? rdata.length : undefined;
  },
  format: (octets) => bitsOf(octets).map(portableTypeName).join(" "),
};

/** A block of 256 types: its number and its bitmap. */
interface Window {
  readonly number: number;
  readonly bitmap: Uint8Array;
}

function readNumbers(
  text: RdataText,
  parse: (word: string) => number | undefined,
  wanted: string,
): readonly number[] {
  const numbers: number[] = [];
  for (const token of text.takeRest()) {
    const number = token.quoted ? undefined : parse(token.text);
    if (number === undefined) text.report(token, wanted);
    else numbers.push(number);
  }
  return numbers;
}

function parsePort(word: string): number | undefined {
  const port = /^\d{1,5}$/.test(word) ? Number(word) : SERVICE_PORTS.get(word.toUpperCase());
  return port !== undefined && port <= 0xffff ? port : undefined;
}

/** Type 0 is reserved (RFC 6895 §3.1); NSD refuses it here. */
function parseType(word: string): number | undefined {
  return typeFromName(word) || undefined;
}

function windowsOf(types: readonly number[]): Uint8Array {
  const windows = [...Map.groupBy(types, (type) => type >> 8)].sort(([one], [other]) => one - other);
  return concatenate(windows.map(([number, ofWindow]) => windowOctets(number, ofWindow)));
}

function windowOctets(number: number, types: readonly number[]): Uint8Array {
  const bitmap = bitmapOf(types.map((type) => type & 0xff));
  return concatenate([unsignedOctets(number, 1), unsignedOctets(bitmap.length, 1), bitmap]);
}

/** Windows in rising order, each of 1 to 32 octets, the last of them not 0; undefined for anything else. */
function readWindows(rdata: Uint8Array, start: number): readonly Window[] | undefined {
  const windows: Window[] = [];
  let at = start;
  while (at < rdata.length) {
    const number = octetAt(rdata, at);
    const length = rdata[at + 1] ?? 0;
    const bitmap = rdata.subarray(at + 2, at + 2 + length);
    const isWindow = length >= 1 && length <= 32 && bitmap.length === length && isTrimmed(bitmap);
    if (!isWindow || number <= (windows.at(-1)?.number ?? -1)) return undefined;
    windows.push({ number, bitmap });
    at += 2 + length;
  }
  return windows;
}

function holdsTypeZero([first]: readonly Window[]): boolean {
  return first?.number === 0 && (octetAt(first.bitmap, 0) & 0x80) !== 0;
}

function typesOf({ number, bitmap }: Window): readonly number[] {
  return bitsOf(bitmap).map((bit) => number * 256 + bit);
}

/** Bit 0 is the most significant one of the first octet; no octets behind the last bit set. */
function bitmapOf(bits: readonly number[]): Uint8Array {
  const last = bits.reduce((greatest, bit) => Math.max(greatest, bit), -1);
  const octets = new Uint8Array(Math.ceil((last + 1) / 8));
  for (const bit of bits) octets[bit >> 3] = octetAt(octets, bit >> 3) | (0x80 >> (bit & 7));
  return octets;
}

function bitsOf(bitmap: Uint8Array): readonly number[] {
  const bits: number[] = [];
  for (let bit = 0; bit < bitmap.length * 8; bit++) {
    if ((octetAt(bitmap, bit >> 3) & (0x80 >> (bit & 7))) !== 0) bits.push(bit);
  }
  return bits;
}

function isTrimmed(bitmap: Uint8Array): boolean {
  return bitmap.at(-1) !== 0;
}

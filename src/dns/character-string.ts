/** Character strings (RFC 1035 §3.3 and §5.1): octets in text, quoted, with `\X` and `\DDD` escapes. */

import { quote } from "./quotation.ts";
import { concatenate } from "./wire.ts";

/** Octets of the longest character string. */
export const MAXIMUM_STRING_LENGTH = 255;

const BACKSLASH = 0x5c;
const UTF8 = new TextEncoder();

/** One escape at `at`: the character or octet it stands for, and how many characters it takes. */
export interface Escape {
  readonly octets: Uint8Array;
  readonly length: number;
}

/** Reads the escape whose backslash is at `at`; undefined where there is none. */
export function readEscape(text: string, at: number): Escape | undefined {
  const escaped = text.codePointAt(at + 1);
  if (escaped === undefined) return undefined;
  const character = String.fromCodePoint(escaped);
  if (!/\d/.test(character)) return { octets: UTF8.encode(character), length: 1 + character.length };
  const digits = text.slice(at + 1, at + 4);
  const octet = /^\d{3}$/.test(digits) ? Number(digits) : 256;
  return octet > 255 ? undefined : { octets: Uint8Array.of(octet), length: 4 };
}

/** The octets of a text with escapes; characters beyond ASCII count as UTF-8. A sentence where that fails. */
export function unescapeText(text: string): Uint8Array | string {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < text.length) {
    const backslash = text.indexOf("\\", at);
    const end = backslash < 0 ? text.length : backslash;
    if (end > at) parts.push(UTF8.encode(text.slice(at, end)));
    if (backslash < 0) break;
    const found = readEscape(text, backslash);
    if (found === undefined) return notAnEscape(text.slice(backslash, backslash + 4));
    parts.push(found.octets);
    at = backslash + found.length;
  }
  return concatenate(parts);
}

/** Why a text that begins with a backslash cannot be read. */
export function notAnEscape(text: string): string {
  return `${quote(text)} is no escape; write \\. or \\046`;
}

/** Octets as quoted text, everything but printable ASCII as `\DDD`. */
export function quoteOctets(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += escapeOctet(octet);
  return `"${text}"`;
}

function escapeOctet(octet: number): string {
  if (octet < 0x20 || octet >= 0x7f) return `\\${octet.toString().padStart(3, "0")}`;
  const character = String.fromCharCode(octet);
  return character === '"' || octet === BACKSLASH ? `\\${character}` : character;
}

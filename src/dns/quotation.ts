/** How a problem quotes what it found in a file. */

import { proven } from "./proven.ts";

const LONGEST_QUOTATION = 100;

/** What nobody sees, or what ends a line: control and format characters, separators, half a pair of surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text in quotation marks, cut where it is long; control characters as `\DDD`, others that are not seen as `\u{…}`. */
export function quote(text: string): string {
  const shown = text.length > LONGEST_QUOTATION ? `${text.slice(0, LONGEST_QUOTATION)}…` : text;
  return `"${shown.replace(UNSEEN, escapeUnseen)}"`;
}

function escapeUnseen(character: string): string {
  const code = proven(character.codePointAt(0), "a match is a character");
  return code < 0x100 ? `\\${String(code).padStart(3, "0")}` : `\\u{${code.toString(16)}}`;
}

/** Octets of a text file → text: UTF-8, or UTF-16 with the byte order mark that Windows shells write. */

import { failed, type Result, success } from "../result.ts";

/** Decodes by byte order mark, else as UTF-8. The mark itself is taken off. */
export function decodeText(octets: Uint8Array, file: string): Result<string> {
  const encoding = encodingOf(octets);
  const text = decode(octets, encoding);
  if (text === undefined) return failed(undecodable(octets, encoding), firstBadPlace(octets, encoding, file));
  const zero = text.indexOf("\0");
  if (zero < 0) return success(text);
  const hint = "save it as UTF-8, or as UTF-16 with a byte order mark";
  return failed(`Cannot read the file as text: it holds a NUL character; ${hint}`, placeAt(text, zero, file));
}

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

function encodingOf(octets: Uint8Array): Encoding {
  if (octets[0] === 0xff && octets[1] === 0xfe) return "utf-16le";
  if (octets[0] === 0xfe && octets[1] === 0xff) return "utf-16be";
  return "utf-8";
}

function decode(octets: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(octets);
  } catch {
    return undefined; // the decoder throws on octets that are no characters, and on nothing else
  }
}

function undecodable(octets: Uint8Array, encoding: Encoding): string {
  if (encoding === "utf-8")
    return "Cannot read the file as UTF-8: it holds octets that are no characters; save it as UTF-8";
  const odd = octets.length % 2 === 1 ? ": its last character is cut" : ": it holds half a surrogate pair";
  return `Cannot read the file as UTF-16${odd}; save it as UTF-8`;
}

/** The line of the first octets that are no characters: the decoder puts U+FFFD where they stood. */
function firstBadPlace(octets: Uint8Array, encoding: Encoding, file: string) {
  const text = new TextDecoder(encoding).decode(octets);
  return placeAt(text, text.indexOf("\uFFFD"), file);
}

function placeAt(text: string, at: number, file: string) {
  const before = text.slice(0, Math.max(at, 0));
  const column = before.length - (before.lastIndexOf("\n") + 1) + 1;
  return { file, line: before.split("\n").length, column };
}

/** Base 16, base 32 with the extended hex alphabet, and base 64 (RFC 4648), read strictly. */

/** One of the encodings of RFC 4648. */
interface BaseEncoding {
  readonly alphabet: string;
  /** Bits that one character carries. */
  readonly bits: number;
  /** The value of each character of the alphabet, by character code. */
  readonly values: ReadonlyMap<number, number>;
}

const HEX = encodingOf("0123456789ABCDEF", 4);
const BASE32_HEX = encodingOf("0123456789ABCDEFGHIJKLMNOPQRSTUV", 5);
const BASE64 = encodingOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6);

/** Octets in base 16, upper case. */
export function formatHex(octets: Uint8Array): string {
  return encode(octets, HEX);
}

/** Reads base 16 in either case; undefined where the text is none. */
export function parseHex(text: string): Uint8Array | undefined {
  return decode(text, HEX);
}

/** Octets in base 32 with the extended hex alphabet, unpadded, as NSEC3 owners are written (RFC 5155 §3.3). */
export function formatBase32Hex(octets: Uint8Array): string {
  return encode(octets, BASE32_HEX);
}

/** Reads unpadded base 32 with the extended hex alphabet, in either case. */
export function parseBase32Hex(text: string): Uint8Array | undefined {
  return decode(text, BASE32_HEX);
}

/** Octets in base 64 with padding. */
export function formatBase64(octets: Uint8Array): string {
  const text = encode(octets, BASE64);
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** Reads base 64 with padding. */
export function parseBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  return decode(text.slice(0, text.length - paddingOf(text)), BASE64);
}

function encodingOf(alphabet: string, bits: number): BaseEncoding {
  const values = new Map<number, number>();
  for (let value = 0; value < alphabet.length; value++) {
    if (bits < 6) values.set(alphabet.toLowerCase().charCodeAt(value), value); // base 64 alone tells case apart
    values.set(alphabet.charCodeAt(value), value);
  }
  return { alphabet, bits, values };
}

function paddingOf(text: string): number {
  if (text.endsWith("==")) return 2;
  return text.endsWith("=") ? 1 : 0;
}

function encode(octets: Uint8Array, { alphabet, bits }: BaseEncoding): string {
  let text = "";
  let held = 0;
  let width = 0;
  for (const octet of octets) {
    held = (held << 8) | octet;
    for (width += 8; width >= bits; width -= bits)
      text += alphabet.charAt((held >> (width - bits)) & mask(bits));
    held &= mask(width);
  }
  return width === 0 ? text : text + alphabet.charAt((held << (bits - width)) & mask(bits));
}

/** Refuses a last character that holds bits of no octet, as NSD, Knot and BIND do (RFC 4648 §3.5). */
function decode(text: string, { bits, values }: BaseEncoding): Uint8Array | undefined {
  const octets = new Uint8Array(Math.floor((text.length * bits) / 8));
  let written = 0;
  let held = 0;
  let width = 0;
  for (let at = 0; at < text.length; at++) {
    const value = values.get(text.charCodeAt(at));
    if (value === undefined) return undefined;
    held = (held << bits) | value;
    width += bits;
    if (width < 8) continue;
    width -= 8;
    octets[written++] = held >> width;
    held &= mask(width);
  }
  return width < bits && held === 0 ? octets : undefined;
}

function mask(bits: number): number {
  return (1 << bits) - 1;
}

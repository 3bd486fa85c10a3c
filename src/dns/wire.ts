/** Unsigned numbers in network byte order and sequences of octets (RFC 1035 §2.3.2). */

/** The octets of several sequences, one after the other. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

/** The greatest unsigned number of a width in octets (1 to 4). */
export function greatestUnsigned(width: number): number {
  return 2 ** (8 * width) - 1;
}

/** An unsigned number in `width` octets. A number that does not fit is a bug of the caller. */
export function unsignedOctets(value: number, width: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > greatestUnsigned(width)) {
    throw new RangeError(`Cannot write ${value} in ${width} octets`);
  }
  return Uint8Array.from({ length: width }, (_, at) => value / 2 ** (8 * (width - 1 - at)));
}

/** The unsigned number in the `width` octets (1 to 4) from `start` on; octets past the end count as 0. */
export function unsignedAt(octets: Uint8Array, start: number, width: number): number {
  let value = 0;
  for (let at = start; at < start + width; at++) value = value * 256 + (octets[at] ?? 0);
  return value;
}

/** A sequence that carries its length in the octet before it. At most 255 octets. */
export function withLengthOctet(octets: Uint8Array): Uint8Array {
  return concatenate([unsignedOctets(octets.length, 1), octets]);
}

/** The offset after a sequence that carries its length in the octet at `start`; undefined past the end. */
export function endOfCounted(octets: Uint8Array, start: number): number | undefined {
  const length = octets[start];
  if (length === undefined || start + 1 + length > octets.length) return undefined;
  return start + 1 + length;
}

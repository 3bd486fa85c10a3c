/** Reads at places that are in range by construction. */

export function octetAt(octets: Uint8Array, at: number): number {
  return octets[at] as number; // proof: each caller has checked that the index is in range
}

export function wordAt(words: Uint32Array, at: number): number {
  return words[at] as number; // proof: as above; the offsets in a snapshot are written by compile alone
}

export function uint16At(octets: Uint8Array, at: number): number {
  return (octetAt(octets, at) << 8) | octetAt(octets, at + 1);
}

/** Octets in memory of their own. What sockets give is a Buffer as a rule, whose `slice` shares its memory. */
export function copyOf(octets: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(octets.subarray(from, to));
}

/** Who asks, and when: all that an answer can depend on besides the octets of the request. */

/** A transport keeps one, fills it in place, and hands it over with each request. */
export interface Client {
  /** The address: `length` octets at `offset`, 4 of IPv4, 16 of IPv6, 0 where it is not known. */
  readonly octets: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** Seconds since 1970, as of the batch that the request came with. */
  time: number;
}

/** A client that nothing is known of. Prefixes of whom to answer do not hold it. */
export const UNKNOWN_CLIENT: Client = { octets: new Uint8Array(16), offset: 0, length: 0, time: 0 };

/** A client that may ask whatever it wants, whomever the zones answer. */
export const TRUSTED_CLIENT = { ...UNKNOWN_CLIENT };

/** The same client, trusted: one object for all of them, so only until the next call. */
export function trusted({ octets, offset, length, time }: Client): Client {
  return Object.assign(TRUSTED_CLIENT, { octets, offset, length, time });
}

/**
 * Response rate limiting over UDP: so many replies of a kind go to one prefix in a second, and what is above
 * that goes out truncated or not at all. It keeps forged queries from making this server somebody's flood; an
 * honest client hears TC=1 and asks over TCP. Why and how much: docs/decisions/0009-abuse.md.
 *
 * Replies are counted in a table of fixed size, by a keyed hash of prefix and kind. Where two would share a
 * place the one with more replies keeps it, so a flood from many prefixes pushes nobody out who is above his
 * rate, and makes nobody look as if he were.
 */

import { EDNS_OPTION, RCODE } from "../dns/codes.ts";
import { octetAt, uint16At, wordAt } from "../dns/octets.ts";
import type { Prefix } from "../dns/prefix.ts";
import { compileAccess, isAllowed } from "../zone/access.ts";
import type { Client } from "./client.ts";
import { COOKIE_LENGTH } from "./cookies.ts";
import { OPT_LENGTH, OPTION_FIXED_LENGTH } from "./reply-writer.ts";
import { outcome } from "./respond.ts";

/** As the settings want it: plain data that can go from thread to thread. */
export interface RateLimitOptions {
  /** Replies of one kind to a prefix in a second, 1 to 65,534. */
  readonly responsesPerSecond: number;
  /** Each so many-th of the replies above that goes out truncated; 0 for none. */
  readonly slip: number;
  /** Bits of an address that count: 1 to 32, 1 to 64. */
  readonly ipv4PrefixLength: number;
  readonly ipv6PrefixLength: number;
  /** Whose replies are not limited. */
  readonly exempt: readonly Prefix[];
}

/** What limiting counts: replies above the rate, and those of them that went out truncated, each with its client. */
export interface RateLimitCounts<Known extends Client> {
  limited: (client: Known) => void;
  slipped: (client: Known) => void;
}

/** In place of a length: nothing is to be sent, and the request was none to be silent about. */
export const WITHHELD = -1;

/** Kinds of reply, counted apart: a flood of one leaves the others alone. NXDOMAIN counts for each zone. */
const KIND = { ANSWER: 1, NODATA: 2, NXDOMAIN: 3, ERROR: 4, BADCOOKIE: 5 } as const;

/** Places of the table; two words each, half a MiB in all. */
const PLACES = 1 << 16;

/** The words of a place: the hash, then the second in its upper half and the count in its lower. */
const PLACE_LENGTH = 2;
const MOST_COUNT = 0xffff;

const OPT_WITH_COOKIE_LENGTH = OPT_LENGTH + OPTION_FIXED_LENGTH + COOKIE_LENGTH;

/** Behind the root, the type and the payload size. */
const OPT_UPPER_RCODE = 5;

const TC = 0x02;
const AA = 0x04;

/** `Known` is all that a transport says of its clients; what limits looks at the address alone. */
export class RateLimiter<Known extends Client = Client> {
  readonly #rate: number;
  readonly #slip: number;
  readonly #ipv4Mask: number;
  /** Of the upper and the lower half of the first 64 bits. */
  readonly #ipv6MaskHigh: number;
  readonly #ipv6MaskLow: number;
  readonly #exempt: Uint32Array;
  readonly #counts: RateLimitCounts<Known>;
  readonly #table = new Uint32Array(PLACES * PLACE_LENGTH);
  readonly #secret: number;
  #turn = 0;

  /** `secret` is any number of 32 bits that nobody outside knows: it says who shares a place with whom. */
  constructor(options: RateLimitOptions, secret: number, counts: RateLimitCounts<Known>) {
    this.#rate = options.responsesPerSecond;
    this.#slip = options.slip;
    this.#ipv4Mask = maskOf(options.ipv4PrefixLength);
    this.#ipv6MaskHigh = maskOf(options.ipv6PrefixLength);
    this.#ipv6MaskLow = maskOf(options.ipv6PrefixLength - 32);
    this.#exempt = compileAccess({ allow: options.exempt, deny: [], others: "deny" });
    this.#secret = secret | 0;
    this.#counts = counts;
  }

  /** Looks at the reply that `respond` has just written. Returns the length to be sent, or WITHHELD. */
  limit(reply: Uint8Array, offset: number, length: number, client: Known): number {
    if (length === 0 || outcome.hasCookie || outcome.isSigned || client.length === 0) return length;
    const kind = kindOf(reply, offset, length);
    if (this.#count(this.#hash(client, kind), client.time & 0xffff) <= this.#rate) return length;
    return this.#limitOne(reply, offset, length, client, kind);
  }

  #limitOne(reply: Uint8Array, offset: number, length: number, client: Known, kind: number): number {
    if (isAllowed(this.#exempt, 0, client.octets, client.offset, client.length)) return length;
    this.#counts.limited(client);
    // A truncated error would send nobody anywhere, and two servers must not go on sending errors to each other.
    // BADCOOKIE is no refusal: over TCP the same question has an answer, and a cookie goes with it.
    if (kind === KIND.ERROR || !this.#isSlipped()) return WITHHELD;
    this.#counts.slipped(client);
    return truncate(reply, offset, length);
  }

  #isSlipped(): boolean {
    if (this.#slip === 0) return false;
    this.#turn = (this.#turn + 1) % this.#slip;
    return this.#turn === 0;
  }

  /** Each step is a bijection of the word, so two prefixes of IPv4 never have one hash. */
  #hash({ octets, offset, length }: Client, kind: number): number {
    let hash = this.#secret;
    if (length === 4) {
      hash ^= uint32At(octets, offset) & this.#ipv4Mask;
    } else {
      hash ^= uint32At(octets, offset) & this.#ipv6MaskHigh;
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      hash ^= (hash >>> 13) ^ (uint32At(octets, offset + 4) & this.#ipv6MaskLow) ^ length;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash ^= (hash >>> 13) ^ kind;
    if (kind === KIND.NXDOMAIN) hash ^= Math.imul(outcome.zone, 0x297a2d39);
    hash = Math.imul(hash, 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  /** Counts a reply in this second and returns how many there were, itself included. */
  #count(hash: number, second: number): number {
    const table = this.#table;
    const place = (hash & (PLACES - 1)) * PLACE_LENGTH;
    const word = wordAt(table, place + 1);
    if (wordAt(table, place) !== hash) return this.#countBeside(place, hash, second);
    const count = word >>> 16 === second ? Math.min(MOST_COUNT, (word & 0xffff) + 1) : 1;
    table[place + 1] = (second << 16) | count;
    return count;
  }

  /** The neighbour may have the hash; else the one of the two that has counted less makes room. */
  #countBeside(first: number, hash: number, second: number): number {
    const table = this.#table;
    const other = first ^ PLACE_LENGTH;
    const isOther =
      wordAt(table, other) === hash || this.#countAt(other, second) < this.#countAt(first, second);
    const place = isOther ? other : first;
    const before = wordAt(table, place) === hash ? this.#countAt(place, second) : 0;
    const count = Math.min(MOST_COUNT, before + 1);
    table[place] = hash;
    table[place + 1] = (second << 16) | count;
    return count;
  }

  /** What a place has counted in this second, whoever it counts for. */
  #countAt(place: number, second: number): number {
    const word = wordAt(this.#table, place + 1);
    return word >>> 16 === second ? word & 0xffff : 0;
  }
}

function kindOf(reply: Uint8Array, offset: number, length: number): number {
  const rcode = (octetAt(reply, offset + 3) & 15) | (upperRcode(reply, offset + length) << 4);
  if (rcode === RCODE.NOERROR || rcode === RCODE.YXDOMAIN)
    return (octetAt(reply, offset + 6) | octetAt(reply, offset + 7)) !== 0 ? KIND.ANSWER : KIND.NODATA;
  if (rcode === RCODE.NXDOMAIN) return KIND.NXDOMAIN;
  return rcode === RCODE.BADCOOKIE ? KIND.BADCOOKIE : KIND.ERROR;
}

/** What our OPT record adds to the RCODE (RFC 6891 §6.1.3); it is the last but in a NOTAUTH with a TSIG record, an error whatever is read. */
function upperRcode(reply: Uint8Array, end: number): number {
  const { optLength } = outcome;
  return optLength === 0 ? 0 : octetAt(reply, end - optLength + OPT_UPPER_RCODE);
}

/**
 * Leaves the question and our OPT record, and asks for TCP. Never longer than the query, or it were worth
 * forging: of all options a cookie alone may stay, where the query was as long with its own (RFC 7873 §5.2.3
 * wants one in every reply; a client that has none yet gets it over TCP).
 */
function truncate(reply: Uint8Array, offset: number, length: number): number {
  const { headLength, optLength, requestLength } = outcome;
  const opt = offset + headLength;
  reply.copyWithin(opt, offset + length - optLength, offset + length);
  reply[offset + 2] = (octetAt(reply, offset + 2) & ~AA) | TC;
  reply[offset + 3] = octetAt(reply, offset + 3) & ~15;
  for (let at = 6; at < 11; at++) reply[offset + at] = 0;
  reply[offset + 11] = optLength > 0 ? 1 : 0;
  if (optLength === 0) return headLength;
  reply[opt + OPT_UPPER_RCODE] = 0;
  if (optLength === OPT_LENGTH) return headLength + optLength;
  const keepsCookie =
    headLength + OPT_WITH_COOKIE_LENGTH <= requestLength &&
    uint16At(reply, opt + OPT_LENGTH) === EDNS_OPTION.COOKIE; // which respond() writes first
  const kept = keepsCookie ? OPT_WITH_COOKIE_LENGTH : OPT_LENGTH;
  reply[opt + OPT_LENGTH - 2] = 0;
  reply[opt + OPT_LENGTH - 1] = kept - OPT_LENGTH;
  return headLength + kept;
}

function uint32At(octets: Uint8Array, at: number): number {
  return (
    (octetAt(octets, at) << 24) |
    (octetAt(octets, at + 1) << 16) |
    (octetAt(octets, at + 2) << 8) |
    octetAt(octets, at + 3)
  );
}

/** The upper bits of a word, 0 to 32 of them. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

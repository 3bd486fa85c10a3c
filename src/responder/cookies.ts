/**
 * DNS cookies (RFC 7873) as all servers of a name can check them (RFC 9018): a client that sends ours back has
 * received it, so its address is no forgery.
 *
 * ```text
 *  client cookie, 8 │ version 1 │ reserved, 3 │ time stamp, 4 │ SipHash-2-4, 8
 *                    over client cookie, version, reserved, time stamp and the client's address
 * ```
 */

import { octetAt } from "../dns/octets.ts";
import { proven } from "../dns/proven.ts";
import type { Client } from "./client.ts";
import { generationOf, readSecrets, type SecretMemory } from "./cookie-secrets.ts";
import { type SipHashKey, sipHash } from "./siphash.ts";

/** Cookies as the settings want them. Plain data, so that it can go from thread to thread. */
export interface CookieOptions {
  /** The first makes cookies, all check them (RFC 9018 §5). At least one. */
  readonly secrets: SecretMemory;
  /** Over UDP, a client that sends a cookie has to send a valid one (RFC 7873 §5.2.3). */
  readonly required: boolean;
}

/** What the COOKIE option of a request amounts to. */
export const COOKIE = {
  /** There is none, or cookies are switched off. */
  NONE: 0,
  /** Its length is that of no cookie. */
  MALFORMED: 1,
  /** A client cookie alone. */
  CLIENT: 2,
  /** A server cookie that is not ours, too old, or made for another address. */
  INVALID: 3,
  VALID: 4,
} as const;
export type CookieState = (typeof COOKIE)[keyof typeof COOKIE];

/** Octets of the option that goes with a reply. */
export const COOKIE_LENGTH = 24;

const CLIENT_LENGTH = 8;
const LEAST_LENGTH = 16;
const MOST_LENGTH = 40;
const VERSION = 1;

/** Where the address begins in what is hashed. */
const ADDRESS = 16;

/** Seconds (RFC 9018 §4.3): older is expired, younger than half of that is given back, more ahead is no clock. */
export const LIFETIME = 3600;
const FRESH = 1800;
export const AHEAD = 300;

/** Checks cookies and makes them. Its memory is used again and again. */
export class CookieJar {
  readonly required: boolean;
  /** The option's data for the reply, after `examine`. */
  readonly reply = new Uint8Array(COOKIE_LENGTH);
  readonly #options: CookieOptions;
  #generation: number;
  #keys: readonly SipHashKey[];
  /** What is hashed: the first 16 octets of a cookie, then the address. */
  readonly #input = new Uint8Array(ADDRESS + 16);

  constructor(options: CookieOptions) {
    this.#options = options;
    this.required = options.required;
    ({ generation: this.#generation, keys: this.#keys } = readSecrets(options.secrets));
  }

  /** A jar of the same secrets that requires nothing. */
  optional(): CookieJar {
    return new CookieJar({ ...this.#options, required: false });
  }

  /** Looks at the option data of `length` octets at `start`, and makes the cookie for the reply. */
  examine(request: Uint8Array, start: number, length: number, client: Client): CookieState {
    if (length !== CLIENT_LENGTH && (length < LEAST_LENGTH || length > MOST_LENGTH)) return COOKIE.MALFORMED;
    if (generationOf(this.#options.secrets) !== this.#generation) this.#takeSecrets();
    const input = this.#input;
    for (let at = 0; at < client.length; at++) {
      input[ADDRESS + at] = octetAt(client.octets, client.offset + at);
    }
    const key =
      length === COOKIE_LENGTH ? this.#validKey(request, start, ADDRESS + client.length, client.time) : -1;
    if (key !== 0) this.#make(request, start, client);
    if (key >= 0) return COOKIE.VALID;
    return length === CLIENT_LENGTH ? COOKIE.CLIENT : COOKIE.INVALID;
  }

  #takeSecrets(): void {
    ({ generation: this.#generation, keys: this.#keys } = readSecrets(this.#options.secrets));
  }

  /**
   * The number of the secret that made a cookie, or -1. One that the first secret made not long ago is left in
   * `reply` to be given back; 1 stands for any other valid one.
   */
  #validKey(request: Uint8Array, start: number, inputLength: number, time: number): number {
    const { reply } = this;
    const input = this.#input;
    if (octetAt(request, start + CLIENT_LENGTH) !== VERSION) return -1;
    for (let at = 0; at < ADDRESS; at++) input[at] = octetAt(request, start + at);
    const age = (time - timeAt(input)) | 0; // RFC 1982: the difference counts, not the numbers
    if (age > LIFETIME || age < -AHEAD) return -1;
    for (let number = 0; number < this.#keys.length; number++) {
      const key = this.#keys[number] as SipHashKey; // proof: number < #keys.length
      sipHash(key, input, 0, inputLength, reply, ADDRESS);
      let difference = 0;
      for (let at = ADDRESS; at < COOKIE_LENGTH; at++) {
        difference |= octetAt(reply, at) ^ octetAt(request, start + at);
      }
      if (difference !== 0) continue;
      if (number > 0 || age >= FRESH) return 1;
      for (let at = 0; at < ADDRESS; at++) reply[at] = octetAt(input, at);
      return 0;
    }
    return -1;
  }

  #make(request: Uint8Array, start: number, { length, time }: Client): void {
    const { reply } = this;
    const input = this.#input;
    for (let at = 0; at < CLIENT_LENGTH; at++) input[at] = octetAt(request, start + at);
    input[8] = VERSION;
    input[9] = input[10] = input[11] = 0;
    input[12] = time >>> 24;
    input[13] = time >>> 16;
    input[14] = time >>> 8;
    input[15] = time;
    for (let at = 0; at < ADDRESS; at++) reply[at] = octetAt(input, at);
    const first = proven(this.#keys[0], "there is at least one secret");
    sipHash(first, input, 0, ADDRESS + length, reply, ADDRESS);
  }
}

function timeAt(input: Uint8Array): number {
  return (
    (octetAt(input, 12) << 24) | (octetAt(input, 13) << 16) | (octetAt(input, 14) << 8) | octetAt(input, 15)
  );
}

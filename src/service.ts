/** What goes with answers and what is held back: from the settings to what each thread is given. */

import { type Prefix, parsePrefix } from "./dns/prefix.ts";
import { secretMemory } from "./responder/cookie-secrets.ts";
import type { CookieOptions } from "./responder/cookies.ts";
import type { ExtrasOptions } from "./responder/extras.ts";
import type { RateLimitOptions } from "./responder/rate-limiter.ts";
import type { Settings } from "./settings/settings.ts";
import { NO_MARK } from "./transport/own-queries.ts";

/** Marks what is ours when it comes from another thread. */
const KIND = "xmpp-edge-dns service";

/** Plain data that can be sent from thread to thread. */
export interface ServiceOptions {
  readonly kind: typeof KIND;
  readonly extras: ExtrasOptions;
  /** Over UDP; undefined for no limit. */
  readonly rateLimit: RateLimitOptions | undefined;
  /** A number of 32 bits that nobody outside knows. */
  readonly chance: number;
  /** What our own queries end in (transport/own-queries.ts): an EDNS option that nobody outside knows. */
  readonly mark: Uint8Array;
}

const SECRET_LENGTH = 16;

/** Code and length of an EDNS option (RFC 6891 §6.1.2); the code is the first for local use (§9). */
const MARK_HEAD = [65_001 >>> 8, 65_001 & 0xff, 0, SECRET_LENGTH];

/** `random` gives so many octets that nobody can guess. */
export function serviceOptions(settings: Settings, random: (octets: number) => Uint8Array): ServiceOptions {
  const { name, chaos, version } = settings.identity;
  const { responsesPerSecond, exempt } = settings.rateLimit;
  return {
    kind: KIND,
    extras: { cookies: cookieOptions(settings, random), name, chaos, version },
    rateLimit:
      responsesPerSecond === 0 ? undefined : { ...settings.rateLimit, exempt: exempt.flatMap(prefixOf) },
    mark: Uint8Array.of(...MARK_HEAD, ...random(SECRET_LENGTH)),
    chance: random(4).reduce((number, octet) => (number << 8) | octet, 0),
  };
}

/** Nothing beside the zones, and no limit. */
export const NO_SERVICE: ServiceOptions = {
  kind: KIND,
  extras: {},
  rateLimit: undefined,
  chance: 0,
  mark: NO_MARK,
};

export function isServiceOptions(data: unknown): data is ServiceOptions {
  return typeof data === "object" && data !== null && "kind" in data && data.kind === KIND;
}

/** The secrets that a setting gives in hexadecimal digits. */
export function secretsOf(text: string): readonly Uint8Array[] {
  return text.split(/[\s,]+/).map((secret) => Uint8Array.from(Buffer.from(secret, "hex")));
}

function cookieOptions(
  { cookies: { enabled, required, secret } }: Settings,
  random: (octets: number) => Uint8Array,
): CookieOptions | undefined {
  if (!enabled) return undefined;
  const secrets = secret === undefined ? [random(SECRET_LENGTH)] : secretsOf(secret);
  return { secrets: secretMemory(secrets), required };
}

/** The settings have let nothing through that is no prefix. */
function prefixOf(text: string): Prefix[] {
  return [parsePrefix(text) ?? []].flat();
}

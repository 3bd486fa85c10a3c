/** The file of cookie secrets, followed while the server runs. */

import { readFileFromDisk } from "./disk.ts";
import { Follower } from "./follower.ts";
import type { Log } from "./ops/log.ts";
import { MOST_SECRETS, replaceSecrets } from "./responder/cookie-secrets.ts";
import { AHEAD, LIFETIME } from "./responder/cookies.ts";
import { type ServiceOptions, secretsOf } from "./service.ts";
import { readCookieSecrets } from "./settings/cookie-secret.ts";
import type { Settings } from "./settings/settings.ts";

/**
 * Milliseconds that a secret which left the file is still accepted: as long as cookies made with it live, and as
 * long as clocks may differ, for other servers may read the file later.
 */
export const RETIREMENT = (LIFETIME + AHEAD) * 1000;

/** Secrets of the file, in order, and those that have left it not long ago. */
export class SecretRollover {
  #inFile: readonly string[];
  /** The newest first. */
  #retired: readonly { readonly secret: string; readonly until: number }[] = [];

  /** Secrets are in hexadecimal digits, with white space between. */
  constructor(text: string) {
    this.#inFile = listed(text);
  }

  /** To be accepted, the first to be made cookies with. */
  get secrets(): readonly string[] {
    return [...this.#inFile, ...this.#retired.map(({ secret }) => secret)].slice(0, MOST_SECRETS);
  }

  /** The file holds this now. */
  replace(text: string, now: number): void {
    const inFile = listed(text);
    const gone = this.#inFile.map((secret) => ({ secret, until: now + RETIREMENT }));
    this.#inFile = inFile;
    this.#retired = [...gone, ...this.#retired].filter(({ secret }) => !inFile.includes(secret));
  }

  /** Lets go of what has left the file long ago; whether there was any. */
  expire(now: number): boolean {
    const before = this.#retired.length;
    this.#retired = this.#retired.filter(({ until }) => until > now);
    return this.#retired.length < before;
  }
}

export interface RolloverOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Follows the file of secrets, where there is one, into the memory that all threads take them from. */
export function followCookieSecrets(
  { settings, log, now }: RolloverOptions,
  { extras: { cookies } }: ServiceOptions,
): readonly Follower<string>[] {
  const { secretFile, secret } = settings.cookies;
  if (cookies === undefined || secretFile === undefined || secret === undefined) return [];
  const rollover = new SecretRollover(secret);
  const share = (): void => replaceSecrets(cookies.secrets, rollover.secrets.flatMap(secretsOf));
  const follower = new Follower({
    interval: settings.reload.interval,
    log,
    inForce: secret,
    read: () => {
      if (rollover.expire(now())) share();
      return readCookieSecrets(secretFile, readFileFromDisk);
    },
    isSame: (one, other) => one === other,
    take: (text) => {
      rollover.replace(text, now());
      share();
      log.info({ file: secretFile }, "The cookie secrets were replaced; one that is gone holds for an hour");
    },
    meanwhile: "the last good secrets go on being used",
  });
  return [follower];
}

function listed(text: string): readonly string[] {
  return text.split(/\s+/);
}

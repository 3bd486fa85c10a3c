/** What goes with answers beside the zones' content: cookies, the server's identity, keepalive. */

import { Chaos } from "./chaos.ts";
import { CookieJar, type CookieOptions } from "./cookies.ts";

/** As the settings want it: plain data that can go from thread to thread. */
export interface ExtrasOptions {
  readonly cookies?: CookieOptions | undefined;
  /** The server's name, told to those who ask by NSID (RFC 5001). Printable ASCII, 64 characters at most. */
  readonly name?: string | undefined;
  /** Whether name and version are told in class CH as well. */
  readonly chaos?: boolean;
  readonly version?: string | undefined;
}

/** Made once for each thread and transport from the options. */
export interface Extras {
  readonly cookies: CookieJar | undefined;
  readonly nsid: Uint8Array | undefined;
  readonly chaos: Chaos | undefined;
  /** How long a TCP connection may be idle, in units of 100 ms (RFC 7828 §3.1); 0 over UDP. */
  readonly keepalive: number;
  /** What replies are filled up to a multiple of, to who asks for it; 0 for nothing. */
  readonly padding: number;
}

/** Octets that encrypted replies are a multiple of (RFC 8467 §4.1). */
const PADDING_BLOCK = 468;

/** For UDP: there keepalive is ignored (RFC 7828 §3.2.2). */
export function udpExtras(options: ExtrasOptions): Extras {
  return extrasOf(options, 0);
}

/** For TCP, with the milliseconds that a connection may be idle. */
export function tcpExtras(options: ExtrasOptions, idleTimeout: number): Extras {
  return extrasOf(options, Math.min(0xffff, Math.floor(idleTimeout / 100)));
}

/** For TLS: as for TCP, and the length of a reply gives nothing away where its client pads, too. Not for transfers. */
export function tlsExtras(options: ExtrasOptions, idleTimeout: number): Extras {
  return { ...tcpExtras(options, idleTimeout), padding: PADDING_BLOCK };
}

/** Nothing but the zones. */
export const NO_EXTRAS: Extras = extrasOf({}, 0);

function extrasOf({ cookies, name, chaos = false, version }: ExtrasOptions, keepalive: number): Extras {
  return {
    cookies: cookies && new CookieJar(cookies),
    nsid: name === undefined ? undefined : new TextEncoder().encode(name),
    chaos: chaos ? new Chaos({ name, version }) : undefined,
    keepalive,
    padding: 0,
  };
}

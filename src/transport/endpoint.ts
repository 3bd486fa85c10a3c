/** Where a server listens, and what can be said to an operator when it cannot. */

import { isIPv6 } from "node:net";

/** An address and port that both transports listen on. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Who asks, and when. A transport may fill the same one anew for each request. */
export interface Client {
  /** The address: `length` octets at `offset`, 4 of IPv4, 16 of IPv6. */
  readonly octets: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** Seconds since 1970; the service's to set where the transport has no clock. */
  time: number;
  /** Where his requests are counted: those of the transport and of his family, laid out by `COUNTER`. */
  readonly counters: Float64Array;
  /** What else can be done with the request in work; where it is undefined, nothing. */
  readonly exchange?: Exchange | undefined;
}

/** What holds a reply back. Whoever ends it on a thread calls `sendReleased` (late-queue.ts) there. */
export interface Hold {
  readonly isOver: boolean;
}

/** What else can be done with the request in work than answer it at once. Good responders do none of it. */
export interface Exchange {
  readonly transport: "UDP" | "TCP";
  /**
   * Sends a reply of any length `milliseconds` from now, or when nothing holds it back any more; 0 is to be
   * returned then, as in the next two. False where too many wait: it is dropped.
   */
  sendLater(reply: Uint8Array, milliseconds: number, hold: Hold): boolean;
  /** Over TCP: the same with the beginning of a reply, and closes the connection behind it. */
  breakOff(reply: Uint8Array, milliseconds: number, hold: Hold): boolean;
  /** Writes the query down, where samples are taken, though no reply is returned. */
  note(request: Uint8Array, reply: Uint8Array): void;
}

/**
 * Answers the request of `length` octets at `offset` into `reply` at `replyOffset` and returns the reply's
 * length; or 0 for silence, and less where a reply is withheld. All that a transport knows of DNS.
 */
export type RespondFunction = (
  request: Uint8Array,
  offset: number,
  length: number,
  reply: Uint8Array,
  replyOffset: number,
  client: Client,
) => number;

/** A client that a transport points at one address after the other. */
export interface MovingClient extends Client {
  octets: Uint8Array;
  offset: number;
  length: number;
  counters: Float64Array;
}

/** A client of whom the address is known. */
export function clientAt(octets: Uint8Array, counters: Float64Array, exchange?: Exchange): MovingClient {
  return { octets, offset: 0, length: octets.length, time: 0, counters, exchange };
}

/** Something that listens until it is closed. */
export interface Listener {
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

/** Why an endpoint cannot be listened on. */
export interface ListenFault {
  readonly endpoint: Endpoint;
  readonly transport: "UDP" | "TCP" | "TLS";
  readonly code: string;
}

export type ListenOutcome =
  | { readonly kind: "listening"; readonly listener: Listener }
  | { readonly kind: "fault"; readonly fault: ListenFault };

/** `[::1]:5300`, `127.0.0.1:5300`. */
export function endpointText({ address, port }: Endpoint): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** One sentence: what could not be done, who is likely in the way, what to do. */
export function faultSentence({ endpoint, transport, code }: ListenFault): string {
  return `Cannot listen on ${endpointText(endpoint)} (${transport}): ${faultCause(endpoint, code, transport === "TLS" ? "--set tls.port=…" : "--port")}`;
}

function faultCause({ address, port }: Endpoint, code: string, option: string): string {
  switch (code) {
    case "EADDRINUSE":
      return port === 53
        ? 'another program holds the port, most likely systemd-resolved or dnsmasq; set "DNSStubListener=no" in /etc/systemd/resolved.conf, or listen on one address of this machine with "--listen", or on another port with "--port"'
        : `another program holds the port; "ss -lntup 'sport = :${port}'" shows which; take another with "${option}"`;
    case "EACCES":
      return `this user may not use ports below 1024; grant CAP_NET_BIND_SERVICE, or take another port with "${option}"`;
    case "EADDRNOTAVAIL":
      return `no interface of this machine has the address ${address}; "ip address" lists those it has`;
    case "EAFNOSUPPORT":
      return "this machine has IPv6 switched off; leave the address out";
    default:
      return `the system says ${code}`;
  }
}

/** The error code of a system call that failed. */
export function errorCode(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

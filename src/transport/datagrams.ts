/** Datagrams to one other server and back: for those who ask or tell, not for those who answer. */

import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Endpoint } from "./endpoint.ts";
import { addressOctets, familyOf } from "./ip-address.ts";

export interface Datagrams {
  /** A datagram that is lost is the sender's to send again. */
  send(octets: Uint8Array): void;
  close(): void;
}

export interface DatagramOptions {
  readonly target: Endpoint;
  readonly onMessage: (octets: Uint8Array) => void;
  /** The address that datagrams leave from; the system's choice where it is undefined. */
  readonly source: string | undefined;
  /** Told where they cannot leave from there; then the system chooses. */
  readonly onError: (error: Error) => void;
}

/** Opens a socket that gives out what comes from this very endpoint and nothing else. It keeps no process alive. */
export function openDatagrams({ target, onMessage, source, onError }: DatagramOptions): Datagrams {
  const socket = createSocket(isIPv6(target.address) ? "udp6" : "udp4");
  socket.unref();
  if (source !== undefined) {
    socket.once("error", onError);
    socket.bind(0, source, () => socket.off("error", onError));
  }
  socket.on("error", () => {}); // as good as lost
  socket.on("message", (octets, { address, port }) => {
    if (address === target.address && port === target.port) onMessage(octets);
  });
  return {
    send: (octets) => socket.send(octets, target.port, target.address, () => {}),
    close: () => socket.close(),
  };
}

/** Where datagrams to an address leave from. */
export interface SourceChoice {
  /** Addresses that were chosen, one of a family at the most. */
  readonly chosen: readonly string[];
  /** Addresses that are listened on. */
  readonly listen: readonly string[];
}

/**
 * The address that datagrams leave from for those who know us by it: the one that was chosen, else the only one of
 * the target's family that is listened on. Undefined where that is the wildcard, or does not reach the target.
 */
export function sourceFor(target: string, { chosen, listen }: SourceChoice): string | undefined {
  const isOfFamily = (address: string): boolean => familyOf(address) === familyOf(target);
  const named = chosen.find(isOfFamily);
  if (named !== undefined) return named;
  const [only, ...others] = listen.filter(isOfFamily);
  if (only === undefined || others.length > 0) return undefined;
  const isWildcard = addressOctets(only).every((octet) => octet === 0);
  return isWildcard || (isLoopback(only) && !isLoopback(target)) ? undefined : only;
}

function isLoopback(address: string): boolean {
  const octets = addressOctets(address);
  return octets.length === 4 ? octets[0] === 127 : octets.every((octet, at) => octet === (at === 15 ? 1 : 0));
}

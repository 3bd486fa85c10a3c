/** The sockets of a thread on the portable path. */

import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import type { Endpoint, Listener, ListenFault } from "./endpoint.ts";
import { listenUdp, type UdpAnswering } from "./udp.ts";

/** Where to listen, and whether the system lets several sockets share a port. */
export interface PortablePath {
  readonly endpoints: readonly Endpoint[];
  readonly reusePort: boolean;
}

/** Sockets that are open, and why others are not. */
export interface PortableSockets {
  /** As asked for, with the port that was chosen. */
  readonly endpoints: readonly Endpoint[];
  readonly faults: readonly ListenFault[];
  /** Answers what is in flight, then closes all. */
  close(): Promise<void>;
}

/** What an operator has to know of this path. */
export function portableSentence(why: string, endpoints: readonly Endpoint[]): string {
  const sentence = `UDP is answered datagram by datagram: ${why}`;
  const wildcard = endpoints.find(({ address }) => isWildcard(address))?.address;
  return wildcard === undefined
    ? sentence
    : `${sentence}; "${wildcard}" stands for the addresses that interfaces have now: restart when one gets another, or replies to that one may leave from elsewhere`;
}

/** Opens a socket for each endpoint. Port 0 is chosen for the first address and holds for all. */
export async function openPortableSockets(
  { endpoints: wanted, reusePort }: PortablePath,
  answering: UdpAnswering,
): Promise<PortableSockets> {
  const listeners: Listener[] = [];
  const faults: ListenFault[] = [];
  const endpoints: Endpoint[] = [];
  const open = async (endpoint: Endpoint, unanswered: ListenFault[]): Promise<Endpoint> => {
    const outcome = await listenUdp({ ...answering, endpoint, onError: rethrow, reusePort });
    if (outcome.kind === "listening") listeners.push(outcome.listener);
    else unanswered.push(outcome.fault);
    return outcome.kind === "listening" ? outcome.listener.endpoint : endpoint;
  };
  for (const { address, port } of wanted) {
    const bound = await open({ address, port: port === 0 ? (endpoints[0]?.port ?? 0) : port }, faults);
    endpoints.push(bound);
    if (!reusePort) continue;
    for (const local of coveredBy(address)) await open({ ...bound, address: local }, []); // the wildcard's socket serves too
  }
  return { endpoints, faults, close: () => closeAll(listeners) };
}

/**
 * The addresses of this machine that a wildcard stands for. node:dgram cannot say from which address a reply
 * is to leave, but a socket of the address asked can. Link-local addresses cannot be mistaken: they are on
 * one interface.
 */
function coveredBy(address: string): readonly string[] {
  if (!isWildcard(address)) return [];
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .map((local) => local.address)
    .filter((local) => isIPv6(local) === isIPv6(address) && !local.startsWith("fe80"));
}

function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

async function closeAll(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
}

/** A socket that has failed as a whole is replaced with its thread. */
function rethrow(error: Error): never {
  throw error;
}

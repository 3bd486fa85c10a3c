/** UDP sockets made with system calls of our own, so that several threads can share a port and read in batches. */

import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import type { Endpoint, ListenFault } from "./endpoint.ts";
import { ipv4Octets, ipv6Groups } from "./ip-address.ts";
import type { SocketCalls } from "./socket-calls.ts";

/** A bound socket. It belongs to the process, not to a thread: whoever knows the descriptor can use it. */
export interface DatagramSocket {
  readonly descriptor: number;
  readonly endpoint: Endpoint;
  /** Octets of waiting datagrams that the kernel granted. */
  readonly receiveBuffer: number;
}

export type SocketOutcome =
  | { readonly kind: "bound"; readonly socket: DatagramSocket }
  | { readonly kind: "fault"; readonly fault: ListenFault };

/** Constants of Linux, the same on x64 and arm64. */
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM_CLOEXEC_NONBLOCK = 2 | 0o2000000 | 0o4000;
const SOL_SOCKET = 1;
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_REUSEPORT = 15;
const IP_PKTINFO = 8;
const IPV6_V6ONLY = 26;
const IPV6_RECVPKTINFO = 49;

/** What the kernel may hold for us while we build or wait; it grants what it can. */
export const RECEIVE_BUFFER = 4 * 1024 * 1024;
const SEND_BUFFER = 1024 * 1024;

/** Octets of the longest socket address, sockaddr_in6. */
const ADDRESS_LENGTH = 28;

/** Opens `count` sockets on each endpoint; port 0 is chosen once. All or none. */
export function openDatagramSockets(
  calls: SocketCalls,
  endpoints: readonly Endpoint[],
  count: number,
):
  | { readonly sockets: readonly (readonly DatagramSocket[])[] }
  | { readonly faults: readonly ListenFault[] } {
  const sockets: DatagramSocket[][] = [];
  const faults: ListenFault[] = [];
  for (const wanted of endpoints) {
    const port = wanted.port === 0 ? (sockets[0]?.[0]?.endpoint.port ?? 0) : wanted.port;
    const group: DatagramSocket[] = [];
    sockets.push(group);
    const fault = openGroup(new SocketMaker(calls), { ...wanted, port }, count, group);
    if (fault !== undefined) faults.push(fault);
  }
  if (faults.length === 0) return { sockets };
  for (const { descriptor } of sockets.flat()) calls.close(descriptor);
  return { faults };
}

/**
 * The first socket takes the port for itself, which fails if anybody holds it, and shares it only then: a
 * shared bind alone would quietly join another process of the same user.
 */
function openGroup(
  maker: SocketMaker,
  endpoint: Endpoint,
  count: number,
  group: DatagramSocket[],
): ListenFault | undefined {
  const first = maker.open(endpoint, false);
  if (first.kind === "fault") return first.fault;
  group.push(first.socket);
  if (count > 1) maker.share(first.socket);
  while (group.length < count) {
    const next = maker.open(first.socket.endpoint, true);
    if (next.kind === "fault") return next.fault;
    group.push(next.socket);
  }
  return undefined;
}

class SocketMaker {
  readonly #calls: SocketCalls;
  /** An int for options and lengths, and behind it a socket address. The arrays lie outside of the heap. */
  readonly #memory = new ArrayBuffer(8 + 32);
  readonly #integer = new Int32Array(this.#memory, 0, 1);
  readonly #address = new DataView(this.#memory, 8);
  readonly #integerAt: number;
  readonly #addressAt: number;

  constructor(calls: SocketCalls) {
    this.#calls = calls;
    this.#integerAt = calls.address(this.#integer);
    this.#addressAt = this.#integerAt + 8;
  }

  open(endpoint: Endpoint, shared: boolean): SocketOutcome {
    const isV6 = isIPv6(endpoint.address);
    const descriptor = this.#calls.socket(isV6 ? AF_INET6 : AF_INET, SOCK_DGRAM_CLOEXEC_NONBLOCK, 0);
    if (descriptor < 0) return this.#fault(endpoint);
    this.#prepare(descriptor, isV6);
    if (shared) this.#set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    this.#writeAddress(endpoint, isV6);
    if (this.#calls.bind(descriptor, this.#addressAt, isV6 ? ADDRESS_LENGTH : 16) < 0) {
      const outcome = this.#fault(endpoint);
      this.#calls.close(descriptor);
      return outcome;
    }
    const bound = { address: endpoint.address, port: this.#portOf(descriptor) };
    const receiveBuffer = this.#get(descriptor, SOL_SOCKET, SO_RCVBUF);
    return { kind: "bound", socket: { descriptor, endpoint: bound, receiveBuffer } };
  }

  /** Lets others bind the same port from now on. */
  share({ descriptor }: DatagramSocket): void {
    this.#set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  }

  /** None of these is worth failing for: a smaller buffer serves, and without packet info the route decides. */
  #prepare(descriptor: number, isV6: boolean): void {
    this.#set(descriptor, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    this.#set(descriptor, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
    if (isV6) this.#set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (isV6) this.#set(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    else this.#set(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
  }

  #set(descriptor: number, level: number, option: number, value: number): void {
    this.#integer[0] = value;
    this.#calls.setsockopt(descriptor, level, option, this.#integerAt, 4);
  }

  #get(descriptor: number, level: number, option: number): number {
    this.#integer[0] = 0;
    this.#address.setUint32(0, 4, true);
    this.#calls.getsockopt(descriptor, level, option, this.#integerAt, this.#addressAt);
    return this.#integer[0] ?? 0;
  }

  #portOf(descriptor: number): number {
    this.#integer[0] = ADDRESS_LENGTH;
    this.#calls.getsockname(descriptor, this.#addressAt, this.#integerAt);
    return this.#address.getUint16(2);
  }

  /** sockaddr_in: family, port, address. sockaddr_in6: family, port, flow, address, scope. */
  #writeAddress({ address, port }: Endpoint, isV6: boolean): void {
    const [host = "", zone] = address.split("%");
    for (let at = 0; at < ADDRESS_LENGTH; at++) this.#address.setUint8(at, 0);
    this.#address.setUint16(0, isV6 ? AF_INET6 : AF_INET, true);
    this.#address.setUint16(2, port);
    if (isV6) ipv6Groups(host).forEach((group, index) => void this.#address.setUint16(8 + 2 * index, group));
    else ipv4Octets(host).forEach((octet, index) => void this.#address.setUint8(4 + index, octet));
    if (zone !== undefined) this.#address.setUint32(24, scopeOf(zone), true);
  }

  #fault(endpoint: Endpoint): SocketOutcome {
    return { kind: "fault", fault: { endpoint, transport: "UDP", code: this.#calls.errorCode() } };
  }
}

/** `eth0` or `2` behind the `%` of a link-local address (RFC 4007 §11); 0 lets the bind fail. */
function scopeOf(zone: string): number {
  const interfaces = networkInterfaces()[zone] ?? [];
  const scope = interfaces.map((at) => (at.family === "IPv6" ? at.scopeid : 0)).find((id) => id > 0);
  return scope ?? (/^\d+$/.test(zone) ? Number(zone) : 0);
}

/** Datagrams to one other server and back: for those who ask or tell, not for those who answer. */

import { createSocket, type Socket } from "node:dgram";
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
  /** Told where they cannot leave from there. Then the system chooses, until a later one can. */
  readonly onError: (error: Error) => void;
}

/** Opens a socket that gives out what comes from this very endpoint and nothing else. It keeps no process alive. */
export function openDatagrams(options: DatagramOptions): Datagrams {
  const { source, target } = options;
  if (source !== undefined) return new DatagramsFrom(source, options);
  const socket = openSocket(options);
  return { send: (octets) => sendFrom(socket, octets, target), close: () => void socket.close() };
}

/** Datagrams from an address that may be missing, and may come later: a floating one, or a network that is slow. */
class DatagramsFrom implements Datagrams {
  readonly #source: string;
  readonly #options: DatagramOptions;
  /** What datagrams leave from: the source, or the system's choice while there is no such address. */
  #socket: Socket | undefined;
  #isAtSource = false;
  /** Is being bound to the source. */
  #candidate: Socket | undefined;
  /** What is sent when it is known whether it can be. */
  #waiting: Uint8Array[] = [];
  #isTold = false;

  constructor(source: string, options: DatagramOptions) {
    this.#source = source;
    this.#options = options;
  }

  send(octets: Uint8Array): void {
    if (this.#isAtSource && this.#socket !== undefined) {
      sendFrom(this.#socket, octets, this.#options.target);
      return;
    }
    this.#waiting.push(octets);
    if (this.#candidate === undefined) this.#tryToBind();
  }

  close(): void {
    this.#candidate?.close();
    this.#socket?.close();
  }

  #tryToBind(): void {
    const socket = openSocket(this.#options);
    this.#candidate = socket;
    const fail = (error: Error): void => {
      socket.close();
      this.#complain(error);
      this.#use(this.#socket ?? openSocket(this.#options));
    };
    socket.once("error", fail);
    socket.bind(0, this.#source, () => {
      socket.off("error", fail);
      this.#socket?.close();
      this.#isAtSource = true;
      this.#use(socket);
    });
  }

  #complain(error: Error): void {
    if (!this.#isTold) this.#options.onError(error);
    this.#isTold = true;
  }

  #use(socket: Socket): void {
    this.#candidate = undefined;
    this.#socket = socket;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const octets of waiting) sendFrom(socket, octets, this.#options.target);
  }
}

function openSocket({ target, onMessage }: DatagramOptions): Socket {
  const socket = createSocket(isIPv6(target.address) ? "udp6" : "udp4");
  socket.unref();
  socket.on("error", () => {}); // as good as lost
  socket.on("message", (octets, { address, port }) => {
    if (address === target.address && port === target.port) onMessage(octets);
  });
  return socket;
}

function sendFrom(socket: Socket, octets: Uint8Array, { port, address }: Endpoint): void {
  socket.send(octets, port, address, () => {});
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

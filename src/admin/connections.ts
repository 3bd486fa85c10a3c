/**
 * The HTTP connections that are open: so many in all, and half of them for one client. Where there is no place, the
 * one that has been idle for longest goes, so that who says nothing, or half a request, keeps no probe out. Each has
 * one request in work: who sends another before the answer is taken is cut off, as answers that nobody reads would
 * take all memory.
 */

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isIPv6, type Socket } from "node:net";

/** A connection that is open. */
interface Place {
  readonly client: string;
  /** Its request, until the answer is taken. */
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined;
}

export class AdminConnections {
  readonly #most: number;
  /** The one whose last answer, or whose beginning, was longest ago is first. */
  readonly #places = new Map<Socket, Place>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Looks after all connections of a server. */
  watch(server: Server): void {
    server.on("connection", (socket: Socket) => this.#take(socket));
  }

  /** Whether a request may be answered; else its connection is cut off. */
  admit(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request;
    const place = this.#places.get(socket);
    if (place === undefined || place.exchange !== undefined) {
      this.#cut(socket);
      return false;
    }
    place.exchange = { request, response };
    response.once("close", () => this.#answered(socket, place));
    return true;
  }

  #answered(socket: Socket, place: Place): void {
    place.exchange = undefined;
    if (this.#places.delete(socket)) this.#places.set(socket, place);
  }

  #take(socket: Socket): void {
    const client = clientOf(socket.remoteAddress ?? "");
    if (!this.#makePlace(client)) return void socket.destroy();
    this.#places.set(socket, { client, exchange: undefined });
    socket.once("close", () => this.#places.delete(socket));
  }

  #makePlace(client: string): boolean {
    const places = [...this.#places];
    const own = places.filter(([, place]) => place.client === client);
    const isCrowd = own.length >= Math.ceil(this.#most / 2);
    if (!isCrowd && places.length < this.#most) return true;
    const [idlest] = (isCrowd ? own : places).find(([, place]) => isIdle(place)) ?? [];
    if (idlest === undefined) return false;
    this.#cut(idlest);
    return true;
  }

  #cut(socket: Socket): void {
    this.#places.delete(socket);
    socket.destroy();
  }
}

/** Whether it is the client's turn: to ask, to send the rest of its request, or to take the answer. */
function isIdle({ exchange }: Place): boolean {
  return exchange === undefined || !exchange.request.complete || exchange.response.writableEnded;
}

/** An IPv4 address, or the /64 of an IPv6 address: that is what one client has at the least. */
function clientOf(address: string): string {
  const mapped = address.replace(/^::ffff:(?=[\d.]+$)/, "");
  if (!isIPv6(mapped)) return mapped;
  const [head = "", tail = ""] = mapped.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => "0");
  return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}

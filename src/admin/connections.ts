/**
 * The HTTP connections that are open: so many in all, and half of them for one client. Where there is no place, the
 * one that has been idle for longest goes, so that who says nothing keeps no probe out.
 */

import type { Server } from "node:http";
import { isIPv6, type Socket } from "node:net";

export class AdminConnections {
  readonly #most: number;
  readonly #clients = new Map<Socket, string>();
  /** Those without a request in work, the one idle for longest first. */
  readonly #idle = new Set<Socket>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Looks after all connections of a server. */
  watch(server: Server): void {
    server.on("connection", (socket: Socket) => this.#take(socket));
    server.on("request", ({ socket }, response) => {
      this.#idle.delete(socket);
      response.once("close", () => {
        if (this.#clients.has(socket)) this.#idle.add(socket);
      });
    });
  }

  #take(socket: Socket): void {
    const client = clientOf(socket.remoteAddress ?? "");
    if (!this.#makePlace(client)) return void socket.destroy();
    this.#clients.set(socket, client);
    this.#idle.add(socket);
    socket.once("close", () => this.#forget(socket));
  }

  #makePlace(client: string): boolean {
    const own = [...this.#clients.values()].filter((other) => other === client).length;
    const isCrowd = own >= Math.ceil(this.#most / 2);
    if (!isCrowd && this.#clients.size < this.#most) return true;
    const idlest = [...this.#idle].find((socket) => !isCrowd || this.#clients.get(socket) === client);
    if (idlest === undefined) return false;
    this.#forget(idlest);
    idlest.destroy();
    return true;
  }

  #forget(socket: Socket): void {
    this.#clients.delete(socket);
    this.#idle.delete(socket);
  }
}

/** An IPv4 address, or the /64 of an IPv6 address: that is what one client has at the least. */
function clientOf(address: string): string {
  const mapped = address.replace(/^::ffff:(?=[\d.]+$)/, "");
  if (!isIPv6(mapped)) return mapped;
  const [head = "", tail = ""] = mapped.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => "0");
  return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}

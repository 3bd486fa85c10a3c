/** Server-sent events: those who have the page open are told every second what is answered, and at once of reloads. */

import type { ServerResponse } from "node:http";

/** Pages that may be open at a time. */
const MOST_STREAMS = 32;

/** Octets that may wait for a client to read them; one that is slower is cut, and comes again by itself. */
const MOST_UNREAD = 256 * 2 ** 10;

/** Milliseconds after which a browser comes again. */
const RETRY = 2_000;

export class EventStreams {
  readonly #streams = new Set<ServerResponse>();

  get size(): number {
    return this.#streams.size;
  }

  get isFull(): boolean {
    return this.#streams.size >= MOST_STREAMS;
  }

  /** Takes a response whose head is not written yet. */
  add(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    response.writeHead(200, {
      ...headers,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.write(`retry: ${RETRY}\n\n`);
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
    response.on("error", () => response.destroy());
  }

  /** Sends an event to everybody. */
  send(event: string, data: string): void {
    const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
    const text = `event: ${event}\n${lines.join("")}\n`;
    for (const stream of this.#streams) {
      if (stream.writableLength > MOST_UNREAD) stream.destroy();
      else stream.write(text);
    }
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }
}

/** Server-sent events: those who have the page open are told every second what is answered, and at once of reloads. */

import type { ServerResponse } from "node:http";

/** Pages that may be open at a time, where nobody says less. */
const MOST_STREAMS = 32;

/** Octets that may wait for a client to read them; one that is slower is cut, and comes again by itself. */
const MOST_UNREAD = 256 * 2 ** 10;

/** Events in a row before which something waited already: whoever reads has taken all within a second. */
const MOST_DELAYED = 10;

/** Milliseconds after which a browser comes again. */
const RETRY = 2_000;

export class EventStreams {
  readonly #most: number;
  /** Each with the events in a row that it was behind with. */
  readonly #streams = new Map<ServerResponse, number>();

  constructor(most = MOST_STREAMS) {
    this.#most = Math.min(most, MOST_STREAMS);
  }

  get size(): number {
    return this.#streams.size;
  }

  get isFull(): boolean {
    return this.#streams.size >= this.#most;
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
    this.#streams.set(response, 0);
    response.on("close", () => this.#streams.delete(response));
    response.on("error", () => response.destroy());
  }

  /** Sends an event to everybody. */
  send(event: string, data: string): void {
    const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
    const text = `event: ${event}\n${lines.join("")}\n`;
    for (const [stream, before] of this.#streams) {
      const delayed = stream.writableLength === 0 ? 0 : before + 1;
      this.#streams.set(stream, delayed);
      if (delayed > MOST_DELAYED || stream.writableLength > MOST_UNREAD) this.#cut(stream);
      else stream.write(text);
    }
  }

  close(): void {
    for (const stream of this.#streams.keys()) this.#cut(stream);
  }

  #cut(stream: ServerResponse): void {
    this.#streams.delete(stream);
    stream.destroy();
  }
}

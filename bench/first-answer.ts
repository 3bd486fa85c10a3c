/** Waits for a server that has just been started: asks over UDP every 2 ms until it answers without an error. */

import { createSocket } from "node:dgram";
import { requestOf } from "../test/conformance/harness.ts";

const INTERVAL = 2;

export interface Patience {
  readonly milliseconds: number;
  /** Why waiting on makes no sense, as soon as it does not. */
  readonly isPointless: () => string | undefined;
}

/** Milliseconds since `start` (performance.now) until the first good answer, or why there was none. */
export function firstAnswer(
  port: number,
  ask: string,
  start: number,
  { milliseconds, isPointless }: Patience,
): Promise<number | string> {
  const socket = createSocket("udp4");
  const request = requestOf({ ask });
  return new Promise((resolve) => {
    const end = (outcome: number | string) => {
      clearInterval(timer);
      socket.close();
      resolve(outcome);
    };
    const timer = setInterval(() => {
      const reason = performance.now() - start > milliseconds ? "out of time" : isPointless();
      if (reason === undefined) socket.send(request, port, "127.0.0.1");
      else end(reason);
    }, INTERVAL);
    socket.on("message", (reply) => {
      if (((reply[3] ?? 0) & 15) === 0) end(performance.now() - start);
    });
    socket.on("error", () => {}); // nobody listens yet
  });
}

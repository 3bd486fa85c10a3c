/** UDP and TCP on one port of this thread, with an echo or what a test wants in place of DNS. */

import { setImmediate } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { ConnectionTable, type TcpLimits } from "../../src/transport/connection-table.ts";
import { makeCounters } from "../../src/transport/counters.ts";
import type { Endpoint, RespondFunction } from "../../src/transport/endpoint.ts";
import { listen } from "../../src/transport/listen.ts";
import type { QuerySampler } from "../../src/transport/query-samples.ts";

/** Limits that no test meets unless it wants to. */
export const LIMITS: TcpLimits = {
  maximumConnections: 100,
  maximumConnectionsPerClient: 100,
  idleTimeout: 60_000,
  messageTimeout: 60_000,
  maximumUnread: 256 * 1024,
};

/** Gives a request back as it came; one that begins with 0xff is met with silence. */
export const echo: RespondFunction = (request, offset, length, reply, replyOffset) => {
  if (request[offset] === 0xff) return 0;
  reply.set(request.subarray(offset, offset + length), replyOffset);
  return length;
};

/** What a test wants otherwise. */
export interface Serving {
  readonly respond?: RespondFunction;
  readonly tcpSampler?: QuerySampler;
  readonly onFull?: () => void;
}

/** Listens until the test is over. */
export async function serve(
  limits: Partial<TcpLimits> = {},
  { respond = echo, tcpSampler, onFull }: Serving = {},
): Promise<Endpoint & { connections: ConnectionTable }> {
  const connections = new ConnectionTable({ ...LIMITS, ...limits }, onFull);
  const listening = await listen({
    addresses: ["127.0.0.1"],
    port: 0,
    answerUdp: { respond, counters: makeCounters() },
    respondTcp: respond,
    connections,
    tcpSampler,
    onError: (_, error) => {
      throw error;
    },
  });
  if (listening.kind === "faults") throw new Error(JSON.stringify(listening.faults));
  onTestFinished(async () => {
    await Promise.all(listening.listeners.map((listener) => listener.close()));
    await connections.close();
  });
  return { ...(listening.endpoints[0] ?? { address: "", port: 0 }), connections };
}

/** Answers of so many octets. */
export function large(length: number): RespondFunction {
  return (_request, _offset, _length, reply, replyOffset) => {
    reply.fill(5, replyOffset, replyOffset + length);
    return length;
  };
}

/** Waits for what other turns of the event loop bring. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate();
}

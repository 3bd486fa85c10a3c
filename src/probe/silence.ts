/** Where a server of ours does not answer: asks every address that it listens on, over UDP and TCP, at once. */

import { type Ask, askOverTcp, askOverUdp, type Endpoint } from "./dns-client.ts";
import type { Clients } from "./health.ts";
import { lacksFamily, reachable } from "./reachable.ts";

/** One address that was asked in vain; the reason as "no answer within 1 s". */
export interface Silence {
  readonly transport: "UDP" | "TCP";
  readonly endpoint: Endpoint;
  readonly reason: string;
}

/** Milliseconds that an answer may take, on the way from this machine to itself. */
const TIMEOUT = 1_000;

/** Any answer will do. Over a family that this machine lacks nobody asks, as long as there is the other one. */
export async function findSilence(
  listening: readonly Endpoint[],
  zone: string,
  clients: Clients = { udp: askOverUdp, tcp: askOverTcp },
): Promise<readonly Silence[]> {
  const ask = { name: zone, type: "SOA" } as const;
  const heard = await Promise.all(
    listening.flatMap(({ address, port }) => {
      const endpoint = { address: reachable(address), port };
      const over = async (transport: Silence["transport"], client: Ask, timeout: number) => {
        const reply = await client(endpoint, ask, timeout);
        if (reply.kind === "reply") return undefined;
        const { reason, code } = reply;
        return { isUnreachable: lacksFamily(address, code), silence: { transport, endpoint, reason } };
      };
      return [over("UDP", twice(clients.udp), TIMEOUT), over("TCP", clients.tcp, 2 * TIMEOUT)];
    }),
  );
  const reached = heard.filter((one) => one?.isUnreachable !== true);
  return (reached.length > 0 ? reached : heard).flatMap((one) => one?.silence ?? []);
}

/** A UDP datagram may be lost once. */
function twice(ask: Ask): Ask {
  return async (endpoint, question, timeout) => {
    const reply = await ask(endpoint, question, timeout);
    return reply.kind === "silence" ? ask(endpoint, question, timeout) : reply;
  };
}

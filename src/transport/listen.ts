/** Both transports on every address, on one port, or nothing at all. */

import {
  type Endpoint,
  endpointText,
  type Listener,
  type ListenFault,
  type ListenOutcome,
  type RespondFunction,
} from "./endpoint.ts";
import { type ConnectionTable, listenTcp } from "./tcp.ts";
import { listenUdp } from "./udp.ts";

export interface ListenOptions {
  /** IP addresses; no host names. */
  readonly addresses: readonly string[];
  /** 0 lets the system choose one that is free on all addresses. */
  readonly port: number;
  readonly respondUdp: RespondFunction;
  readonly respondTcp: RespondFunction;
  readonly connections: ConnectionTable;
  readonly onError: (endpoint: Endpoint, error: Error) => void;
}

export type Listening =
  | {
      readonly kind: "listening";
      readonly endpoints: readonly Endpoint[];
      readonly listeners: readonly Listener[];
      /** Addresses left out because this machine has no IPv6. */
      readonly skipped: readonly ListenFault[];
    }
  | { readonly kind: "faults"; readonly faults: readonly ListenFault[] };

/** A port that the system chose for the first address may be taken on the next one; then another is tried. */
const PORT_ATTEMPTS = 20;

export async function listen(options: ListenOptions): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const listening = await listenOnce(options);
    const mayHelp = options.port === 0 && attempt < PORT_ATTEMPTS;
    const isTaken =
      listening.kind === "faults" && listening.faults.every(({ code }) => code === "EADDRINUSE");
    if (!(isTaken && mayHelp)) return listening;
  }
}

async function listenOnce(options: ListenOptions): Promise<Listening> {
  const listeners: Listener[] = [];
  const faults: ListenFault[] = [];
  const skipped: ListenFault[] = [];
  const endpoints: Endpoint[] = [];
  for (const address of options.addresses) {
    const wanted = { address, port: endpoints[0]?.port ?? options.port };
    const udp = await listenUdp({
      endpoint: wanted,
      respond: options.respondUdp,
      onError: reporter(options, wanted),
    });
    if (udp.kind === "fault" && lacksIpv6(udp.fault) && options.addresses.length > 1) {
      skipped.push(udp.fault);
      continue;
    }
    const bound = udp.kind === "listening" ? udp.listener.endpoint : wanted;
    const tcp = await listenTcp({
      endpoint: bound,
      respond: options.respondTcp,
      connections: options.connections,
      onError: reporter(options, bound),
    });
    for (const outcome of [udp, tcp]) sort(outcome, listeners, faults);
    endpoints.push(bound);
  }
  if (faults.length === 0 && endpoints.length > 0)
    return { kind: "listening", endpoints, listeners, skipped };
  await Promise.all(listeners.map((listener) => listener.close()));
  return { kind: "faults", faults: faults.length > 0 ? faults : skipped };
}

function sort(outcome: ListenOutcome, listeners: Listener[], faults: ListenFault[]): void {
  if (outcome.kind === "listening") listeners.push(outcome.listener);
  else faults.push(outcome.fault);
}

function reporter({ onError }: ListenOptions, endpoint: Endpoint): (error: Error) => void {
  return (error) => onError(endpoint, error);
}

/** The wildcard and the loopback of IPv6 are asked for by default; a machine without IPv6 serves without them. */
function lacksIpv6({ endpoint: { address }, code }: ListenFault): boolean {
  return (address === "::" || address === "::1") && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT");
}

/** The endpoints as a list for people. */
export function endpointsText(endpoints: readonly Endpoint[]): string {
  return endpoints.map(endpointText).join(" and ");
}

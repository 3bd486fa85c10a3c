/** Both transports on every address, on one port, or nothing at all. */

import type { ConnectionTable } from "./connection-table.ts";
import type { Endpoint, Listener, ListenFault, ListenOutcome, RespondFunction } from "./endpoint.ts";
import type { QuerySampler } from "./query-samples.ts";
import type { StreamFunction } from "./stream.ts";
import { listenTcp } from "./tcp.ts";
import { listenUdp, type UdpAnswering } from "./udp.ts";
import type { UdpStart, UdpWorkers } from "./udp-workers.ts";

interface TcpListenOptions {
  /** IP addresses; no host names. */
  readonly addresses: readonly string[];
  /** 0 lets the system choose one that is free on all addresses. */
  readonly port: number;
  readonly respondTcp: RespondFunction;
  readonly serveStream?: StreamFunction | undefined;
  readonly connections: ConnectionTable;
  readonly tcpSampler?: QuerySampler | undefined;
  readonly onError: (endpoint: Endpoint, error: Error) => void;
}

/** UDP is answered by worker threads, or in this thread where none are to be had. */
export type ListenOptions = TcpListenOptions &
  ({ readonly openUdp: (endpoints: readonly Endpoint[]) => Promise<UdpStart> } | RespondHere);

interface RespondHere {
  readonly answerUdp: UdpAnswering;
}

export type Listening =
  | {
      readonly kind: "listening";
      readonly endpoints: readonly Endpoint[];
      /** All but the UDP workers. */
      readonly listeners: readonly Listener[];
      /** Where `openUdp` was given. */
      readonly udp: UdpWorkers | undefined;
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

/**
 * TCP comes first: its port is ours alone or not at all, while UDP ports can be shared with another process
 * of the same user without either noticing.
 */
async function listenOnce(options: ListenOptions): Promise<Listening> {
  const { tcp, faults: tcpFaults, skipped, endpoints } = await listenTcpEverywhere(options);
  const udp = await listenUdpEverywhere(options, endpoints, tcpFaults);
  const faults = [...udp.faults, ...tcpFaults];
  const listeners = [...tcp, ...udp.listeners];
  if (faults.length === 0 && endpoints.length > 0)
    return { kind: "listening", endpoints, listeners, udp: udp.workers, skipped };
  await Promise.all([...listeners.map((listener) => listener.close()), udp.workers?.close()]);
  return { kind: "faults", faults: faults.length > 0 ? faults : skipped };
}

interface TcpEverywhere {
  readonly tcp: readonly Listener[];
  readonly faults: readonly ListenFault[];
  readonly skipped: readonly ListenFault[];
  /** Where UDP is to listen as well. */
  readonly endpoints: readonly Endpoint[];
}

async function listenTcpEverywhere(options: TcpListenOptions): Promise<TcpEverywhere> {
  const tcp: Listener[] = [];
  const faults: ListenFault[] = [];
  const skipped: ListenFault[] = [];
  const endpoints: Endpoint[] = [];
  for (const address of options.addresses) {
    const wanted = { address, port: tcp[0]?.endpoint.port ?? options.port };
    const outcome = await listenTcp({
      endpoint: wanted,
      respond: options.respondTcp,
      serveStream: options.serveStream,
      connections: options.connections,
      sampler: options.tcpSampler,
      onError: (error) => options.onError(wanted, error),
    });
    if (outcome.kind === "fault" && lacksIpv6(outcome.fault) && options.addresses.length > 1) {
      skipped.push(outcome.fault);
      continue;
    }
    sort(outcome, tcp, faults);
    endpoints.push(outcome.kind === "listening" ? outcome.listener.endpoint : wanted);
  }
  return { tcp, faults, skipped, endpoints };
}

interface UdpEverywhere {
  readonly listeners: readonly Listener[];
  readonly workers: UdpWorkers | undefined;
  readonly faults: readonly ListenFault[];
}

async function listenUdpEverywhere(
  options: ListenOptions,
  endpoints: readonly Endpoint[],
  tcpFaults: readonly ListenFault[],
): Promise<UdpEverywhere> {
  if (!("openUdp" in options)) return listenUdpHere(options, endpoints);
  if (tcpFaults.length > 0 || endpoints.length === 0)
    return { listeners: [], workers: undefined, faults: [] };
  const outcome = await options.openUdp(endpoints);
  return outcome.kind === "listening"
    ? { listeners: [], workers: outcome.workers, faults: [] }
    : { listeners: [], workers: undefined, faults: outcome.faults };
}

async function listenUdpHere(
  { answerUdp, onError }: RespondHere & Pick<TcpListenOptions, "onError">,
  endpoints: readonly Endpoint[],
): Promise<UdpEverywhere> {
  const listeners: Listener[] = [];
  const faults: ListenFault[] = [];
  for (const endpoint of endpoints) {
    const report = (error: Error) => onError(endpoint, error);
    sort(await listenUdp({ ...answerUdp, endpoint, onError: report }), listeners, faults);
  }
  return { listeners, workers: undefined, faults };
}

function sort(outcome: ListenOutcome, listeners: Listener[], faults: ListenFault[]): void {
  if (outcome.kind === "listening") listeners.push(outcome.listener);
  else faults.push(outcome.fault);
}

/** The wildcard and the loopback of IPv6 are asked for by default; a machine without IPv6 serves without them. */
function lacksIpv6({ endpoint: { address }, code }: ListenFault): boolean {
  return (address === "::" || address === "::1") && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT");
}

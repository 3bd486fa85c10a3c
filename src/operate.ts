/** Puts the admin interface before a server: what it asks of the server, and where it listens. */

import { readFileSync } from "node:fs";
import type { AccessPolicy } from "./admin/access.ts";
import type { AdminServer } from "./admin/http-server.ts";
import type { AdminSources, Distribution, FaultControl, Traffic } from "./admin/sources.ts";
import { rcodeName, typeName } from "./dns/codes.ts";
import { faultWords } from "./faults/fault-words.ts";
import type { Log } from "./ops/log.ts";
import { RateLimit } from "./ops/rate-limit.ts";
import { reachable } from "./probe/reachable.ts";
import type { Description } from "./reload/description.ts";
import type { Server } from "./server.ts";
import type { Settings } from "./settings/settings.ts";
import { BATCH_SIZES, MESSAGE_SIZES, QUERY_TYPES } from "./transport/counters.ts";
import type { FamilyCounters, TransportCounts, UdpCounts } from "./transport/counts.ts";
import { endpointText } from "./transport/endpoint.ts";
import { someApex } from "./zone/served.ts";
import { Snapshot } from "./zone/snapshot.ts";

/** The interface, open; or why it is not, in one sentence. DNS goes on either way. */
export type AdminStart =
  | { readonly kind: "open"; readonly url: string; readonly close: () => Promise<void> }
  | { readonly kind: "fault"; readonly sentence: string };

export interface OperateOptions {
  readonly server: Server;
  readonly settings: Settings;
  readonly log: Log;
  readonly now: () => number;
  /** Of the program. */
  readonly version: string;
}

/** Opens the admin interface. Its libraries are loaded here and not before: DNS is served by now. */
export async function openAdmin({
  server,
  settings,
  log,
  now,
  version,
}: OperateOptions): Promise<AdminStart> {
  const { listen, port, tokenFile, tokenFor, hosts } = settings.admin;
  const token = readToken(tokenFile);
  if (token.kind === "fault") return token;
  if (tokenFor === "all" && token.token === undefined) return { kind: "fault", sentence: NO_TOKEN_FOR_ALL };
  const policy: AccessPolicy = { hosts, token: token.token, tokenFor };
  const { openAdminServer } = await import("./admin/http-server.ts");
  try {
    const admin: AdminServer = await openAdminServer({
      listen,
      port,
      policy,
      mostConnections: server.adminConnections,
      sources: sourcesOf(server, { settings, now, version, log }),
    });
    const url = `http://${endpointText({ address: reachable(listen), port: admin.port })}/`;
    return { kind: "open", url, close: () => admin.close() };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { kind: "fault", sentence: listenFault(endpointText({ address: listen, port }), code) };
  }
}

const NO_TOKEN_FOR_ALL =
  'Cannot ask everybody for a token ("admin.tokenFor" is all): none is set; name a file that holds one in "admin.tokenFile"; DNS is served without a status page';

function listenFault(endpoint: string, code: string): string {
  const cause =
    code === "EADDRINUSE"
      ? 'another program holds the port; take another with "--set admin.port=…", or leave the page out with "--set admin.enabled=false"'
      : `the system says ${code}`;
  return `Cannot open the status page on ${endpoint}: ${cause}; DNS is served without it`;
}

/** Characters that a token must have: fewer can be guessed. */
const SHORTEST_TOKEN = 16;

type ReadToken =
  | { readonly kind: "token"; readonly token: string | undefined }
  | { readonly kind: "fault"; readonly sentence: string };

function readToken(path: string | undefined): ReadToken {
  if (path === undefined) return { kind: "token", token: undefined };
  try {
    const token = readFileSync(path, "utf8").trim();
    if (/^[\x21-\x7e]+$/.test(token) && token.length >= SHORTEST_TOKEN) return { kind: "token", token };
    return {
      kind: "fault",
      sentence: `Cannot use token file "${path}": it wants one line of at least ${SHORTEST_TOKEN} printable characters without blanks; DNS is served without a status page`,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      kind: "fault",
      sentence: `Cannot read token file "${path}": ${reason}; DNS is served without a status page`,
    };
  }
}

function sourcesOf(
  server: Server,
  { settings, now, version, log }: Pick<OperateOptions, "settings" | "now" | "version" | "log">,
): AdminSources {
  return {
    version,
    startedAt: now(),
    now,
    history: server.history,
    state: () => stateOf(server),
    traffic: () => trafficOf(server),
    typeName: queryTypeName,
    rcodeName,
    describe: (query) => inTime(server.describe(query)),
    probe: () => probe(server),
    edgeHealth: () => server.health().map((one) => ({ ...one, server: one.server ?? one.address })),
    hostNames: () =>
      server.hosts().map(([host, { addresses, lastGood, fault }]) => ({
        ...{ host, fault, addresses: addresses.length > 0 ? addresses : lastGood },
      })),
    labFaults: () => server.faultsInForce,
    reload: (client) => {
      log.info({ client }, "Reloading, as asked over HTTP");
      return server.reload();
    },
    ...wrongTokens(log, now),
    faults: settings.lab.faults ? faultsOf(server, log) : undefined,
    queries: server.journal && ((range) => server.journal?.page(range) ?? NO_QUERIES),
  };
}

const NO_QUERIES = { journal: "", queries: [], next: 0, more: false };

/** Faults that come and go over HTTP; who looks for what is wrong finds them in the log. */
function faultsOf(server: Server, log: Log): FaultControl {
  return {
    list: () => server.faults,
    put: async (id, fault, client) => {
      const put = await server.putFault(id, fault);
      if (!put.ok) return put.problems;
      const does = faultWords(put.value.fault);
      log.warn({ client, fault: id, does }, "Answers are wrong on purpose, as asked over HTTP");
      return [];
    },
    remove: async (id, client) => {
      const isRemoved = await server.removeFault(id);
      if (isRemoved) log.info({ client, fault: id }, "A fault was removed, as asked over HTTP");
      return isRemoved;
    },
  };
}

/** Lines that the log gives in a minute to those who guess tokens. */
const GUESSES_A_MINUTE = 10;

function wrongTokens(log: Log, now: () => number): Pick<AdminSources, "onWrongToken" | "wrongTokens"> {
  const told = new RateLimit(GUESSES_A_MINUTE, 60_000, now);
  told.onRest((suppressed) =>
    log.warn(
      { suppressed },
      "More wrong tokens were sent to the status page or its API than the log told of",
    ),
  );
  let guesses = 0;
  return {
    wrongTokens: () => guesses,
    onWrongToken: (client) => {
      guesses++;
      const suppressed = told.take();
      if (suppressed === undefined) return;
      log.warn({ client, suppressed }, "Somebody has sent a wrong token to the status page or its API");
    },
  };
}

/** Milliseconds that somebody waits for a description; a million SIP domains are there when he asks again. */
const DESCRIBE_TIMEOUT = 8_000;

function inTime(description: Promise<Description>): Promise<Description> {
  const late: Description = {
    kind: "unavailable",
    reason: "it is still being loaded; look again in some seconds",
  };
  const deadline = Promise.withResolvers<Description>();
  const timer = setTimeout(() => deadline.resolve(late), DESCRIBE_TIMEOUT).unref();
  return Promise.race([description, deadline.promise]).finally(() => clearTimeout(timer));
}

function stateOf(server: Server): ReturnType<AdminSources["state"]> {
  const { inForce, udp, endpoints, isCurrent } = server;
  const { open, accepted, refused, displaced, timedOut, broken } = server.counters().tcp.connections;
  const { zoneCount, rrsetCount } = new Snapshot(inForce.snapshot);
  return {
    endpoints,
    isCurrent,
    sipDomains: inForce.sipDomains,
    zones: zoneCount,
    rrsets: rrsetCount,
    snapshotOctets: inForce.snapshot.byteLength,
    workers: {
      wanted: udp?.size ?? 0,
      answering: udp?.answering ?? 0,
      deaths: udp?.recentDeaths ?? 0,
      path: udp?.path.kind === "batched" ? "batched" : `portable: ${udp?.path.why ?? "on the main thread"}`,
    },
    tcpConnections: open,
    tcpAccepted: accepted,
    tcpCutOff: { refused, displaced, "timed-out": timedOut, broken },
  };
}

function trafficOf(server: Server): readonly Traffic[] {
  const { ipv4, ipv6 } = server.counters();
  return [...trafficOfFamily("1", ipv4), ...trafficOfFamily("2", ipv6)];
}

function trafficOfFamily(family: Traffic["family"], { udp, tcp }: FamilyCounters): readonly Traffic[] {
  const { silent, portZero, ...failures } = udp.dropped;
  const limited = udp.rateLimited - udp.slipped;
  const dropped = {
    silent,
    "port-zero": portZero,
    oversized: udp.oversized,
    "rate-limited": limited,
    ...failures,
  };
  const { rateLimited, slipped, cookies } = udp;
  return [
    {
      proto: "udp",
      family,
      ...common(udp),
      dropped,
      abuse: { rateLimited, slipped, cookies },
      batches: batchesOf(udp),
    },
    { proto: "tcp", family, ...common(tcp), dropped: tcp.dropped },
  ];
}

function common(counts: TransportCounts): Omit<Traffic, "proto" | "family" | "dropped"> {
  const { received, octetsIn, replies, octetsOut, truncated, rcodes, queryTypes } = counts;
  return {
    ...{ received, octetsIn, replies, octetsOut, truncated, rcodes, queryTypes },
    requestSizes: distribution(MESSAGE_SIZES, counts.requestSizes, octetsIn),
    replySizes: distribution(MESSAGE_SIZES, counts.replySizes, octetsOut),
  };
}

/** On the batched path every message comes in a batch; on the portable path none does. */
function batchesOf({ batches, batchSizes, received }: UdpCounts): Distribution | undefined {
  return batches === 0 ? undefined : distribution(BATCH_SIZES, batchSizes, received);
}

function distribution(bounds: readonly number[], counts: readonly number[], sum: number): Distribution {
  const bySize = bounds.map((bound, bucket) => [bucketName(bound), counts[bucket] ?? 0] as const);
  return { bySize: Object.fromEntries(bySize), sum };
}

function bucketName(bound: number): string {
  return Number.isFinite(bound) ? String(bound) : "+Inf";
}

/** The place of messages whose question cannot be read, and that of all types that have none. */
function queryTypeName(type: number): string {
  if (type === 0) return "none";
  return type === QUERY_TYPES - 1 ? "other" : typeName(type);
}

/** Asks every address for a zone that is served, as ourselves, and says where nobody answers. */
async function probe({ endpoints, inForce, mark }: Server): Promise<readonly string[]> {
  const [{ findSilence }, { askersWithOption }] = await Promise.all([
    import("./probe/silence.ts"),
    import("./probe/dns-client.ts"),
  ]);
  const zone = someApex(new Snapshot(inForce.snapshot))?.toString() ?? ".";
  const silences = await findSilence(endpoints, zone, askersWithOption(mark));
  return silences.map(
    ({ reason, transport, endpoint }) => `${reason} over ${transport} from ${endpointText(endpoint)}`,
  );
}

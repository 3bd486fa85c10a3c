/** A server that is none, for the admin interface: whatever a test wants it to be. */

import { onTestFinished } from "vitest";
import type { AccessPolicy } from "../../src/admin/access.ts";
import { openAdminServer } from "../../src/admin/http-server.ts";
import type { AdminSources, ServerState, Traffic } from "../../src/admin/sources.ts";
import { RCODE, typeName } from "../../src/dns/codes.ts";
import { build } from "../../src/reload/build.ts";
import { Describer } from "../../src/reload/describer.ts";
import { History } from "../../src/reload/history.ts";
import { NO_MEMORY } from "../../src/reload/state.ts";
import { Versions } from "../../src/reload/versions.ts";
import { failed } from "../../src/result.ts";

/** A moment in 2026. */
export const NOW = 1_790_000_000_000;

export const STATE: ServerState = {
  endpoints: [{ address: "192.0.2.53", port: 53 }],
  isCurrent: true,
  sipDomains: 2,
  zones: 2,
  rrsets: 9,
  snapshotOctets: 2_048,
  workers: { wanted: 2, answering: 2, deaths: 0, path: "batched" },
  tcpConnections: 3,
  tcpAccepted: 8,
  tcpCutOff: { "timed-out": 4 },
};

/** Nothing was counted yet. */
const NONE = { bySize: { "511": 0, "+Inf": 0 }, sum: 0 };

/** Counters of IPv4 of which most are zero. */
export function trafficOf(proto: "udp" | "tcp", given: Partial<Traffic> = {}): Traffic {
  return {
    proto,
    family: "1",
    received: 0,
    octetsIn: 0,
    replies: 0,
    octetsOut: 0,
    truncated: 0,
    rcodes: new Array<number>(24).fill(0),
    queryTypes: new Array<number>(259).fill(0),
    requestSizes: NONE,
    replySizes: NONE,
    dropped: {},
    ...(proto === "udp" ? { abuse: { rateLimited: 7, slipped: 3, cookies: 2 } } : {}),
    ...given,
  };
}

export const LAB = {
  edgePools: [{ fqdn: "edge.alpha.test", servers: ["192.0.2.1"] }],
  sipDomains: ["alpha.test", "beta.test"],
};

/** Sources that describe a deployment given as a value, with parts of them changed. */
export function sourcesOf(given: Partial<AdminSources> = {}, deployment: object = LAB): AdminSources {
  const source = { kind: "value", value: deployment } as const;
  const files = { read: (path: string) => failed(`no file ${path}`) };
  const built = build(source, files, { unixTime: 1_000 });
  if (!built.ok) throw new Error(built.problems.map(({ message }) => message).join("\n"));
  const describer = new Describer();
  describer.listenTo(NO_MEMORY).keep(built.value, new Map(), new Versions());
  const snapshot = built.value.snapshot.buffer;
  const history = new History(() => NOW);
  history.started(12);
  return {
    version: "1.2.3",
    startedAt: NOW,
    now: () => NOW,
    history,
    state: () => STATE,
    traffic: () => [trafficOf("udp"), trafficOf("tcp")],
    typeName,
    rcodeName: (rcode) => Object.entries(RCODE).find(([, code]) => code === rcode)?.[0] ?? `RCODE${rcode}`,
    describe: async (query) => describer.describe(query, { source, snapshot, observations: undefined }),
    probe: async () => [],
    reload: async () => [],
    onWrongToken: () => {},
    wrongTokens: () => 0,
    edgeHealth: () => [],
    hostNames: () => [],
    labFaults: () => [],
    ...given,
  };
}

export interface Opened {
  readonly port: number;
  readonly url: string;
}

/** Opens the interface on a free port of loopback. */
export async function openFor(
  sources: AdminSources,
  policy: AccessPolicy = { hosts: [], token: undefined, tokenFor: "remote" },
  patience?: number,
): Promise<Opened> {
  const options = { listen: "127.0.0.1", port: 0, policy, sources };
  const admin = await openAdminServer(patience === undefined ? options : { ...options, patience });
  onTestFinished(() => admin.close());
  return { port: admin.port, url: `http://127.0.0.1:${admin.port}` };
}

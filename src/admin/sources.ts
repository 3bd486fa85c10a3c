/** What the admin interface may ask of the server. It knows nothing of sockets, zones or threads. */

import type { Description, DescriptionQuery } from "../reload/description.ts";
import type { History } from "../reload/history.ts";
import type { Problem } from "../result.ts";

/** An address and port. */
export interface AdminEndpoint {
  readonly address: string;
  readonly port: number;
}

/** What a transport has counted since the start, of one family. */
export interface Traffic {
  readonly proto: "udp" | "tcp";
  /** 1 for IPv4, 2 for IPv6 (IANA address family numbers). */
  readonly family: "1" | "2";
  readonly received: number;
  readonly octetsIn: number;
  readonly replies: number;
  readonly octetsOut: number;
  readonly truncated: number;
  /** By RCODE, that of header and OPT record together. */
  readonly rcodes: readonly number[];
  /** By query type; the last place is for all types that have none. */
  readonly queryTypes: readonly number[];
  /** Requests and replies that came to nothing, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** What protection against abuse did, where the transport needs some. */
  readonly abuse?: Abuse | undefined;
  /** How many messages were taken at once, where several can be. */
  readonly batches?: Distribution | undefined;
  /** Requests by their octets, and messages of replies: a transfer has many. */
  readonly requestSizes: Distribution;
  readonly replySizes: Distribution;
}

/** How many were how large. */
export interface Distribution {
  /** By the most that they were, from small to large, each without those before it; "+Inf" for any size. */
  readonly bySize: Readonly<Record<string, number>>;
  /** The sizes of all together. */
  readonly sum: number;
}

export interface Abuse {
  /** Replies above the rate of their client's prefix; those of them that went out truncated. */
  readonly rateLimited: number;
  readonly slipped: number;
  /** Requests with a cookie that only their client's address can have. */
  readonly cookies: number;
}

/** How the server is at this moment. */
export interface ServerState {
  readonly endpoints: readonly AdminEndpoint[];
  /** Whether what is served is what the files say; false while a broken version lies there. */
  readonly isCurrent: boolean;
  readonly sipDomains: number;
  readonly zones: number;
  readonly rrsets: number;
  readonly snapshotOctets: number;
  /** Threads that answer UDP. */
  readonly workers: {
    readonly wanted: number;
    readonly answering: number;
    /** Deaths within the last minute. */
    readonly deaths: number;
    /** How UDP is answered: `batched`, or `portable` with the reason. */
    readonly path: string;
  };
  readonly tcpConnections: number;
  readonly tcpAccepted: number;
  /** TCP connections that the server has ended, by reason. */
  readonly tcpCutOff: Readonly<Record<string, number>>;
}

/** Whether an Edge Server answers at one of its addresses, where that is checked. */
export interface EdgeHealth {
  readonly pool: string;
  /** Its FQDN, or its address where it has none; "load balancer" for a VIP. */
  readonly server: string;
  /** True for a virtual address of the pool's load balancer. */
  readonly isVip?: boolean;
  readonly address: string;
  readonly port: number;
  /** Unknown until a check has succeeded, or enough of them have failed. */
  readonly state: "unknown" | "up" | "down";
  /** Milliseconds since 1970 of the last change of the state. */
  readonly since: number;
  /** Why it is down, or why the first check failed of one that is unknown. */
  readonly reason: string | undefined;
  /** How often it went up or down. */
  readonly changes: number;
}

/** The name that an Edge Server's addresses are looked up by. */
export interface HostName {
  readonly host: string;
  /** Those that it has, or had last. */
  readonly addresses: readonly string[];
  /** Why it does not resolve, as the second half of a sentence; undefined where it does. */
  readonly fault: string | undefined;
}

/** A fault that may strike. */
export interface FaultInForce {
  readonly id: string;
}

/** A fault, in force or used up, what it does and has done. */
export interface ListedFault extends FaultInForce {
  readonly source: "deployment" | "test";
}

/** The way to faults on purpose (docs/lab-faults.md). */
export interface FaultControl {
  /** All that there are, those that are used up included. */
  list(): readonly ListedFault[];
  /** Puts one in under an id, for a client at this address; the problems that it has, and then nothing changes. */
  put(id: string, fault: object, client: string): Promise<readonly Problem[]>;
  /** False where none was put in under this id. */
  remove(id: string, client: string): Promise<boolean>;
}

/** At most `limit` queries since so many milliseconds after 1970, of those that came after one with this number. */
export interface QueryRange {
  readonly since: number;
  readonly after: number;
  readonly limit: number;
  /** The journal whose number that is: of another one all queries count. The one there is where undefined. */
  readonly journal?: string | undefined;
}

export interface QueryPage {
  /** The id of the journal: another process has another one. */
  readonly journal: string;
  /** Oldest first. */
  readonly queries: readonly object[];
  /** The `after` of those that come behind. */
  readonly next: number;
  /** Whether some do already. */
  readonly more: boolean;
}

export interface AdminSources {
  /** Of the program. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly now: () => number;
  readonly history: History;
  state(): ServerState;
  traffic(): readonly Traffic[];
  /** The mnemonic of a query type and of an RCODE. */
  typeName(type: number): string;
  rcodeName(rcode: number): string;
  describe(query: DescriptionQuery): Promise<Description>;
  /** Asks the server itself on every address, over UDP and TCP: the sentences of those that do not answer. */
  probe(): Promise<readonly string[]>;
  /** Loads again, for a client at this address; the problems that keep the new version out. */
  reload(client: string): Promise<readonly Problem[]>;
  /** Counts, and tells an administrator, that somebody at this address has sent a token that is none. */
  onWrongToken(client: string): void;
  /** How often that was. */
  wrongTokens(): number;
  /** The faults that may be put in, where the settings let them. */
  readonly faults?: FaultControl | undefined;
  /** The queries that a journal has, where one is kept. */
  readonly queries?: ((range: QueryRange) => QueryPage) | undefined;
  /** Edge Servers that are checked, by address. */
  edgeHealth(): readonly EdgeHealth[];
  /** Host names that are looked up. */
  hostNames(): readonly HostName[];
  /** Faults in force, whoever put them in: none that is used up. */
  labFaults(): readonly FaultInForce[];
}

/** Every knob of the process, with its default and the reason to turn it. One truth for load, file and docs. */

import type convict from "convict";
import {
  ADDRESS,
  ADDRESSES,
  DURATION,
  FLAG,
  type Format,
  HOST_NAMES,
  OPTIONAL_PATH,
  OPTIONAL_SECRETS,
  OPTIONAL_TEXT,
  oneOf,
  PATH,
  PREFIXES,
  SOURCE_ADDRESSES,
  size,
  wholeNumber,
} from "./formats.ts";
import type { Settings } from "./settings.ts";

/** One setting as convict wants it, with the format that reads, checks and writes its value. */
interface Knob<T> {
  readonly default: T;
  readonly doc: string;
  readonly format: (value: unknown) => void;
  readonly kind: Format;
}

/** One setting by its dotted name. */
export interface NamedKnob {
  /** `tcp.idleTimeout` */
  readonly key: string;
  /** `XMPP_EDGE_DNS_TCP_IDLE_TIMEOUT` */
  readonly variable: string;
  readonly default: unknown;
  readonly doc: string;
  readonly kind: Format;
}

/** What every environment variable of ours begins with. */
export const PREFIX = "XMPP_EDGE_DNS_";

const KIBIBYTE = 2 ** 10;
const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

const CONNECTIONS = wholeNumber(1, 1_000_000);

/** The schema that convict holds settings to. */
export const SCHEMA = {
  deployment: knob(
    PATH,
    "config/deployment.yaml",
    "The file that says what is deployed, read again on change",
  ),
  listen: knob<readonly string[]>(
    ADDRESSES,
    ["0.0.0.0", "::"],
    "Addresses to answer on, over UDP and TCP; IPv4 and IPv6 are apart, so name both",
  ),
  port: knob(wholeNumber(0, 65_535), 53, "Port of every listen address; 0 takes a free one"),
  workers: knob(wholeNumber(0, 1_024), 0, "Threads that answer UDP; 0 takes one for each core"),
  udp: {
    payloadSize: knob(
      wholeNumber(512, 4_096),
      1_232,
      "Octets of the largest UDP answer; above 1232 answers get fragmented and lost (DNS flag day 2020)",
    ),
  },
  tcp: {
    maximumConnections: knob(
      CONNECTIONS,
      2_000,
      "TCP connections at a time; one more closes the one idle longest",
    ),
    maximumConnectionsPerClient: knob(
      CONNECTIONS,
      200,
      "TCP connections of one client address (IPv6: of one /64), so that nobody can take them all",
    ),
    maximumUnread: knob(
      size(64 * KIBIBYTE, GIBIBYTE, 512 * KIBIBYTE), // Node's streams tell of unread octets from 64 KiB on
      64 * KIBIBYTE,
      "Octets of answers that may wait for a client to read them; until then none of its queries is read",
    ),
    idleTimeout: knob(
      DURATION,
      10_000,
      "A connection without a query for this long is closed (RFC 7766 §6.2.3)",
    ),
    messageTimeout: knob(
      DURATION,
      5_000,
      "A query must be complete this long after its first octet, however its octets drip",
    ),
  },
  cookies: {
    enabled: knob(
      FLAG,
      true,
      "Give DNS cookies to clients that send theirs (RFC 7873); one that sends ours back is never rate limited",
    ),
    required: knob(
      FLAG,
      false,
      "Answer a client that sends a cookie over UDP only if it holds ours; it hears BADCOOKIE first and asks again",
    ),
    secretFile: knob<string | undefined>(
      OPTIONAL_PATH,
      undefined,
      "File with the secret that all servers of a name share: 32 hexadecimal digits. Read again on change; one that is gone holds for another hour",
    ),
    secret: knob<string | undefined>(
      OPTIONAL_SECRETS,
      undefined,
      "The same as text, for an environment variable. Without either each start makes a secret of its own",
    ),
  },
  rateLimit: {
    responsesPerSecond: knob(
      wholeNumber(0, 65_534),
      1_000,
      "UDP answers of one kind to one prefix in a second, for each thread; 0 for any number",
    ),
    slip: knob(
      wholeNumber(0, 100),
      1,
      "Above that, each so many-th is sent truncated, so that who really asked comes back over TCP; 0 for none",
    ),
    ipv4PrefixLength: knob(wholeNumber(8, 32), 24, "Bits of an IPv4 address that make a prefix"),
    ipv6PrefixLength: knob(wholeNumber(16, 64), 56, "Bits of an IPv6 address that make a prefix"),
    exempt: knob<readonly string[]>(
      PREFIXES,
      ["127.0.0.0/8", "::1"],
      "Clients that are not limited: resolvers and monitoring of your own",
    ),
  },
  identity: {
    name: knob<string | undefined>(
      OPTIONAL_TEXT,
      undefined,
      "Name of this server, told to whoever asks by NSID (RFC 5001): which of several has answered",
    ),
    chaos: knob(
      FLAG,
      false,
      "Tell name and version to id.server, hostname.bind, version.server and version.bind (TXT, class CH) as well",
    ),
    version: knob<string | undefined>(
      OPTIONAL_TEXT,
      undefined,
      "What is told as version; nothing by default",
    ),
  },
  reload: {
    interval: knob(
      DURATION,
      1_000,
      "How often the deployment's files are looked at; works on network and bind mounts, where events get lost",
    ),
  },
  tls: {
    certificateFile: knob<string | undefined>(
      OPTIONAL_PATH,
      undefined,
      "Certificate chain in PEM; with it and its key, DNS over TLS and transfers over TLS are served (RFC 7858, 9103). Read again on change",
    ),
    keyFile: knob<string | undefined>(OPTIONAL_PATH, undefined, "Private key of the certificate, in PEM"),
    listen: knob<readonly string[]>(ADDRESSES, ["0.0.0.0", "::"], "Addresses to answer on over TLS"),
    port: knob(wholeNumber(0, 65_535), 853, "Port of TLS on each of them; 0 takes a free one"),
  },
  transfers: {
    journalVersions: knob(
      wholeNumber(0, 1_000),
      10,
      "Earlier versions of the zones that are kept for incremental transfers (IXFR)",
    ),
    journalSize: knob(
      size(KIBIBYTE, GIBIBYTE, 64 * MEBIBYTE),
      64 * MEBIBYTE,
      "Octets that the earlier versions may have in all",
    ),
    notifySource: knob<readonly string[]>(
      SOURCE_ADDRESSES,
      [],
      "Addresses that NOTIFY leaves from, one of IPv4 and one of IPv6 at the most: those that secondaries know this server by. Of a family that is not named: the one of `listen`, where that is a single one and no wildcard, else the system's choice",
    ),
  },
  limits: {
    deploymentFileSize: knob(
      size(KIBIBYTE, GIBIBYTE, 64 * MEBIBYTE),
      64 * MEBIBYTE,
      "The largest file that a deployment may consist of",
    ),
  },
  stateDirectory: knob<string | undefined>(
    OPTIONAL_PATH,
    undefined,
    "A writable directory that keeps serials and the last good deployment over restarts",
  ),
  admin: {
    enabled: knob(FLAG, true, "Whether there is a status page with metrics, probes and an API, over HTTP"),
    listen: knob(
      ADDRESS,
      "127.0.0.1",
      "Address of the status page; off loopback nobody can change anything without a token",
    ),
    port: knob(wholeNumber(0, 65_535), 8_053, "Port of the status page; 0 takes a free one"),
    tokenFile: knob<string | undefined>(
      OPTIONAL_PATH,
      undefined,
      "A file whose one line is the token that is asked of everybody who is not on this machine",
    ),
    tokenFor: knob<Settings["admin"]["tokenFor"]>(
      oneOf(["remote", "all"]),
      "remote",
      "Whom the token is asked of: remote spares who is on this machine, which a proxy is that does not say for whom it asks; all spares nobody but probes and metrics",
    ),
    hosts: knob<readonly string[]>(
      HOST_NAMES,
      [],
      "Names that the status page may be called by, besides localhost and IP addresses (DNS rebinding)",
    ),
  },
  log: {
    level: knob<Settings["log"]["level"]>(
      oneOf(["error", "warn", "info", "debug", "silent"]),
      "info",
      "The least important thing to log",
    ),
    format: knob<Settings["log"]["format"]>(
      oneOf(["auto", "json", "text"]),
      "auto",
      "auto logs text on a terminal and JSON elsewhere",
    ),
    queries: knob(
      wholeNumber(0, 1_000_000_000),
      0,
      "Logs one query in so many, with its client's address; 0 logs none, 1 all as far as the log keeps up",
    ),
  },
  lab: {
    journal: knob(
      wholeNumber(0, 1_000_000),
      0,
      "Keeps the last so many queries in memory for tests that wait for one (docs/lab-faults.md); 0 keeps none",
    ),
    faults: knob(
      FLAG,
      false,
      "true lets faults be put in over HTTP, for tests; those of the deployment need no permission (docs/lab-faults.md)",
    ),
  },
} satisfies convict.Schema<Settings>;

/** Every setting by its dotted name, in the order of the schema. */
export const KNOBS: readonly NamedKnob[] = namedKnobs(SCHEMA, "");

/** The dotted names that hold other settings: `tcp`. */
export const GROUPS: ReadonlySet<string> = new Set(KNOBS.flatMap(({ key }) => groupsOf(key)));

/** The setting of a dotted name. */
export function knobOf(key: string): NamedKnob | undefined {
  return KNOBS.find((known) => known.key === key);
}

function knob<T>(kind: Format, value: T, doc: string): Knob<T> {
  const format = (given: unknown): void => {
    const complaint = kind.complaint(given);
    if (complaint !== undefined) throw new Error(complaint); // convict's way to hear of a wrong value
  };
  return { default: value, doc, format, kind };
}

interface Tree {
  readonly [name: string]: Knob<unknown> | Tree;
}

function namedKnobs(tree: Tree, path: string): NamedKnob[] {
  return Object.entries(tree).flatMap(([name, node]) =>
    isKnob(node)
      ? [{ ...node, key: path + name, variable: variableOf(path + name) }]
      : namedKnobs(node, `${path}${name}.`),
  );
}

function isKnob(node: Knob<unknown> | Tree): node is Knob<unknown> {
  return typeof node.format === "function";
}

/** `tcp.idleTimeout` → `XMPP_EDGE_DNS_TCP_IDLE_TIMEOUT` */
function variableOf(key: string): string {
  return PREFIX + key.replaceAll(".", "_").replace(/[A-Z]/g, "_$&").toUpperCase();
}

function groupsOf(key: string): string[] {
  const names = key.split(".");
  return names.slice(1).map((_, depth) => names.slice(0, depth + 1).join("."));
}

/**
 * Metrics for Prometheus, read from the counters when somebody scrapes. Names and labels follow CoreDNS
 * (proto, family, type, rcode). No label holds what a client sent: QNAMEs would be a million of them.
 */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Abuse, AdminSources, Distribution, EdgeHealth, Traffic } from "./sources.ts";

const PREFIX = "xmpp_edge_dns_";

/** Milliseconds between looks at the event loop's lag: each wakes a process that may have nothing else to do. */
const WAKE_UP = 1_000;

/** The registry; its `metrics()` is what is scraped. */
export function openMetrics(sources: AdminSources): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: WAKE_UP });
  addTraffic(registry, sources);
  addReloads(registry, sources);
  addState(registry, sources);
  addEdgeHealth(registry, sources);
  return registry;
}

/** A value with its labels. */
type SampleOf<Value> = readonly [labels: Readonly<Record<string, string>>, value: Value];
type Sample = SampleOf<number>;

interface Metric<Value = number> {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  readonly read: () => readonly SampleOf<Value>[];
}

function addCounter(registry: Registry, { name, help, labelNames = [], read }: Metric): void {
  new Counter({
    name: PREFIX + name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    },
  });
}

function addGauge(registry: Registry, { name, help, labelNames = [], read }: Metric): void {
  new Gauge({
    name: PREFIX + name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.set(labels, value);
    },
  });
}

const TRANSPORT = ["proto", "family"];

/** NOERROR, FORMERR, SERVFAIL, NXDOMAIN, REFUSED: rate() sees the first of a series that was there before it. */
const USUAL_RCODES = [0, 1, 2, 3, 5];

function addTraffic(registry: Registry, { traffic, typeName, rcodeName }: AdminSources): void {
  const add = (name: string, help: string, value: (one: Traffic) => number): void =>
    addCounter(registry, {
      name,
      help,
      labelNames: TRANSPORT,
      read: () => traffic().map((one) => [labelsOf(one), value(one)]),
    });
  addCounter(registry, {
    name: "requests_total",
    help: "Queries by transport and type.",
    labelNames: [...TRANSPORT, "type"],
    read: () =>
      traffic().flatMap((one) =>
        byName(one, one.queryTypes, "type", (code) => labelOfType(one, code, typeName)),
      ),
  });
  addCounter(registry, {
    name: "responses_total",
    help: "Responses by transport and RCODE.",
    labelNames: [...TRANSPORT, "rcode"],
    read: () => traffic().flatMap((one) => byName(one, one.rcodes, "rcode", rcodeName, USUAL_RCODES)),
  });
  addCounter(registry, {
    name: "dropped_total",
    help: "Requests met with silence and responses that could not be sent, by reason.",
    labelNames: [...TRANSPORT, "reason"],
    read: () =>
      traffic().flatMap((one) =>
        Object.entries(one.dropped).map(([reason, count]): Sample => [{ ...labelsOf(one), reason }, count]),
      ),
  });
  add("received_total", "Messages that came, whatever became of them.", ({ received }) => received);
  addDistribution(registry, {
    name: "request_size_bytes",
    help: "Octets of each request.",
    labelNames: TRANSPORT,
    read: () => traffic().map((one) => [labelsOf(one), one.requestSizes]),
  });
  addDistribution(registry, {
    name: "response_size_bytes",
    help: "Octets of each message of a response: a transfer has many.",
    labelNames: TRANSPORT,
    read: () => traffic().map((one) => [labelsOf(one), one.replySizes]),
  });
  add("truncated_responses_total", "Responses with the TC bit.", ({ truncated }) => truncated);
  addAbuse(registry, traffic);
  addDistribution(registry, {
    name: "udp_batch_size",
    help: "Queries that a UDP thread takes at once: with small batches it has time to spare.",
    labelNames: ["family"],
    read: () =>
      traffic().flatMap(({ family, batches }): SampleOf<Distribution>[] =>
        batches ? [[{ family }, batches]] : [],
      ),
  });
}

function addDistribution(registry: Registry, metric: Metric<Distribution>): void {
  new CountedHistogram(registry, metric);
}

/** The library's histograms count each value by themselves; here it has been counted already. */
class CountedHistogram extends Histogram {
  readonly #metric: Metric<Distribution>;

  constructor(registry: Registry, metric: Metric<Distribution>) {
    const { name, help, labelNames = [] } = metric;
    super({ name: PREFIX + name, help, labelNames, registers: [registry] });
    this.#metric = metric;
  }

  /** What the library reads a metric through; its types leave it out, a test holds it to that. */
  async getForPromString(): Promise<object> {
    const { name, help, read } = this.#metric;
    const values = read().flatMap((sample) => histogramLines(PREFIX + name, sample));
    return { name: PREFIX + name, help, type: "histogram", aggregator: "sum", values };
  }
}

function histogramLines(name: string, [labels, { bySize, sum }]: SampleOf<Distribution>): readonly object[] {
  let total = 0;
  const buckets = Object.entries(bySize).map(([le, count]) => {
    total += count;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, sharedLabels: {}, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, sharedLabels: {}, value: sum },
    { metricName: `${name}_count`, labels, sharedLabels: {}, value: total },
  ];
}

function addAbuse(registry: Registry, traffic: AdminSources["traffic"]): void {
  const add = (name: string, help: string, value: (abuse: Abuse) => number): void =>
    addCounter(registry, {
      name,
      help,
      labelNames: TRANSPORT,
      read: () =>
        traffic().flatMap((one): Sample[] => (one.abuse ? [[labelsOf(one), value(one.abuse)]] : [])),
    });
  add("rate_limited_responses_total", "Responses above the rate limit.", ({ rateLimited }) => rateLimited);
  add("slipped_responses_total", "Of those, responses sent truncated.", ({ slipped }) => slipped);
  add("valid_cookies_total", "Requests with a valid DNS cookie.", ({ cookies }) => cookies);
}

function labelsOf({ proto, family }: Traffic): Readonly<Record<string, string>> {
  return { proto, family };
}

/** What was never counted has no line unless it is usual; several codes may share a name. */
function byName(
  traffic: Traffic,
  counts: readonly number[],
  label: string,
  nameOf: (code: number) => string,
  usual: readonly number[] = [],
): Sample[] {
  return counts.flatMap((count, code): Sample[] =>
    count === 0 && !usual.includes(code) ? [] : [[{ ...labelsOf(traffic), [label]: nameOf(code) }, count]],
  );
}

/** The last place counts all types that have none; type 0 those whose question could not be read. */
function labelOfType({ queryTypes }: Traffic, code: number, typeName: (type: number) => string): string {
  if (code === 0) return "none";
  return code === queryTypes.length - 1 ? "other" : typeName(code);
}

function addReloads(registry: Registry, { history }: AdminSources): void {
  const one = (value: number): readonly Sample[] => [[{}, value]];
  addCounter(registry, {
    name: "reloads_total",
    help: "Loads of the deployment's files by result, the first one included.",
    labelNames: ["result"],
    read: () => [
      [{ result: "success" }, history.counts.good],
      [{ result: "failure" }, history.counts.failed],
    ],
  });
  addCounter(registry, {
    name: "rebuilds_total",
    help: "Builds of files that were loaded before, as something else was seen of host names or Edge Servers.",
    read: () => one(history.counts.observed),
  });
  addGauge(registry, {
    name: "last_reload_timestamp_seconds",
    help: "When the deployment's files were loaded last, well or not (Unix time).",
    read: () => one(history.counts.lastTime / 1000),
  });
  addGauge(registry, {
    name: "last_successful_reload_timestamp_seconds",
    help: "When the files of the version in force were loaded (Unix time).",
    read: () => one(history.counts.lastGoodTime / 1000),
  });
  addGauge(registry, {
    name: "build_seconds",
    help: "Time that the last good load of files took: read, derive, compile.",
    read: () => one(history.counts.lastDuration / 1000),
  });
}

function addState(registry: Registry, { state, version, wrongTokens, labFaults }: AdminSources): void {
  const add = (name: string, help: string, value: () => number): void =>
    addGauge(registry, { name, help, read: () => [[{}, value()]] });
  add("deployment_current", "1 while what is served is what the files say, 0 while they are broken.", () =>
    Number(state().isCurrent),
  );
  add(
    "lab_faults",
    "Faults on purpose that are in force: 0 where answers shall be right.",
    () => labFaults().length,
  );
  add("sip_domains", "SIP domains of the deployment.", () => state().sipDomains);
  add("zones", "Zones served.", () => state().zones);
  add("rrsets", "RRsets served, over all zones.", () => state().rrsets);
  add("snapshot_bytes", "Octets of the compiled zones.", () => state().snapshotOctets);
  add("workers", "Threads that there should be to answer UDP.", () => state().workers.wanted);
  add("workers_answering", "Threads that answer UDP.", () => state().workers.answering);
  add("workers_died_recently", "Threads that died within the last minute.", () => state().workers.deaths);
  add("tcp_connections", "TCP connections that are open.", () => state().tcpConnections);
  addCounter(registry, {
    name: "tcp_connections_accepted_total",
    help: "TCP connections that were accepted.",
    read: () => [[{}, state().tcpAccepted]],
  });
  addCounter(registry, {
    name: "tcp_connections_cut_off_total",
    help: "TCP connections that the server ended, by reason.",
    labelNames: ["reason"],
    read: () => Object.entries(state().tcpCutOff).map(([reason, count]) => [{ reason }, count]),
  });
  addCounter(registry, {
    name: "admin_wrong_tokens_total",
    help: "Requests to the status page and API with a wrong token.",
    read: () => [[{}, wrongTokens()]],
  });
  addGauge(registry, {
    name: "build_info",
    help: "The version of the program.",
    labelNames: ["version"],
    read: () => [[{ version }, 1]],
  });
}

const EDGE_SERVER = ["pool", "server", "address"];

function edgeServerOf({ pool, server, address }: EdgeHealth): Readonly<Record<string, string>> {
  return { pool, server, address };
}

/** Nobody knows before the first check has come to an end: then there is no sample. */
function healthSamples({ edgeHealth }: AdminSources): Sample[] {
  return edgeHealth().flatMap((one): Sample[] =>
    one.state === "unknown" ? [] : [[edgeServerOf(one), Number(one.state === "up")]],
  );
}

function addEdgeHealth(registry: Registry, sources: AdminSources): void {
  const { edgeHealth } = sources;
  addGauge(registry, {
    name: "edge_server_healthy",
    help: "1 for an Edge Server that answers, 0 for one that does not; no sample before that is known.",
    labelNames: EDGE_SERVER,
    read: () => healthSamples(sources),
  });
  addCounter(registry, {
    name: "edge_server_changes_total",
    help: "How often an Edge Server went up or down.",
    labelNames: EDGE_SERVER,
    read: () => edgeHealth().map((one) => [edgeServerOf(one), one.changes]),
  });
}

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openMetrics } from "../../src/admin/metrics.ts";
import { TYPE } from "../../src/dns/codes.ts";
import { NOW, sourcesOf, trafficOf } from "./given.ts";

const queryTypes = Array.from(
  { length: 259 },
  (_, type) => ({ 0: 1, [TYPE.SRV]: 40, [TYPE.CAA]: 3, 258: 2 })[type] ?? 0,
);
const rcodes = Array.from({ length: 24 }, (_, rcode) => ({ 0: 30, 3: 9, 11: 1, 23: 6 })[rcode] ?? 0);

async function linesFor(given: Parameters<typeof sourcesOf>[0]): Promise<string[]> {
  const text = await openMetrics(sourcesOf(given)).metrics();
  return text.split("\n").filter((line) => line.startsWith("xmpp_edge_dns_"));
}

test("metrics follow CoreDNS in their labels", async () => {
  const traffic = () => [
    trafficOf("udp", {
      family: "1",
      received: 45,
      truncated: 4,
      queryTypes,
      rcodes,
      dropped: { silent: 5 },
    }),
    trafficOf("tcp", { family: "2" }),
  ];
  const lines = await linesFor({ traffic });
  expect(lines).toEqual(
    expect.arrayContaining([
      'xmpp_edge_dns_requests_total{proto="udp",family="1",type="SRV"} 40',
      'xmpp_edge_dns_requests_total{proto="udp",family="1",type="other"} 2',
      'xmpp_edge_dns_requests_total{proto="udp",family="1",type="CAA"} 3',
      'xmpp_edge_dns_requests_total{proto="udp",family="1",type="none"} 1',
      'xmpp_edge_dns_responses_total{proto="udp",family="1",rcode="NXDOMAIN"} 9',
      'xmpp_edge_dns_responses_total{proto="udp",family="1",rcode="RCODE11"} 1',
      'xmpp_edge_dns_responses_total{proto="udp",family="1",rcode="BADCOOKIE"} 6',
      'xmpp_edge_dns_received_total{proto="udp",family="1"} 45',
      'xmpp_edge_dns_received_total{proto="tcp",family="2"} 0',
      'xmpp_edge_dns_truncated_responses_total{proto="udp",family="1"} 4',
      'xmpp_edge_dns_dropped_total{proto="udp",family="1",reason="silent"} 5',
    ]),
  );
});

const EDGE_SERVER = { pool: "p", server: "s", address: "192.0.2.1", port: 5269, since: NOW, changes: 3 };

test("metrics say how the server is and what became of reloads", async () => {
  const { history } = sourcesOf();
  history.refused([{ severity: "error", message: "Cannot read it" }]);
  const lines = await linesFor({
    history,
    edgeHealth: () => [
      { ...EDGE_SERVER, state: "down", reason: "refused" },
      { ...EDGE_SERVER, address: "192.0.2.2", state: "unknown", reason: undefined },
    ],
  });
  expect(lines).toEqual(
    expect.arrayContaining([
      'xmpp_edge_dns_reloads_total{result="success"} 1',
      'xmpp_edge_dns_reloads_total{result="failure"} 1',
      `xmpp_edge_dns_last_reload_timestamp_seconds ${NOW / 1000}`,
      "xmpp_edge_dns_build_seconds 0.012",
      "xmpp_edge_dns_deployment_current 1",
      "xmpp_edge_dns_zones 2",
      "xmpp_edge_dns_rrsets 9",
      "xmpp_edge_dns_snapshot_bytes 2048",
      "xmpp_edge_dns_workers_answering 2",
      "xmpp_edge_dns_tcp_connections 3",
      "xmpp_edge_dns_tcp_connections_accepted_total 8",
      'xmpp_edge_dns_tcp_connections_cut_off_total{reason="timed-out"} 4',
      'xmpp_edge_dns_build_info{version="1.2.3"} 1',
      'xmpp_edge_dns_edge_server_healthy{pool="p",server="s",address="192.0.2.1"} 0',
      'xmpp_edge_dns_edge_server_changes_total{pool="p",server="s",address="192.0.2.1"} 3',
    ]),
  );
  expect(lines.filter((line) => line.startsWith("xmpp_edge_dns_edge_server_healthy"))).toHaveLength(1);
});

test("a second scrape counts nothing twice", async () => {
  const opened = openMetrics(sourcesOf({ traffic: () => [trafficOf("udp", { received: 7 })] }));
  await opened.metrics();
  expect(await opened.metrics()).toContain('xmpp_edge_dns_received_total{proto="udp",family="1"} 7\n');
});

test("metrics show how many queries a thread takes at once, as a histogram", async () => {
  const batches = { bySize: { "1": 5, "2": 0, "4": 2, "+Inf": 1 }, sum: 311 };
  const opened = openMetrics(sourcesOf({ traffic: () => [trafficOf("udp", { batches }), trafficOf("tcp")] }));
  expect(await opened.metrics()).toContain(`# TYPE xmpp_edge_dns_udp_batch_size histogram
xmpp_edge_dns_udp_batch_size_bucket{le="1",family="1"} 5
xmpp_edge_dns_udp_batch_size_bucket{le="2",family="1"} 5
xmpp_edge_dns_udp_batch_size_bucket{le="4",family="1"} 7
xmpp_edge_dns_udp_batch_size_bucket{le="+Inf",family="1"} 8
xmpp_edge_dns_udp_batch_size_sum{family="1"} 311
xmpp_edge_dns_udp_batch_size_count{family="1"} 8
`);
});

test("metrics show the sizes of requests and responses as histograms, by transport and family", async () => {
  const requestSizes = { bySize: { "100": 40, "511": 3, "+Inf": 0 }, sum: 2_500 };
  const replySizes = { bySize: { "100": 1, "511": 30, "+Inf": 2 }, sum: 140_000 };
  const traffic = () => [
    trafficOf("udp", { requestSizes }),
    trafficOf("udp", { family: "2" }),
    trafficOf("tcp", { replySizes }),
  ];
  expect(await linesFor({ traffic })).toEqual(
    expect.arrayContaining([
      'xmpp_edge_dns_request_size_bytes_bucket{le="100",proto="udp",family="1"} 40',
      'xmpp_edge_dns_request_size_bytes_bucket{le="511",proto="udp",family="1"} 43',
      'xmpp_edge_dns_request_size_bytes_bucket{le="+Inf",proto="udp",family="1"} 43',
      'xmpp_edge_dns_request_size_bytes_sum{proto="udp",family="1"} 2500',
      'xmpp_edge_dns_request_size_bytes_count{proto="udp",family="1"} 43',
      'xmpp_edge_dns_request_size_bytes_count{proto="udp",family="2"} 0',
      'xmpp_edge_dns_response_size_bytes_bucket{le="511",proto="tcp",family="1"} 31',
      'xmpp_edge_dns_response_size_bytes_sum{proto="tcp",family="1"} 140000',
      'xmpp_edge_dns_response_size_bytes_count{proto="tcp",family="1"} 33',
    ]),
  );
});

test("docs/operations.md has a row for every metric, with its kind and labels, and no other", async () => {
  const opened = openMetrics(sourcesOf());
  const rows = (await opened.getMetricsAsJSON())
    .filter(({ name }) => name.startsWith("xmpp_edge_dns_"))
    .map(({ name, help, type }) => [name, type, labelsOf(opened, name), help.replace(/\.$/, "")]);
  const page = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const documented = [
    ...page.matchAll(/^\| `(xmpp_edge_dns_\w+)` \| (counter|gauge|histogram) \| ([^|]*?) ?\| (.*) \|$/gm),
  ];
  expect(documented.map((row) => row.slice(1))).toEqual(rows);
});

/** As the page lists them. The library keeps them where its types do not say. */
function labelsOf(opened: ReturnType<typeof openMetrics>, name: string): string {
  const metric: object | undefined = opened.getSingleMetric(name);
  if (metric === undefined || !("labelNames" in metric) || !Array.isArray(metric.labelNames))
    throw new Error(`no labels in ${name}`);
  return metric.labelNames.map((label) => `\`${String(label)}\``).join(", ");
}

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openMetrics } from "../../src/admin/metrics.ts";
import { TYPE } from "../../src/dns/codes.ts";
import { NOW, sourcesOf, trafficOf } from "./given.ts";

const queryTypes = Array.from({ length: 257 }, (_, type) => ({ 0: 1, [TYPE.SRV]: 40, 256: 2 })[type] ?? 0);
const rcodes = Array.from({ length: 16 }, (_, rcode) => ({ 0: 30, 3: 9, 11: 1 })[rcode] ?? 0);

async function linesFor(given: Parameters<typeof sourcesOf>[0]): Promise<string[]> {
  const text = await openMetrics(sourcesOf(given)).metrics();
  return text.split("\n").filter((line) => line.startsWith("xmpp_edge_dns_"));
}

test("metrics follow CoreDNS in their labels", async () => {
  const traffic = () => [
    trafficOf("udp", {
      family: "1",
      received: 45,
      octetsIn: 900,
      octetsOut: 1800,
      truncated: 4,
      queryTypes,
      rcodes,
      dropped: { silent: 5 },
    }),
    trafficOf("tcp"),
  ];
  const lines = await linesFor({ traffic });
  expect(lines).toEqual(
    expect.arrayContaining([
      'xmpp_edge_dns_requests_total{proto="udp",family="1",type="SRV"} 40',
      'xmpp_edge_dns_requests_total{proto="udp",family="1",type="other"} 2',
      'xmpp_edge_dns_requests_total{proto="udp",family="1",type="none"} 1',
      'xmpp_edge_dns_responses_total{proto="udp",family="1",rcode="NXDOMAIN"} 9',
      'xmpp_edge_dns_responses_total{proto="udp",family="1",rcode="RCODE11"} 1',
      'xmpp_edge_dns_received_total{proto="udp",family="1"} 45',
      'xmpp_edge_dns_received_total{proto="tcp"} 0',
      'xmpp_edge_dns_request_bytes_total{proto="udp",family="1"} 900',
      'xmpp_edge_dns_response_bytes_total{proto="udp",family="1"} 1800',
      'xmpp_edge_dns_truncated_responses_total{proto="udp",family="1"} 4',
      'xmpp_edge_dns_dropped_total{proto="udp",family="1",reason="silent"} 5',
    ]),
  );
});

test("metrics say how the server is and what became of reloads", async () => {
  const { history } = sourcesOf();
  history.refused([{ severity: "error", message: "Cannot read it" }]);
  const lines = await linesFor({
    history,
    edgeHealth: () => [
      { pool: "p", server: "s", address: "192.0.2.1", isHealthy: false, reason: "refused", changes: 3 },
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
});

test("a second scrape counts nothing twice", async () => {
  const opened = openMetrics(sourcesOf({ traffic: () => [trafficOf("udp", { received: 7 })] }));
  await opened.metrics();
  expect(await opened.metrics()).toContain('xmpp_edge_dns_received_total{proto="udp"} 7\n');
});

test("docs/operations.md has a row for every metric, and no other", async () => {
  const opened = openMetrics(sourcesOf({ edgeHealth: () => [] }));
  const all = await opened.getMetricsAsJSON();
  const rows = all
    .filter(({ name }) => name.startsWith("xmpp_edge_dns_"))
    .map(({ name, help }) => [name, help.replace(/\.$/, "")]);
  const page = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const documented = [
    ...page.matchAll(/^\| `(xmpp_edge_dns_\w+)` \| (?:counter|gauge) \| [^|]*\| (.*) \|$/gm),
  ];
  expect(documented.map(([, name, meaning]) => [name, meaning])).toEqual(rows);
});

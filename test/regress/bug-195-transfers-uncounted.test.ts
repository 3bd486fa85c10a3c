/** Transfers over TCP were in no counter of query types, nor in the query log; IXFR over UDP was counted as SOA. */

import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../../src/api.ts";
import { TYPE } from "../../src/dns/codes.ts";
import { requestOf } from "../conformance/harness.ts";
import { ixfrRequest, transfer } from "../transfer/client.ts";
import { askUdp, TcpClient } from "../transport/clients.ts";

/** A zone of more octets than a message has. */
const LONG = Array.from({ length: 1_500 }, (_, at) => `host-${at} TXT "${"x".repeat(40)}"`).join("\n");

async function opened(prefix: string) {
  const dns = await startServer({
    journal: true,
    deployment: {
      edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
      sipDomains: ["alpha.test"],
      zones: { "alpha.test": { records: LONG } },
      transfers: { allow: [{ prefix }] },
    },
  });
  onTestFinished(() => dns.close());
  return dns;
}

async function transferred(port: number, request: Uint8Array): Promise<number> {
  const client = await TcpClient.open("127.0.0.1", port);
  onTestFinished(() => client.close());
  return (await transfer(client, request)).length;
}

test("AXFR and IXFR over TCP are counted by type, RCODE and size, and sampled as one query", async () => {
  const dns = await opened("127.0.0.0/8");
  const messages = await transferred(dns.port, requestOf({ ask: "alpha.test. AXFR" }));
  const more = await transferred(dns.port, ixfrRequest("alpha.test.", 1));
  await dns.close(); // then all that was sent has been counted
  const { ipv4, tcp } = dns.counters();
  expect(messages).toBeGreaterThan(1);
  expect([tcp.queryTypes[TYPE.AXFR], tcp.queryTypes[TYPE.IXFR]]).toEqual([1, 1]);
  expect(tcp).toMatchObject({ received: 2, replies: 2 });
  expect(tcp.rcodes[0]).toBe(2);
  expect(tcp.replySizes.reduce((sum, count) => sum + count)).toBe(messages + more);
  expect(ipv4.tcp).toEqual(tcp);
  expect(dns.queries()).toMatchObject([
    { transport: "TCP", name: "alpha.test", type: "AXFR", rcode: "NOERROR" },
    { transport: "TCP", name: "alpha.test", type: "IXFR", rcode: "NOERROR" },
  ]);
});

test("a transfer that is refused is counted by type and RCODE, and sampled", async () => {
  const dns = await opened("192.0.2.1");
  await transferred(dns.port, requestOf({ ask: "alpha.test. AXFR" }));
  await dns.close();
  const { tcp } = dns.counters();
  expect([tcp.queryTypes[TYPE.AXFR], tcp.rcodes[5]]).toEqual([1, 1]);
  expect(dns.queries()).toMatchObject([{ type: "AXFR", rcode: "REFUSED" }]);
});

test("IXFR over UDP is counted as IXFR, though its answer is that of a query for the SOA", async () => {
  const dns = await opened("127.0.0.0/8");
  await askUdp("127.0.0.1", dns.port, ixfrRequest("alpha.test.", 1));
  const { udp } = dns.counters();
  expect([udp.queryTypes[TYPE.IXFR], udp.queryTypes[TYPE.SOA]]).toEqual([1, 0]);
});

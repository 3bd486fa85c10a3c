/** The log called a whole zone an IXFR, and had a line for each transfer that a client broke off. */

import { expect, onTestFinished, test } from "vitest";
import { type DeploymentInput, startServer } from "../../src/api.ts";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { tcpLimits } from "../../src/responder/respond.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { Transfers } from "../../src/transfers.ts";
import { makeCounters } from "../../src/transport/counters.ts";
import { compile } from "../../src/zone/compile.ts";
import { expectValue, requestOf, zoneOf } from "../conformance/harness.ts";
import { ixfrRequest, recordsOf, transfer } from "../transfer/client.ts";
import { TcpClient } from "../transport/clients.ts";

function listening() {
  const said: string[] = [];
  const say = (_: unknown, message: string): void => void said.push(message);
  return { said, log: { error: say, warn: say, info: say, debug: say } };
}

test("the log says AXFR where the whole zone was shorter than what changed in it", async () => {
  const deployment = (records: string): DeploymentInput => ({
    edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
    sipDomains: ["alpha.test"],
    zones: { "alpha.test": { records } },
    transfers: { allow: [{ prefix: "127.0.0.0/8" }] },
  });
  const { said, log } = listening();
  const texts = (value: string) => Array.from({ length: 9 }, (_, at) => `t${at} TXT ${value}`).join("\n");
  const dns = await startServer({ deployment: deployment(texts("old")), log });
  onTestFinished(() => dns.close());
  const client = await TcpClient.open("127.0.0.1", dns.port);
  onTestFinished(() => client.close());
  const [soa] = recordsOf(await transfer(client, requestOf({ ask: "alpha.test. AXFR" })));
  await dns.update(deployment(texts("new")));
  const changes = recordsOf(await transfer(client, ixfrRequest("alpha.test.", Number(soa?.split(" ")[5]))));
  expect(changes).toHaveLength(14);
  await expect.poll(() => said.filter((line) => line.startsWith("Sent "))).toHaveLength(2);
  expect(said.filter((line) => line.startsWith("Sent AXFR "))).toHaveLength(2);
});

test("transfers that clients break off have so many lines a minute", async () => {
  const { said, log } = listening();
  const policyText = '{"keys":[],"allow":[{"prefix":"127.0.0.1/32"}],"notify":[],"zones":[]}';
  const zone = zoneOf(
    "alpha.test.",
    "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n",
  );
  const { snapshot } = expectValue(compile([groupOfOne(zone)], { serialOf: () => 1, policyText }));
  let time = 0;
  const transfers = new Transfers({
    settings: DEFAULT_SETTINGS,
    limits: tcpLimits(1232),
    log,
    now: () => time,
    snapshot: () => snapshot,
  });
  const connection = {
    peer: { address: "127.0.0.1", port: 9 },
    counters: makeCounters(),
    write: async () => false,
  };
  const request = requestOf({ ask: "alpha.test. AXFR" });
  const breakOff = () => transfers.serveStream(request, 0, request.length, connection);
  for (let times = 0; times < 40; times++) await breakOff();
  expect(said).toHaveLength(30);
  expect(new Set(said)).toEqual(new Set(["127.0.0.1:9 ended the AXFR of alpha.test. after 1 messages"]));
  time = 60_000;
  await breakOff();
  expect(said).toHaveLength(31);
});

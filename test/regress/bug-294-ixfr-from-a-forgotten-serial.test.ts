/** After a restart without a state directory, IXFR went out from a serial that had stood for other content before. */

import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import type { DeploymentInput } from "../../src/api.ts";
import { openServer, type Server } from "../../src/server.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { requestOf } from "../conformance/harness.ts";
import { applied, ixfrRequest, recordsOf, transfer } from "../transfer/client.ts";
import { TcpClient } from "../transport/clients.ts";

const START = 1_790_000_763;
/** Enough for a difference to be shorter than the zone. */
const CONSTANT = Array.from({ length: 20 }, (_, at) => `host-${at} A 192.0.2.${at}\n`).join("");
const AXFR = requestOf({ ask: "alpha.test. AXFR" });

function sourceOf(version: number): { readonly kind: "value"; readonly value: DeploymentInput } {
  const value: DeploymentInput = {
    edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
    sipDomains: ["alpha.test"],
    zones: { "alpha.test": { records: `${CONSTANT}version TXT v${version}\nonly-${version} A 192.0.2.1` } },
    transfers: { allow: [{ prefix: "127.0.0.0/8" }] },
  };
  return { kind: "value", value };
}

async function serve(version: number, unixTime: number): Promise<{ server: Server; client: TcpClient }> {
  const say = (): void => {};
  const start = await openServer({
    settings: { ...DEFAULT_SETTINGS, listen: ["127.0.0.1"], port: 0, workers: 1 },
    log: { error: say, warn: say, info: say, debug: say },
    now: () => unixTime * 1000,
    random: randomBytes,
    environment: {},
    source: sourceOf(version),
    threads: false,
  });
  if (start.kind !== "serving") throw new Error(JSON.stringify(start.problems));
  const { server } = start;
  onTestFinished(() => server.close());
  const client = await TcpClient.open("127.0.0.1", server.endpoints[0]?.port ?? 0);
  onTestFinished(() => client.close());
  return { server, client };
}

function serialOf([soa = ""]: readonly string[]): number {
  return Number(soa.split(" ")[5]);
}

test("the first change of a zone that nobody remembers goes out whole, later ones as differences", async () => {
  const before = await serve(0, START);
  await before.server.update(sourceOf(1)); // within the second: the serial runs ahead of the clock
  const old = recordsOf(await transfer(before.client, AXFR));
  await before.server.update(sourceOf(2));

  const { server, client } = await serve(2, START + 1);
  const reused = recordsOf(await transfer(client, AXFR));
  expect(serialOf(reused)).toBe(serialOf(old));
  await server.update(sourceOf(3));
  const answer = recordsOf(await transfer(client, ixfrRequest("alpha.test.", serialOf(old))));
  const whole = recordsOf(await transfer(client, AXFR));
  expect(answer[1]).not.toContain(" SOA ");
  expect(applied(answer, applied(old))).toEqual(applied(whole));

  await server.update(sourceOf(4));
  const difference = recordsOf(await transfer(client, ixfrRequest("alpha.test.", serialOf(whole))));
  expect(difference[1]).toContain(" SOA ");
  const last = applied(recordsOf(await transfer(client, AXFR)));
  expect(applied(difference, applied(whole))).toEqual(last);
});

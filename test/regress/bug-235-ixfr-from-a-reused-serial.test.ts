/** IXFR went out from a serial that had stood for two contents: a secondary with the first one was wrong for good. */

import { describe, expect, onTestFinished, test } from "vitest";
import { type DeploymentInput, startServer } from "../../src/api.ts";
import { Versions } from "../../src/reload/versions.ts";
import { nameOf, requestOf } from "../conformance/harness.ts";
import { applied, ixfrRequest, recordsOf, transfer } from "../transfer/client.ts";
import { TcpClient } from "../transport/clients.ts";

function deployment(serial: number, records: string): DeploymentInput {
  return {
    edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
    sipDomains: [{ name: "alpha.test", soa: { serial } }],
    zones: { "alpha.test": { records: `www A 192.0.2.1\n${records}` } },
    transfers: { allow: [{ prefix: "127.0.0.0/8" }] },
  };
}

const AXFR = requestOf({ ask: "alpha.test. AXFR" });
const [ONE, TWO, THREE] = ["", "extra A 192.0.2.2", "extra A 192.0.2.2\nmore A 192.0.2.3"];

type Step = readonly [serial: number, records: string];

describe("a secondary that asks from the serial of its first version", () => {
  test.each<[what: string, first: Step, later: readonly Step[], isDifference: boolean]>([
    [
      "was reused",
      [6, ONE],
      [
        [6, TWO],
        [7, THREE],
      ],
      false,
    ],
    [
      "was reused and the content went back",
      [6, ONE],
      [
        [6, TWO],
        [6, ONE],
        [7, THREE],
      ],
      false,
    ],
    [
      "was returned to",
      [6, ONE],
      [
        [5, ONE],
        [6, TWO],
        [7, THREE],
      ],
      false,
    ],
    [
      "stood for one content",
      [8, ONE],
      [
        [9, TWO],
        [10, THREE],
      ],
      true,
    ],
  ])("whose serial %s", async (_, [serial, records], later, isDifference) => {
    const dns = await startServer({ deployment: deployment(serial - 4, "") });
    onTestFinished(() => dns.close());
    const client = await TcpClient.open("127.0.0.1", dns.port);
    onTestFinished(() => client.close());
    await dns.update(deployment(serial, records));
    const first = applied(recordsOf(await transfer(client, AXFR)));
    for (const [next, content] of later) await dns.update(deployment(next, content));
    const ixfr = recordsOf(await transfer(client, ixfrRequest("alpha.test.", serial)));
    expect(ixfr[1]?.includes(" SOA ")).toBe(isDifference);
    const whole = applied(recordsOf(await transfer(client, AXFR)));
    expect(applied(ixfr, first)).toEqual(whole);
  });
});

test("a serial in doubt outlives the process", () => {
  const text = "alpha.test. 6 abc 6\nbeta.test. 6 abc\n";
  const versions = Versions.read(text);
  expect(versions.versionOf(nameOf("alpha.test."))).toEqual({ serial: 6, digest: "abc", doubtful: 6 });
  expect(versions.text).toBe(text);
});

/** IXFR went out from a serial that had stood for two contents: a secondary with the first one was wrong for good. */

import { describe, expect, onTestFinished, test } from "vitest";
import { type DeploymentInput, startServer } from "../../src/api.ts";
import { Versions } from "../../src/reload/versions.ts";
import { doubtfulSerial } from "../../src/zone/serial.ts";
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

const MAXIMUM = 2 ** 32 - 1;
const NEW = { unixTime: 2000, previous: undefined, digest: "a" };

describe("doubtfulSerial()", () => {
  test.each([
    ["a new zone with a serial of the clock", { ...NEW, serial: 2000 }, 1999],
    ["a new zone with another serial may have been served by a process before", { ...NEW, serial: 6 }, 6],
    ["the same content", { ...NEW, serial: 6, previous: { serial: 6, digest: "a" } }, 5],
    [
      "over the end of the circle",
      { ...NEW, serial: 0, previous: { serial: MAXIMUM, digest: "b" } },
      MAXIMUM,
    ],
    ["other content under the same serial", { ...NEW, serial: 6, previous: { serial: 6, digest: "b" } }, 6],
    ["a serial that goes back", { ...NEW, serial: 5, previous: { serial: 6, digest: "a" } }, 6],
    ["back once more", { ...NEW, serial: 4, previous: { serial: 5, digest: "a", doubtful: 6 } }, 6],
    [
      "the same content after doubt",
      { ...NEW, serial: 6, previous: { serial: 6, digest: "a", doubtful: 6 } },
      6,
    ],
    ["forward, not far enough", { ...NEW, serial: 6, previous: { serial: 5, digest: "b", doubtful: 6 } }, 6],
    ["forward past all doubt", { ...NEW, serial: 7, previous: { serial: 5, digest: "b", doubtful: 6 } }, 6],
  ])("%s", (_, sources, doubtful) => expect(doubtfulSerial(sources)).toBe(doubtful));
});

test("a serial in doubt outlives the process", () => {
  const text = "alpha.test. 6 abc 6\nbeta.test. 6 abc\n";
  const versions = Versions.read(text);
  expect(versions.versionOf(nameOf("alpha.test."))).toEqual({ serial: 6, digest: "abc", doubtful: 6 });
  expect(versions.text).toBe(text);
});

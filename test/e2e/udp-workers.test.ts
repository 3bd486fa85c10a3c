/** The UDP workers as the server runs them: real zones, real sockets, both paths. */

import { spawnSync } from "node:child_process";
import { setImmediate } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { NO_SERVICE } from "../../src/service.ts";
import type { UdpWorkers } from "../../src/transport/udp-workers.ts";
import { openWorkers, type WorkersOptions } from "../../src/worker.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf, snapshotOfZones } from "../conformance/harness.ts";
import { askUdp, UdpClient } from "../transport/clients.ts";
import { PATHS } from "../transport/echo-server.ts";

/** A zone whose serial and addresses both name its version. */
function snapshotOfVersion(version: number): SharedArrayBuffer {
  const zone = `
@                  3600 IN SOA ns1 hostmaster 1 7200 900 1209600 300
@                  3600 IN NS  ns1
ns1                3600 IN A   203.0.113.53
_xmpp-server._tcp  3600 IN SRV 0 0 5269 xmpp
xmpp                300 IN A   10.0.${version >>> 8}.${version & 255}
`;
  return snapshotOfZones({ "contoso.com": zone }, version).buffer;
}

async function serve(wanted: Partial<WorkersOptions>): Promise<{ workers: UdpWorkers; port: number }> {
  const outcome = await openWorkers({
    endpoints: [{ address: "127.0.0.1", port: 0 }],
    workers: 2,
    payloadSize: 1232,
    snapshot: snapshotOfVersion(1),
    now: () => performance.now(),
    onDeath: ({ error, request }) => {
      throw new Error(`A worker died of ${request}`, { cause: error });
    },
    onGivenUp: () => {},
    ...wanted,
  });
  if (outcome.kind === "faults") throw new Error(JSON.stringify(outcome.faults));
  const { workers } = outcome;
  onTestFinished(() => workers.close());
  return { workers, port: workers.endpoints[0]?.port ?? 0 };
}

const RATE_LIMIT = { responsesPerSecond: 5, slip: 1, ipv4PrefixLength: 24, ipv6PrefixLength: 56, exempt: [] };

const SRV = requestOf({ ask: "_xmpp-server._tcp.contoso.com. SRV" });
const ADDRESS = requestOf({ ask: "xmpp.contoso.com. A" });

/** The version that an answer to ADDRESS comes from. */
function versionOf(reply: Uint8Array): number {
  const [answer] = decodeMessage(reply).answer;
  const [, , high, low] = /10\.(\d+)\.(\d+)\.(\d+)/.exec(answer ?? "") ?? [];
  return Number(high) * 256 + Number(low);
}

describe.each(PATHS)("openWorkers(), %s", (mode) => {
  test("limits replies to a prefix, and counts them", async () => {
    const rateLimit = { ...RATE_LIMIT, responsesPerSecond: 1 };
    const { port, workers } = await serve({ mode, workers: 1, service: { ...NO_SERVICE, rateLimit } });
    const client = await UdpClient.open("127.0.0.1", port);
    await client.send(...Array.from({ length: 20 }, () => SRV));
    let truncated = 0;
    for (let reply = 0; reply < 20; reply++)
      if (decodeMessage(await client.next()).flags.includes("TC")) truncated++;
    expect(truncated).toBeGreaterThan(0);
    await workers.close(); // replies are counted behind the call that sends them
    expect(workers.counts).toMatchObject({ rateLimited: truncated, slipped: truncated, truncated });
  });

  test("does not limit a client with a cookie, and counts it", async () => {
    const cookies = { secrets: secretMemory([new Uint8Array(16)]), required: false };
    const service = { ...NO_SERVICE, extras: { cookies }, rateLimit: RATE_LIMIT };
    const { port, workers } = await serve({ mode, workers: 1, service });
    const client = await UdpClient.open("127.0.0.1", port);
    const withCookie = (cookie: Uint8Array) =>
      requestOf({ ask: "xmpp.contoso.com. A", edns: { options: { 10: cookie } } });
    await client.send(withCookie(new Uint8Array(8)));
    const [option = ""] = decodeMessage(await client.next()).opt?.options ?? [];
    const valid = withCookie(Uint8Array.from(Buffer.from(option.slice(3), "hex")));
    await client.send(...Array.from({ length: 20 }, () => valid));
    for (let reply = 0; reply < 20; reply++)
      expect(decodeMessage(await client.next()).flags).not.toContain("TC");
    expect(workers.counts).toMatchObject({ rateLimited: 0, cookies: 20 });
  });

  test("answers from the zones", async () => {
    const { port, workers } = await serve({ mode });
    const reply = decodeMessage(await askUdp("127.0.0.1", port, SRV));
    expect(reply).toMatchObject({ rcode: "NOERROR", answer: [expect.stringContaining("SRV 0 0 5269")] });
    const elsewhere = await askUdp("127.0.0.1", port, requestOf({ ask: "example.org. A" }));
    expect(decodeMessage(elsewhere).rcode).toBe("REFUSED");
    await workers.close();
    const { rcodes, queryTypes } = workers.counts;
    expect([rcodes[0], rcodes[5]]).toEqual([1, 1]);
    expect([queryTypes[33], queryTypes[1]]).toEqual([1, 1]);
  });

  test("counts RCODEs by their whole number, and CAA by its own", async () => {
    const { port, workers } = await serve({ mode });
    await askUdp("127.0.0.1", port, requestOf({ ask: "contoso.com. CAA", edns: { version: 1 } }));
    await askUdp("127.0.0.1", port, requestOf({ ask: "contoso.com. SOA", edns: { version: 0 } }));
    await workers.close();
    const { rcodes, queryTypes } = workers.counts;
    expect([rcodes[0], rcodes[16], queryTypes[257]]).toEqual([1, 1, 1]);
  });

  test("loses no query and gives no wrong answer while zones change", async () => {
    const { port, workers } = await serve({ mode });
    let inForce = 1;
    let sent = 1;
    const ask = async (): Promise<void> => {
      const client = await UdpClient.open("127.0.0.1", port);
      while (sent < 300) {
        const atLeast = inForce;
        await client.send(ADDRESS, SRV);
        const replies = [await client.next(), await client.next()];
        const version = versionOf(replies.find((reply) => reply.length < 60) ?? new Uint8Array());
        if (!(version >= atLeast && version <= sent)) throw new Error(`${version}: ${atLeast} to ${sent}`);
      }
    };
    const asking = Promise.all([ask(), ask(), ask(), ask()]);
    while (sent < 300) {
      sent++;
      await workers.setSnapshot(snapshotOfVersion(sent));
      inForce = sent;
    }
    await asking;
  });

  test("takes 20,000 datagrams of garbage, half of them damaged queries", async () => {
    const { port, workers } = await serve({ mode, workers: 1 });
    const client = await UdpClient.open("127.0.0.1", port);
    const random = randomNumbers(1);
    for (let sent = 0; sent < 20_000; ) {
      const some = Array.from({ length: 100 }, (_, n) =>
        n % 2 === 0 ? noise(random) : damaged(SRV, random),
      );
      await client.send(...some);
      sent += some.length;
      while (workers.counts.received < sent) await setImmediate(); // no more than the receive buffer holds
    }
    expect(decodeMessage(await askUdp("127.0.0.1", port, SRV)).rcode).toBe("NOERROR");
  });

  test("does not keep a process that ends", () => {
    const ended = runProgram(mode, `setTimeout(() => process.exit(7), 10)`);
    expect(ended).toMatchObject({ status: 7, signal: null });
  });

  test("does not keep a process that fails", () => {
    const ended = runProgram(mode, `setTimeout(() => { throw new Error("told to fail"); }, 10)`);
    expect(ended).toMatchObject({ status: 1, signal: null });
    expect(ended.stderr).toMatch("told to fail");
  });

  test("lets go of old snapshots", () => {
    const mebibytes = 64;
    const ended = runProgram(
      mode,
      `const collector = new SnapshotCollector();
      for (let n = 0; n < 16; n++) {
        const large = new SharedArrayBuffer(${mebibytes} * 2 ** 20);
        new Uint8Array(large).fill(1).set(new Uint8Array(snapshot));
        await start.workers.setSnapshot(large);
        collector.released(large.byteLength);
      }
      console.log(process.memoryUsage().rss / 2 ** 20);
      await start.workers.close();`,
    );
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    expect(Number(ended.stdout)).toBeLessThan(8 * mebibytes);
  });
});

/** Runs a program that has workers open as \`start\`. */
function runProgram(mode: string, body: string) {
  const source = `
    const { openWorkers } = await import(${JSON.stringify(new URL("../../src/worker.ts", import.meta.url))});
    const { SnapshotCollector } = await import(${JSON.stringify(new URL("../../src/collector.ts", import.meta.url))});
    const snapshot = new SharedArrayBuffer(${snapshotOfVersion(1).byteLength});
    new Uint8Array(snapshot).set(${JSON.stringify([...new Uint8Array(snapshotOfVersion(1))])});
    const start = await openWorkers({
      endpoints: [{ address: "127.0.0.1", port: 0 }], workers: 2, payloadSize: 1232, snapshot,
      mode: "${mode}", now: () => 0, onDeath: console.error, onGivenUp: console.error,
    });
    ${body}`;
  const options = { encoding: "utf8", timeout: 20_000 } as const;
  return spawnSync(process.execPath, ["--input-type=module", "--eval", source], options);
}

/** Whole numbers below a limit, the same in every run (Numerical Recipes). */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function noise(random: (limit: number) => number): Uint8Array {
  return Uint8Array.from({ length: random(600) }, () => random(256));
}

/** A query with an octet changed, and some cut short. */
function damaged(query: Uint8Array, random: (limit: number) => number): Uint8Array {
  const copy = Uint8Array.from(query);
  copy[random(copy.length)] = random(256);
  return random(4) === 0 ? copy.subarray(0, random(copy.length)) : copy;
}

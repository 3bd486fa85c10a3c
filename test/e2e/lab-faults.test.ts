/** Faults as real `dig` meets them: of a process with UDP threads and of the library, batched, datagram by datagram, over TCP. */

import { execFile, spawnSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { type LabFaultInput, startServer } from "../../src/api.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { temporaryDirectory } from "../reload/lab.ts";
import { askUdp, UdpClient } from "../transport/clients.ts";
import { startProcess } from "./process.ts";

const hasDig = spawnSync("dig", ["-v"]).error === undefined;

const NAMES = ["late", "lost", "cut", "refused", "other-id", "bare", "large", "torn", "moved"] as const;

const DEPLOYMENT = {
  edgePools: [{ fqdn: "edge.beta.test", servers: ["127.0.0.1"] }],
  sipDomains: ["beta.test"],
  zones: { "beta.test": { records: NAMES.map((name) => `${name} A 192.0.2.1\n`).join("") } },
};

const FAULTS: LabFaultInput[] = [
  { owner: "late.beta.test", fault: "delay", milliseconds: 1_500 },
  { owner: "lost.beta.test", fault: "drop" },
  { owner: "cut.beta.test", transport: "udp", fault: "truncate" },
  { owner: "refused.beta.test", fault: "rcode", rcode: "REFUSED" },
  { owner: "other-id.beta.test", fault: "wrong-id" },
  { owner: "bare.beta.test", fault: "no-opt" },
  { owner: "large.beta.test", fault: "oversized", octets: 3_000 },
  { owner: "torn.beta.test", fault: "close" },
  { owner: "moved.beta.test", client: "127.0.0.0/8", fault: "stale", addresses: ["192.0.2.99"] },
];

/** What dig says, be it content or not. */
async function dig(port: number, name: string, ...options: readonly string[]): Promise<string> {
  const words = [
    "@127.0.0.1",
    "-p",
    String(port),
    `${name}.beta.test`,
    "A",
    "+tries=1",
    "+timeout=20",
    ...options,
  ];
  const said = await promisify(execFile)("dig", words).catch((fault: unknown) => {
    if (fault instanceof Error && "stdout" in fault) return { stdout: String(fault.stdout) };
    throw fault;
  });
  return said.stdout;
}

const GOOD = /\sA\s+192\.0\.2\.1\n/;

async function expectAllOf(port: number): Promise<void> {
  const [late, tooLate, lateTcp, lost, cut, refused, otherId, bare, large, torn, tornUdp, moved] =
    await Promise.all([
      dig(port, "late"),
      dig(port, "late", "+timeout=1"),
      dig(port, "late", "+tcp"),
      dig(port, "lost", "+timeout=1"),
      dig(port, "cut"),
      dig(port, "refused"),
      dig(port, "other-id", "+timeout=5"),
      dig(port, "bare"),
      dig(port, "large"),
      dig(port, "torn", "+tcp"),
      dig(port, "torn"),
      dig(port, "moved"),
    ]);
  for (const good of [late, lateTcp, cut, bare, large, tornUdp]) expect(good).toMatch(GOOD);
  for (const none of [tooLate, lost, otherId, torn]) expect(none).not.toMatch(GOOD);
  expect(lost).toMatch(/timed out|no servers could be reached/);
  expect(cut).toContain("Truncated, retrying in TCP mode");
  expect(refused).toContain("status: REFUSED");
  expect(otherId).toContain("ID mismatch");
  expect(bare).not.toContain("OPT PSEUDOSECTION");
  expect(Number(/MSG SIZE\s+rcvd: (\d+)/.exec(large)?.[1])).toBeGreaterThanOrEqual(3_000);
  expect(torn).toMatch(/end of file|communications error|connection reset/);
  expect(moved).toMatch(/\sA\s+192\.0\.2\.99\n/);
}

describe.runIf(hasDig)("dig meets every fault", () => {
  test("of the deployment of a process, which come and go with it", async () => {
    const path = join(temporaryDirectory(), "deployment.yaml");
    const write = (deployment: object): void => {
      writeFileSync(`${path}.new`, JSON.stringify(deployment));
      renameSync(`${path}.new`, path);
    };
    write(DEPLOYMENT);
    const server = await startProcess(["--deployment", path, "--set", "reload.interval=20ms"]);
    for (const name of NAMES) expect(await dig(server.port, name)).toMatch(GOOD);
    write({ ...DEPLOYMENT, lab: { faults: FAULTS } });
    const { faults } = await server.line(/^Answers are wrong on purpose: the deployment has "lab.faults"$/);
    expect(faults).toHaveLength(FAULTS.length);
    await expect.poll(() => dig(server.port, "refused"), { timeout: 20_000 }).toContain("status: REFUSED");
    await expectAllOf(server.port);
    write(DEPLOYMENT);
    await server.line(/^Reloaded/);
    await expect.poll(() => dig(server.port, "refused"), { timeout: 20_000 }).toMatch(GOOD);
    expect(await server.stop()).toBe(0);
  });

  test("of the library", async () => {
    const dns = await startServer({ deployment: { ...DEPLOYMENT, lab: { faults: FAULTS } } });
    onTestFinished(() => dns.close());
    await expectAllOf(dns.port);
  });
});

describe("startServer", () => {
  async function start() {
    const dns = await startServer({ deployment: DEPLOYMENT, journal: true });
    onTestFinished(() => dns.close());
    const ask = async (name: string) =>
      decodeMessage(await askUdp("127.0.0.1", dns.port, requestOf({ ask: `${name}.beta.test. A` })));
    return { dns, ask };
  }

  test("fault() holds from the next query on, counts, and is gone after remove()", async () => {
    const { dns, ask } = await start();
    const fault = await dns.fault({ owner: "*.beta.test", fault: "rcode", rcode: "SERVFAIL", count: 2 });
    expect(fault.id).toBe("fault-1");
    const rcodes = [];
    for (const name of ["late", "cut", "bare"]) rcodes.push((await ask(name)).rcode);
    expect(rcodes).toEqual(["SERVFAIL", "SERVFAIL", "NOERROR"]);
    expect(fault.counts).toEqual({ met: 3, struck: 2, dropped: 0 });
    const other = await dns.fault({ fault: "lame" });
    expect(other.id).toBe("fault-2");
    await other.remove();
    await fault.remove();
    await fault.remove();
    expect(await ask("late")).toMatchObject({ rcode: "NOERROR", flags: expect.stringContaining("AA") });
    expect(fault.counts).toEqual({ met: 3, struck: 2, dropped: 0 });
  });

  test("fault() outlives an update of the deployment", async () => {
    const { dns, ask } = await start();
    await dns.fault({ fault: "rcode", rcode: "REFUSED" });
    await dns.update(DEPLOYMENT);
    expect(await ask("late")).toMatchObject({ rcode: "REFUSED" });
  });

  test("fault() that is none is refused in words, and nothing changes", async () => {
    const { dns, ask } = await start();
    await expect(dns.fault({ fault: "delay" })).rejects.toThrow(
      'Cannot leave out "milliseconds": fault "delay" needs it',
    );
    expect(await ask("late")).toMatchObject({ rcode: "NOERROR" });
  });

  test("what is dropped is in the journal all the same", async () => {
    const { dns } = await start();
    await dns.fault({ fault: "drop", count: 1 });
    const client = await UdpClient.open("127.0.0.1", dns.port);
    await client.send(requestOf({ ask: "lost.beta.test. A" }));
    expect(await dns.waitForQuery("lost.beta.test", "A")).toMatchObject({
      client: "127.0.0.1",
      transport: "UDP",
    });
  });
});

/** UDP workers on either path, with an echo in place of DNS. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { arch, networkInterfaces } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Family } from "../../src/transport/counters.ts";
import { udpCountsOf } from "../../src/transport/counts.ts";
import { openUdpWorkers } from "../../src/transport/udp-workers.ts";
import { ASKER } from "./asker.ts";
import { askUdp, UdpClient } from "./clients.ts";
import { echoOptions, message, PATHS, snapshotNamed, startEcho } from "./echo-server.ts";
import { COMMAND } from "./echo-worker.ts";

afterEach(() => void vi.useRealTimers());

describe.each(PATHS)("openUdpWorkers(), %s", (mode) => {
  test("gives each datagram its reply", async () => {
    const { port } = await startEcho({ mode });
    for (const length of [1, 12, 40, 1200, 4096])
      expect(await askUdp("127.0.0.1", port, message(length))).toEqual(message(length));
  });

  test("stays silent where the responder does, and goes on", async () => {
    const { port, workers } = await startEcho({ mode });
    const client = await UdpClient.open("127.0.0.1", port);
    await client.send(message(20, COMMAND.IGNORE), message(21));
    expect((await client.next()).length).toBe(21);
    expect(workers.counts.dropped.silent).toBe(1);
  });

  test("takes 20,000 datagrams of garbage", async () => {
    const { port, workers, deaths } = await startEcho({ mode });
    const client = await UdpClient.open("127.0.0.1", port);
    for (let sent = 0; sent < 20_000; ) {
      const some = Array.from({ length: 100 }, (_, n) => message((sent + n) % 600, COMMAND.IGNORE));
      await client.send(...some);
      sent += some.length;
      while (workers.counts.received < sent) await setImmediate(); // no more than the receive buffer holds
    }
    expect(await askUdp("127.0.0.1", port, message(30))).toEqual(message(30));
    expect(deaths).toEqual([]);
  });

  test("replies from the address that was asked", async () => {
    const endpoints = ["0.0.0.0", "::"].map((address) => ({ address, port: 0 }));
    const { port } = await startEcho({ mode, endpoints });
    const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
    for (const { address } of addresses.filter(({ address: local }) => !local.startsWith("fe80"))) {
      // Asked from the loopback, the system by itself would answer from there.
      const client = await UdpClient.open(address, port, isIPv6(address) ? "::1" : "127.0.0.1");
      await client.send(message(20));
      await client.next();
      expect(client.lastSender).toEqual({ address, port });
    }
  });

  test("meets a request longer than any query with FORMERR", async () => {
    const { port, workers } = await startEcho({ mode });
    const reply = await askUdp("127.0.0.1", port, message(65_507));
    expect([...reply]).toEqual([1, 7, 0x81, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(workers.counts.oversized).toBe(1);
  });

  test("answers on every address, IPv4 and IPv6, with several workers", async () => {
    const endpoints = ["127.0.0.1", "127.0.0.2", "::1"].map((address) => ({ address, port: 0 }));
    const { workers, port } = await startEcho({ mode, endpoints, workers: 3 });
    expect(workers.endpoints).toEqual(endpoints.map(({ address }) => ({ address, port })));
    for (const { address } of endpoints)
      for (let client = 0; client < 10; client++)
        expect(await askUdp(address, port, message(33))).toEqual(message(33));
    await workers.close(); // replies are counted when they are sent: the last may not have been yet
    expect(workers.counts).toMatchObject({ received: 30, replies: 30, octetsIn: 990, octetsOut: 990 });
    const ofFamily = (family: Family) => udpCountsOf(workers.counters, family);
    expect(ofFamily("ipv4")).toMatchObject({ received: 20, replies: 20, octetsIn: 660, octetsOut: 660 });
    expect(ofFamily("ipv6")).toMatchObject({ received: 10, replies: 10, octetsIn: 330, octetsOut: 330 });
    const { requestSizes, replySizes } = workers.counts;
    expect([requestSizes[1], replySizes[1]]).toEqual([30, 30]); // up to 100 octets
  });

  test("counts replies by RCODE and those with TC", async () => {
    const { port, workers } = await startEcho({ mode });
    const [nxdomain, cut] = [message(12), message(12)];
    nxdomain.set([0x84, 0x03], 2);
    cut.set([0x86, 0x00], 2);
    for (const request of [nxdomain, nxdomain, cut]) await askUdp("127.0.0.1", port, request);
    await workers.close();
    const { rcodes, truncated } = workers.counts;
    expect({ nxdomain: rcodes[3], noerror: rcodes[0], truncated }).toEqual({
      nxdomain: 2,
      noerror: 1,
      truncated: 1,
    });
  });

  test("says which port is taken, and holds on to nothing", async () => {
    const holder = createSocket("udp4");
    onTestFinished(() => void holder.close());
    holder.bind(0, "127.0.0.1");
    await once(holder, "listening");
    const endpoint = { address: "127.0.0.1", port: holder.address().port };
    const outcome = await openUdpWorkers(echoOptions({ mode, endpoints: [endpoint], workers: 2 }));
    expect(outcome).toEqual({ kind: "faults", faults: [{ endpoint, transport: "UDP", code: "EADDRINUSE" }] });
  });

  test("says which address no interface has", async () => {
    const endpoint = { address: "192.0.2.1", port: 0 };
    const outcome = await openUdpWorkers(echoOptions({ mode, endpoints: [endpoint] }));
    expect(outcome).toEqual({
      kind: "faults",
      faults: [{ endpoint, transport: "UDP", code: "EADDRNOTAVAIL" }],
    });
  });

  test("changes the snapshot while it is asked: no query lost, no answer of the one before", async () => {
    const { port, workers } = await startEcho({ mode, workers: 2 });
    let inForce = 1;
    let sent = 1;
    let isOver = false;
    const ask = async (): Promise<void> => {
      const client = await UdpClient.open("127.0.0.1", port);
      while (!isOver) {
        const atLeast = inForce;
        await client.send(message(20, COMMAND.NAME_SNAPSHOT));
        const [, named = 0] = await client.next();
        if (named < atLeast || named > sent) throw new Error(`${named} is not in ${atLeast} to ${sent}`);
      }
    };
    const asking = Promise.all([ask(), ask(), ask(), ask()]);
    while (sent < 200) {
      sent++;
      await workers.setSnapshot(snapshotNamed(sent));
      inForce = sent;
    }
    isOver = true;
    await asking;
    await workers.close();
    const { received, replies } = workers.counts;
    expect(received).toBe(replies);
  });

  test("replaces a worker that throws, keeps its counters, and says what it died of", async () => {
    const { port, workers, nextDeath } = await startEcho({ mode });
    await askUdp("127.0.0.1", port, message(20));
    const death = nextDeath();
    const client = await UdpClient.open("127.0.0.1", port);
    await client.send(message(20, COMMAND.DIE));
    expect(await death).toMatchObject({
      worker: 0,
      error: { message: "told to die" },
      request: `fe${"07".repeat(19)}`,
    });
    expect([workers.answering, workers.recentDeaths]).toEqual([workers.size - 1, 1]);
    await workers.setSnapshot(snapshotNamed(9));
    expect([workers.answering, workers.recentDeaths]).toEqual([workers.size, 1]);
    expect((await askUdp("127.0.0.1", port, message(20, COMMAND.NAME_SNAPSHOT)))[1]).toBe(9);
    expect(workers.counts.received).toBe(3);
  });

  test("says so when workers die again and again, and goes on", async () => {
    const given: number[] = [];
    const { port, nextDeath } = await startEcho({ mode, onGivenUp: (deaths) => given.push(deaths) });
    for (let n = 0; n < 3; n++) {
      expect(given).toEqual([]);
      const death = nextDeath();
      const client = await UdpClient.open("127.0.0.1", port);
      // A successor on the portable path has no socket at first.
      const again = setInterval(() => void client.send(message(20, COMMAND.DIE)), 20);
      await death;
      clearInterval(again);
    }
    expect(given).toEqual([3]);
  });

  test("answers while the main thread is busy for two seconds", async () => {
    const { port } = await startEcho({ mode });
    const done = new Int32Array(new SharedArrayBuffer(4 * ASKER.LENGTH));
    const asker = new Worker(new URL("./asker.ts", import.meta.url), { workerData: { port, done } });
    await once(asker, "message");
    const end = performance.now() + 2000;
    while (performance.now() < end); // what is tested: nothing happens on this thread
    expect(Atomics.load(done, ASKER.ANSWERED)).toBeGreaterThan(100);
    Atomics.store(done, ASKER.STOP, 1);
    await once(asker, "exit");
    expect(done[ASKER.LOST]).toBe(0);
    expect(done[ASKER.ANSWERED]).toBe(done[ASKER.SENT]);
  });

  test("answers what is in flight before it ends, and lets the port go", async () => {
    const { port, workers } = await startEcho({ mode });
    const client = await UdpClient.open("127.0.0.1", port);
    await client.send(...Array.from({ length: 500 }, () => message(50)));
    await workers.close();
    for (let n = 0; n < 500; n++) expect((await client.next()).length).toBe(50);
    expect(workers.counts).toMatchObject({ received: 500, replies: 500 });
    const again = await startEcho({ mode, endpoints: [{ address: "127.0.0.1", port }] });
    expect(again.port).toBe(port);
  });

  test("ends a worker that does not hear", async () => {
    const { port, workers } = await startEcho({ mode });
    const client = await UdpClient.open("127.0.0.1", port);
    await client.send(message(20, COMMAND.HANG));
    await workers.close();
  });
});

describe.skipIf(!PATHS.includes("batched"))("openUdpWorkers(), batched", () => {
  test("replies from the address that was asked, though no interface lists it", async () => {
    const endpoints = ["0.0.0.0", "::"].map((address) => ({ address, port: 0 }));
    const { port } = await startEcho({ mode: "batched", endpoints });
    for (const address of ["127.0.0.1", "127.0.0.2", "127.9.8.7", "::1"]) {
      const client = await UdpClient.open(address, port);
      await client.send(message(20));
      await client.next();
      expect(client.lastSender).toEqual({ address, port });
    }
  });

  test("shares no port with another process, though that one would share", async () => {
    const holder = createSocket({ type: "udp4", reusePort: true });
    onTestFinished(() => void holder.close());
    holder.bind(0, "127.0.0.1");
    await once(holder, "listening");
    const endpoint = { address: "127.0.0.1", port: holder.address().port };
    const outcome = await openUdpWorkers(echoOptions({ mode: "batched", endpoints: [endpoint], workers: 2 }));
    expect(outcome).toMatchObject({ kind: "faults", faults: [{ code: "EADDRINUSE" }] });
  });

  test("spreads clients over workers", async () => {
    const { port, workers } = await startEcho({ mode: "batched", workers: 2 });
    for (let client = 0; client < 40; client++) await askUdp("127.0.0.1", port, message(20));
    for (const counters of workers.counters) expect(counters[0]).toBeGreaterThan(0);
  });

  test("loses nothing of what comes while a worker is replaced, and answers from the last snapshot", async () => {
    const { port, workers, nextDeath } = await startEcho({ mode: "batched" });
    const client = await UdpClient.open("127.0.0.1", port);
    const death = nextDeath();
    await workers.setSnapshot(snapshotNamed(8));
    await client.send(message(20, COMMAND.DIE));
    const [, , , rcode = 0] = await client.next();
    expect(rcode & 15).toBe(2); // SERVFAIL: ask elsewhere
    await death;
    await client.send(...Array.from({ length: 200 }, () => message(50, COMMAND.NAME_SNAPSHOT)));
    for (let n = 0; n < 200; n++) expect((await client.next())[1]).toBe(8);
  });

  test("goes on after many deaths, with what has waited meanwhile", async () => {
    let isGivenUp = false;
    const onGivenUp = () => {
      isGivenUp = true;
    };
    const { port, nextDeath } = await startEcho({ mode: "batched", onGivenUp });
    const client = await UdpClient.open("127.0.0.1", port);
    while (!isGivenUp) {
      const death = nextDeath();
      await client.send(message(20, COMMAND.DIE));
      await death;
    }
    expect(await askUdp("127.0.0.1", port, message(20))).toEqual(message(20));
  });

  test("waits a second before the successor of the third that died within a minute", async () => {
    const { port, workers, nextDeath } = await startEcho({ mode: "batched" });
    const client = await UdpClient.open("127.0.0.1", port);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    for (let deaths = 1; deaths <= 3; deaths++) {
      expect(vi.getTimerCount()).toBe(0);
      const death = nextDeath();
      await client.send(message(20, COMMAND.DIE));
      await death;
    }
    expect([vi.getTimerCount(), workers.answering]).toEqual([1, 0]);
    vi.advanceTimersByTime(999);
    expect([vi.getTimerCount(), workers.answering]).toEqual([1, 0]);
    vi.advanceTimersByTime(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(await askUdp("127.0.0.1", port, message(20))).toEqual(message(20));
  });

  test("begins no successor once it is closed", async () => {
    const { port, workers, nextDeath } = await startEcho({ mode: "batched" });
    const client = await UdpClient.open("127.0.0.1", port);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    for (let deaths = 1; deaths <= 3; deaths++) {
      const death = nextDeath();
      await client.send(message(20, COMMAND.DIE));
      await death;
    }
    await workers.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("sleeps without a deadline while nobody asks", async () => {
    const { port } = await startEcho({ mode: "batched" });
    await askUdp("127.0.0.1", port, message(20));
    // arm64 has ppoll instead, with a null pointer for no deadline.
    const [poll, noDeadline] = arch() === "x64" ? ["7", "0xffffffff"] : ["73", "0x0"];
    const [, , , deadline] = await systemCallOf("udp 0", poll);
    expect(deadline).toBe(noDeadline);
  });
});

/** A system call as soon as a thread of this process is in it: its number, then its arguments. */
async function systemCallOf(thread: string, wanted: string): Promise<readonly string[]> {
  const task = readdirSync("/proc/self/task").find(
    (id) => readFileSync(`/proc/self/task/${id}/comm`, "utf8").trim() === thread,
  );
  for (;;) {
    const call = readFileSync(`/proc/self/task/${task}/syscall`, "utf8").trim().split(" ");
    if (call[0] === wanted) return call;
    await setImmediate();
  }
}

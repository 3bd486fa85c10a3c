/** Each reload left a reaction at the promise of a UDP thread's end, which waits for as long as the thread lives. */

import { expect, onTestFinished, test, vi } from "vitest";
import { UdpWorker } from "../../src/transport/udp-worker.ts";
import { makeWorkerMemory } from "../../src/transport/worker-memory.ts";
import { snapshotNamed } from "../transport/echo-server.ts";
import { ECHO_PROGRAM } from "../transport/echo-worker.ts";

async function startWorker(): Promise<UdpWorker> {
  const worker = new UdpWorker(
    {
      number: 0,
      program: ECHO_PROGRAM,
      path: { kind: "portable", endpoints: [{ address: "127.0.0.1", port: 0 }], reusePort: false },
      memory: makeWorkerMemory(1),
      payloadSize: 4096,
      service: undefined,
      wake: () => {},
    },
    { snapshot: snapshotNamed(1) },
  );
  onTestFinished(() => {
    worker.stop();
    return worker.close();
  });
  await worker.started;
  return worker;
}

test("a hundred snapshots leave nothing behind that waits for the thread's end", async () => {
  const worker = await startWorker();
  const reactions = vi.spyOn(worker.ended, "then");
  for (let number = 2; number < 102; number++) await worker.take({ snapshot: snapshotNamed(number) });
  expect(worker.waiting).toBe(0);
  expect(reactions).not.toHaveBeenCalled();
});

test("the end of the thread frees all that wait for it to take a snapshot, and those that come later", async () => {
  const worker = await startWorker();
  worker.stop();
  const taken = [2, 3, 4].map((number) => worker.take({ snapshot: snapshotNamed(number) }));
  expect(worker.waiting).toBe(3);
  await Promise.all(taken);
  await worker.ended;
  await worker.take({ snapshot: snapshotNamed(5) });
  expect(worker.waiting).toBe(0);
});

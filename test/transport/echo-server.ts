/** Starts echo workers for a test and ends them with it. */

import { onTestFinished } from "vitest";
import { loadSocketCalls } from "../../src/transport/socket-calls.ts";
import {
  openUdpWorkers,
  type UdpWorkers,
  type UdpWorkersOptions,
  type WorkerDeath,
} from "../../src/transport/udp-workers.ts";
import { ECHO_PROGRAM } from "./echo-worker.ts";

/** The paths that this machine has. */
export const PATHS: readonly ("batched" | "portable")[] =
  (await loadSocketCalls()).kind === "loaded" ? ["batched", "portable"] : ["portable"];

export interface EchoServer {
  readonly workers: UdpWorkers;
  readonly port: number;
  readonly deaths: readonly WorkerDeath[];
  /** Resolves at the next death. */
  nextDeath(): Promise<WorkerDeath>;
}

export function snapshotNamed(number: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(8);
  new Uint8Array(buffer)[0] = number;
  return buffer;
}

/** Options for one echo worker on 127.0.0.1, with what a test wants otherwise. */
export function echoOptions(wanted: Partial<UdpWorkersOptions> = {}): UdpWorkersOptions {
  return {
    endpoints: [{ address: "127.0.0.1", port: 0 }],
    workers: 1,
    payloadSize: 4096,
    snapshot: snapshotNamed(1),
    program: ECHO_PROGRAM,
    now: () => performance.now(),
    onDeath: ({ error }) => {
      throw error;
    },
    onGivenUp: () => {},
    ...wanted,
  };
}

export async function startEcho(wanted: Partial<UdpWorkersOptions> = {}): Promise<EchoServer> {
  const deaths: WorkerDeath[] = [];
  const waiting: ((death: WorkerDeath) => void)[] = [];
  const onDeath = (death: WorkerDeath): void => {
    deaths.push(death);
    waiting.shift()?.(death);
  };
  const outcome = await openUdpWorkers(echoOptions({ onDeath, ...wanted }));
  if (outcome.kind === "faults") throw new Error(JSON.stringify(outcome.faults));
  const { workers } = outcome;
  onTestFinished(() => workers.close());
  return {
    workers,
    port: workers.endpoints[0]?.port ?? 0,
    deaths,
    nextDeath: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

/** A message of so many octets: sevens after the first. */
export function message(length: number, first = 1): Uint8Array {
  return new Uint8Array(length).fill(7).fill(first, 0, 1);
}

/** A thread that asks an echo server, one query after the other, and counts the answers in shared memory. */

import { createSocket } from "node:dgram";
import { parentPort, workerData } from "node:worker_threads";

/** `done[0]` counts answers; a `done[1]` other than 0 ends the thread. */
const { port, done }: { port: number; done: Int32Array } = workerData;

const socket = createSocket("udp4");
const ask = () => socket.send(new Uint8Array(20), port, "127.0.0.1");
socket.on("message", () => {
  if (Atomics.add(done, 0, 1) === 0) parentPort?.postMessage("asking");
  if (Atomics.load(done, 1) === 0) ask();
  else socket.close();
});
ask();

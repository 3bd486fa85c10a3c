/** A thread that asks an echo server, some queries at a time, and counts in shared memory what came of them. */

import { createSocket } from "node:dgram";
import { parentPort, workerData } from "node:worker_threads";

/** Words of the shared memory: answers, an order to stop, questions, and questions whose answer never came. */
export const ASKER = { ANSWERED: 0, STOP: 1, SENT: 2, LOST: 3, LENGTH: 4 } as const;

/** Questions that are on their way at a time. */
const AT_ONCE = 10;

/** Where a question's number stands, behind the octet that is a command to the server. */
const NUMBER = 4;

function askFor({ port, done }: { readonly port: number; readonly done: Int32Array }): void {
  const socket = createSocket("udp4");
  let next = 0; // one client's answers come in the order of its questions: a number that is skipped was lost
  const ask = (): void => {
    const question = Buffer.alloc(20);
    question.writeUInt32BE(Atomics.add(done, ASKER.SENT, 1), NUMBER);
    socket.send(question, port, "127.0.0.1");
  };
  socket.on("message", (answer) => {
    const number = answer.readUInt32BE(NUMBER);
    Atomics.add(done, ASKER.LOST, number - next);
    next = number + 1;
    if (Atomics.add(done, ASKER.ANSWERED, 1) === 0) parentPort?.postMessage("asking");
    if (Atomics.load(done, ASKER.STOP) === 0) ask();
    else if (next === Atomics.load(done, ASKER.SENT)) socket.close();
  });
  for (let n = 0; n < AT_ONCE; n++) ask();
}

if (parentPort !== null && workerData !== null && "done" in workerData) askFor(workerData);

/** A UDP worker thread without DNS: what it does is said by a request's first octet. */

import { parentPort, workerData } from "node:worker_threads";
import { isThreadStart, runUdpThread, type UdpService } from "../../src/transport/udp-thread.ts";

/** First octets with a meaning; all other requests are given back as they came. */
export const COMMAND = {
  /** Silence. */
  IGNORE: 0xff,
  /** The responder throws. */
  DIE: 0xfe,
  /** The reply's second octet is the first of the snapshot. */
  NAME_SNAPSHOT: 0xfd,
  /** The responder never comes back. */
  HANG: 0xfc,
  /** The reply's octets behind the first are the client's address. */
  NAME_CLIENT: 0xfb,
  /** There would be a reply, but it is withheld. */
  WITHHOLD: 0xfa,
} as const;

export const ECHO_PROGRAM = new URL(import.meta.url);

function openEcho(first: SharedArrayBuffer): UdpService {
  let snapshot = new Uint8Array(first);
  return {
    now: () => 0,
    take: ({ snapshot: buffer }) => {
      snapshot = new Uint8Array(buffer);
    },
    respond: (request, offset, length, reply, replyOffset, client) => {
      const command = request[offset];
      if (command === COMMAND.IGNORE) return 0;
      if (command === COMMAND.WITHHOLD) return -1;
      if (command === COMMAND.DIE) throw new Error("told to die");
      while (command === COMMAND.HANG) reply[replyOffset] = 0;
      reply.set(request.subarray(offset, offset + length), replyOffset);
      if (command === COMMAND.NAME_SNAPSHOT) reply[replyOffset + 1] = snapshot[0] ?? 0;
      if (command === COMMAND.NAME_CLIENT)
        reply.set(client.octets.subarray(client.offset, client.offset + client.length), replyOffset + 1);
      return length;
    },
  };
}

if (parentPort !== null && isThreadStart(workerData))
  await runUdpThread(parentPort, workerData, ({ content }) => openEcho(content.snapshot));

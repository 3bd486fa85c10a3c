/** Standard output and standard error of the process: what cannot be written there is not passed over. */

import { writeSync } from "node:fs";
import { Socket } from "node:net";
import type { Output } from "./surroundings.ts";

/** Told why an output cannot be written. */
export type WriteFault = (error: NodeJS.ErrnoException) => void;

type Stream = NodeJS.WriteStream & { readonly fd: number };

/** An output of the process. What goes wrong is told, now or later; whoever writes goes on. */
export function outputTo(stream: Stream, onFault: WriteFault): Output {
  stream.on("error", onFault);
  const isTerminal = stream.isTTY === true;
  const kind: object = stream; // typed as a terminal whatever it is
  // Pipes and terminals are sockets to Node. To a file its stream writes once, and on a disk that gets
  // full nobody would hear of the octets that had no room any more.
  if (kind instanceof Socket) return { isTerminal, write: (text) => void stream.write(text) };
  return {
    isTerminal,
    write: (text) => {
      try {
        writeWhole(stream.fd, Buffer.from(text));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        onFault(error);
      }
    },
  };
}

function writeWhole(file: number, octets: Uint8Array): void {
  for (let written = 0; written < octets.length; ) written += writeSync(file, octets, written);
}

/** Why an output cannot be written, as the end of a message. */
export function writeFaultCause({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOSPC":
      return "the disk is full";
    case "EDQUOT":
      return "this user's share of the disk is full";
    case "EFBIG":
      return "a file may not be larger here";
    default:
      return message;
  }
}

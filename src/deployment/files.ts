/** How a deployment gets at its files. Who watches and hashes them is told by what is read here. */

import type { Result } from "../result.ts";

/** Gives the octets of a file and remembers that it took part in the load. A missing, unreadable or too large file is a problem. */
export interface FileSource {
  read(path: string): Result<Uint8Array>;
  /** Keeps other octets in place of a file's own, wherever the load is remembered: something in it must not be. */
  keepInstead?(path: string, octets: Uint8Array): void;
}

/** The path of a file that is named in another one: beside it, unless the path is absolute. */
export function pathBeside(path: string, named: string): string {
  const isAbsolute = /^(?:[/\\]|[A-Za-z]:[/\\])/.test(named);
  const directory = /^.*[/\\]/s.exec(path)?.[0] ?? "";
  return isAbsolute ? named : directory + named;
}

/** How a deployment gets at its files. Who watches and hashes them is told by what is read here. */

import type { Result } from "../result.ts";

/** Gives the octets of a file and remembers that it took part in the load. A missing, unreadable or too large file is a problem. */
export interface FileSource {
  read(path: string): Result<Uint8Array>;
  /** The value of an environment variable. */
  variable?(name: string): string | undefined;
}

/** The path of a file that is named in another one: beside it, unless the path is absolute. */
export function pathBeside(path: string, named: string): string {
  const isAbsolute = /^(?:[/\\]|[A-Za-z]:[/\\])/.test(named);
  const directory = /^.*[/\\]/s.exec(path)?.[0] ?? "";
  return isAbsolute ? named : directory + named;
}

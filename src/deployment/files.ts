/** How a deployment gets at its files. Who watches and hashes them is told by what is read here. */

import type { Result } from "../result.ts";

/** Gives the octets of a file and remembers that it took part in the load. A missing, unreadable or too large file is a problem. */
export interface FileSource {
  read(path: string): Result<Uint8Array>;
  /** Keeps other octets in place of a file's own, wherever the load is remembered: something in it must not be. */
  keepInstead?(path: string, octets: Uint8Array): void;
  /** The value of an environment variable. */
  variable?(name: string): string | undefined;
}

/** The path of a file that is named in another one: beside it, unless the path is absolute. */
export function pathBeside(path: string, named: string): string {
  return isAbsolute(named) ? named : withoutDots(directoryOf(path) + named);
}

export function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path);
}

/** The directory that a path names a file in, with the separator at its end; empty for the working directory. */
export function directoryOf(path: string): string {
  return /^.*[/\\]/s.exec(path)?.[0] ?? "";
}

/** Whether a path leads to a place in a directory, symbolic links aside. */
export function isWithin(directory: string, path: string): boolean {
  const [inner, outer] = [withoutDots(path), withoutDots(directory)];
  if (outer === "") return !isAbsolute(inner) && !/^\.\.(?:[/\\]|$)/.test(inner);
  return inner.startsWith(outer);
}

/** A path without "." in it, and without ".." but at its begin: `zones/../a.db` is `a.db`. */
function withoutDots(path: string): string {
  const steps: string[] = [];
  for (const step of path.split(/(?<=[/\\])/)) {
    const name = step.replace(/[/\\]$/, "");
    const last = steps.at(-1)?.replace(/[/\\]$/, "");
    if (name === ".") continue;
    if (name === ".." && last !== undefined && last !== "" && last !== ".." && !/^[A-Za-z]:$/.test(last))
      steps.pop();
    else steps.push(step);
  }
  return steps.join("");
}

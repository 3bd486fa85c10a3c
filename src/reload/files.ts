/** Files on disk: reads them within a limit and remembers the digest of each, to know when one changes. */

import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { FileSource } from "../deployment/files.ts";
import { failed, type Result, success } from "../result.ts";

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The digest of a file that cannot be read. */
export const ABSENT = "absent";

/** The files of one load. Each is read once, so that all parts of the load see the same octets. */
export class DiskFiles implements FileSource {
  readonly #maximumSize: number;
  readonly #results = new Map<string, Result<Uint8Array>>();
  readonly #digests = new Map<string, string>();

  readonly #environment: Environment;

  /** `maximumSize` is in octets, for each file. */
  constructor(maximumSize: number, environment: Environment = {}) {
    this.#maximumSize = maximumSize;
    this.#environment = environment;
  }

  /** The value of an environment variable. */
  readonly variable = (name: string): string | undefined => this.#environment[name];

  read(path: string): Result<Uint8Array> {
    const known = this.#results.get(path);
    if (known !== undefined) return known;
    const reading = readWithin(path, this.#maximumSize);
    const result = resultOf(reading, path, this.#maximumSize);
    this.#results.set(path, result);
    this.#digests.set(path, digestOf(reading));
    return result;
  }

  keepInstead(path: string, octets: Uint8Array): void {
    this.#results.set(path, success(octets));
  }

  /** What was read, until it is forgotten. */
  get contents(): ReadonlyMap<string, Uint8Array> {
    const contents = [...this.#results].flatMap(([path, result]) =>
      result.ok ? [[path, result.value] as const] : [],
    );
    return new Map(contents);
  }

  /** Lets go of the octets; the digests stay. */
  forgetContents(): void {
    this.#results.clear();
  }

  /** The digest of every file that was asked for, absent ones included. */
  get digests(): ReadonlyMap<string, string> {
    return this.#digests;
  }
}

/** Files as they were when they were read; environment variables as they are. */
export function heldFiles(
  contents: ReadonlyMap<string, Uint8Array>,
  variable: (name: string) => string | undefined,
): FileSource {
  return {
    variable,
    read: (path) => {
      const octets = contents.get(path);
      return octets === undefined
        ? failed(`Cannot read "${path}": it was no part of the last good load`)
        : success(octets);
    },
  };
}

/** A look at a file as it is now. */
export interface Look {
  readonly digest: string;
  /** Whether the last line has a line end: one that has none may be half of what is being written. */
  readonly endsInLine: boolean;
}

/** Hashes a file, unless it has more octets than allowed: those are never read. */
export function lookAt(path: string, maximumSize: number): Look {
  const reading = readWithin(path, maximumSize);
  return { digest: digestOf(reading), endsInLine: reading.kind !== "octets" || endsInLine(reading.octets) };
}

/** What came of reading a file, from one look at it: a digest must not be that of another version. */
type Reading =
  | { readonly kind: "octets"; readonly octets: Uint8Array }
  | { readonly kind: "too-large"; readonly status: BigIntStats }
  | { readonly kind: "unreadable"; readonly reason: string };

function readWithin(path: string, maximumSize: number): Reading {
  try {
    // A pipe is not even opened: opening would wait for its writer, or wake that up.
    const kind = statSync(path);
    if (kind.isDirectory()) return { kind: "unreadable", reason: "it is a directory" };
    if (!kind.isFile()) return { kind: "unreadable", reason: "it is no regular file" };
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return readOpenFile(file, maximumSize);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { kind: "unreadable", reason: reasonOf(error) };
  }
}

function readOpenFile(file: number, maximumSize: number): Reading {
  const status = fstatSync(file, { bigint: true });
  if (!status.isFile()) return { kind: "unreadable", reason: "it is no regular file" };
  if (status.size > maximumSize) return { kind: "too-large", status };
  let octets = Buffer.allocUnsafeSlow(Number(status.size) + 1); // one more than wanted, to see the end
  let length = 0;
  for (let read = -1; read !== 0; length += read) {
    if (length > maximumSize) return { kind: "too-large", status: fstatSync(file, { bigint: true }) };
    if (length === octets.length) octets = Buffer.concat([octets], 2 * length); // it grows while it is read
    read = readSync(file, octets, length, octets.length - length, null);
  }
  return { kind: "octets", octets: octets.subarray(0, length) };
}

function digestOf(reading: Reading): string {
  switch (reading.kind) {
    case "octets":
      return createHash("sha256").update(reading.octets).digest("base64");
    case "too-large":
      return digestOfTooLarge(reading.status);
    case "unreadable":
      return ABSENT;
    default:
      return reading satisfies never;
  }
}

/** Stands for the content of a file that is not read because of its size. */
export function digestOfTooLarge({ size, mtimeNs, ino }: BigIntStats): string {
  return `too-large:${size}:${mtimeNs}:${ino}`;
}

function resultOf(reading: Reading, path: string, maximumSize: number): Result<Uint8Array> {
  const place = { file: path };
  switch (reading.kind) {
    case "octets":
      return success(reading.octets);
    case "too-large": {
      const { size } = reading.status;
      const limit = `${maximumSize} are allowed (setting "limits.deploymentFileSize")`;
      return failed(`Cannot read "${path}": it has ${size} octets, ${limit}`, place);
    }
    case "unreadable":
      return failed(`Cannot read "${path}": ${reading.reason}`, place);
    default:
      return reading satisfies never;
  }
}

const LINE_FEED = 10;

/** UTF-16 with the little end first, as Windows shells write it, has a 0 behind the line feed. */
function endsInLine(octets: Uint8Array): boolean {
  const last = octets.at(-1);
  return last === LINE_FEED || (last === 0 && octets.at(-2) === LINE_FEED);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "a part of its path is no directory",
  EACCES: "this user may not read it",
  EPERM: "this user may not read it",
  ELOOP: "its symbolic links go in a circle",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return REASONS[code] ?? `the system says ${code}`;
}

/** Files on disk: reads them within a limit and remembers the digest of each, to know when one changes. */

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
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
    const result = readWithin(path, this.#maximumSize);
    this.#results.set(path, result);
    this.#digests.set(path, result.ok ? digestOf(result.value) : digestOfFile(path));
    return result;
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

/** The digest of a file as it is now. */
export function digestOfFile(path: string): string {
  try {
    return statSync(path).isFile() ? digestOf(readFileSync(path)) : ABSENT;
  } catch {
    return ABSENT;
  }
}

function digestOf(octets: Uint8Array): string {
  return createHash("sha256").update(octets).digest("base64");
}

function readWithin(path: string, maximumSize: number): Result<Uint8Array> {
  const place = { file: path };
  try {
    const status = statSync(path);
    if (!status.isFile()) return failed(`Cannot read "${path}": it is no regular file`, place);
    if (status.size > maximumSize) {
      return failed(`Cannot read "${path}": it has ${status.size} octets, ${maximumSize} are allowed`, place);
    }
    return success(readFileSync(path));
  } catch (error) {
    return failed(`Cannot read "${path}": ${reason(error)}`, place);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "a part of its path is no directory",
  EACCES: "this user may not read it",
  EPERM: "this user may not read it",
  ELOOP: "its symbolic links go in a circle",
};

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return REASONS[code] ?? `the system says ${code}`;
}

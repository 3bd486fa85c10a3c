/**
 * What must outlive the process, in a state directory: the serial and the digest of each zone, so that a
 * restart does not make secondaries transfer what has not changed (`serials.txt`, one zone a line), and the
 * files of the last good load, to be served when a restart meets a broken deployment (`last-good.json`).
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FileSource } from "../deployment/files.ts";
import { failed, success } from "../result.ts";
import { servedVersion } from "../zone/served.ts";
import type { Build } from "./build.ts";
import type { Fault } from "./fault.ts";
import { Versions, versionLine } from "./versions.ts";

/** Content of files by their paths. */
export type FileContents = ReadonlyMap<string, Uint8Array>;

/** Remembers from one process to the next. */
export interface Memory {
  /** What was served before this process. */
  readonly versions: () => Versions;
  /** The files of the last good load before this process. */
  readonly lastGood: () => FileSource | undefined;
  /** Keeps what is served now, and the versions of zones that are not served any more; files where they are others. */
  readonly keep: (build: Build, files: FileContents | undefined, former: Versions) => void;
}

/** Where no state directory is set: every process starts anew. */
export const NO_MEMORY: Memory = {
  versions: () => new Versions(),
  lastGood: () => undefined,
  keep: () => {},
};

const SERIALS = "serials.txt";
const LAST_GOOD = "last-good.json";

/**
 * The memory in a state directory, which is made where it is absent (its parent must be there). A directory
 * that cannot be written is told to `onFault`, once until it can be again, and served without.
 */
export function openMemory(directory: string, onFault: (fault: Fault) => void): Memory {
  const written = new Map<string, string>();
  let isFaulty = false;
  const write = (name: string, text: string) => {
    const digest = createHash("sha256").update(text).digest("base64"); // the text may be that of a million zones
    if (written.get(name) === digest) return;
    writeWhole(directory, name, text);
    written.set(name, digest);
  };
  return {
    versions: () => Versions.read(readText(join(directory, SERIALS)) ?? ""),
    lastGood: () => readFiles(join(directory, LAST_GOOD)),
    keep: (build, files, former) => {
      try {
        write(SERIALS, former.text + versionsText(build));
        if (files !== undefined) write(LAST_GOOD, filesText(files));
        isFaulty = false;
      } catch (error) {
        if (!isFaulty) onFault({ sentence: writeFault(directory, error) });
        isFaulty = true; // a full disk may have room again: the next load tries anew
      }
    },
  };
}

function writeFault(directory: string, error: unknown): string {
  const cause = error instanceof Error ? error.message : String(error);
  return `Cannot write to state directory "${directory}", serials start from Unix time after a restart: ${cause}`;
}

/** The new file is there whole or not at all, whenever the power fails. */
function writeWhole(directory: string, name: string, text: string): void {
  const path = join(directory, name);
  if (!existsSync(directory)) mkdirSync(directory); // not recursive: Node never comes back from that below /proc
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true }); // secrets of transfer keys may be among the files
  renameSync(`${path}.new`, path);
}

function versionsText(build: Build): string {
  let text = "";
  for (const { apexes } of build.derivation.groups) {
    for (const apex of apexes) {
      const version = servedVersion(build.compiled, apex);
      if (version) text += versionLine(apex, version);
    }
  }
  return text;
}

function filesText(files: FileContents): string {
  const contents = [...files].map(([path, octets]) => [path, Buffer.from(octets).toString("base64")]);
  return `${JSON.stringify(Object.fromEntries(contents))}\n`;
}

/** A file that was not written by us counts as none: the deployment's own problems are what matters then. */
function readFiles(path: string): FileSource | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const contents = new Map<string, unknown>(Object.entries(JSON.parse(text)));
    return {
      read: (wanted) => {
        const content = contents.get(wanted);
        if (typeof content !== "string")
          return failed(`Cannot read "${wanted}": it was no part of the last good load`);
        return success(Uint8Array.from(Buffer.from(content, "base64")));
      },
    };
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // the first start
  }
}

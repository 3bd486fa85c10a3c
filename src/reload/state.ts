/**
 * What must outlive the process: the serial and the digest of each zone, so that a restart does not make
 * secondaries transfer what has not changed. Kept in `serials.txt` of the state directory, one zone a line.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DomainName, parseDomainName } from "../dns/name.ts";
import type { ServedVersion } from "../zone/serial.ts";
import { servedVersion } from "../zone/served.ts";
import type { Build } from "./build.ts";

/** Remembers served versions from one process to the next. */
export interface VersionMemory {
  readonly versionOf: (apex: DomainName) => ServedVersion | undefined;
  readonly keep: (build: Build) => void;
}

/** Where no state directory is set: every process starts from Unix time. */
export const NO_MEMORY: VersionMemory = { versionOf: () => undefined, keep: () => {} };

/**
 * The memory in a state directory, which is made where it is absent. A directory that cannot be used is told
 * to `onFault`, once, and served without.
 */
export function openMemory(directory: string, onFault: (sentence: string) => void): VersionMemory {
  const path = join(directory, "serials.txt");
  const versions = readVersions(path);
  let isFaulty = false;
  let written = "";
  return {
    versionOf: (apex) => versions.get(apex.key),
    keep: (build) => {
      const text = versionsText(build);
      if (text === written || isFaulty) return;
      try {
        mkdirSync(directory, { recursive: true });
        writeFileSync(`${path}.new`, text);
        renameSync(`${path}.new`, path); // whole or not at all
        written = text;
      } catch (error) {
        isFaulty = true;
        const cause = error instanceof Error ? error.message : String(error);
        onFault(
          `Cannot remember serials in "${directory}", they start from Unix time after a restart: ${cause}`,
        );
      }
    },
  };
}

function readVersions(path: string): Map<string, ServedVersion> {
  const versions = new Map<string, ServedVersion>();
  for (const line of readText(path).split("\n")) {
    const [apex, serial, digest] = line.split(" ");
    if (apex === undefined || serial === undefined || digest === undefined) continue;
    const name = parseDomainName(apex);
    if (name.ok) versions.set(name.value.key, { serial: Number(serial), digest });
  }
  return versions;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // the first start
  }
}

/** Presentation form has no white space in it, so fields are apart. */
function versionsText(build: Build): string {
  let text = "";
  for (const { apexes } of build.derivation.groups) {
    for (const apex of apexes) {
      const version = servedVersion(build.compiled, apex);
      if (version) text += `${apex} ${version.serial} ${version.digest}\n`;
    }
  }
  return text;
}

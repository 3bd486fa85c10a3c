/** What every command does first: settings from flags, environment and file, or exit code 2 with the reasons. */

import { closeSync, openSync, readSync } from "node:fs";
import type { Problem } from "../result.ts";
import { loadSettings, type Settings, type SettingsFlags } from "../settings/settings.ts";
import type { FileContent, ReadFile } from "../settings/settings-file.ts";
import { renderProblems } from "./problems.ts";
import { isColoured, type Output, type Surroundings } from "./surroundings.ts";

/** The options that all commands share, as commander gives them. */
export interface CommonOptions extends SettingsFlags {
  readonly settings?: string | undefined;
  readonly set?: readonly string[] | undefined;
  /** Problems as JSON. */
  readonly json?: boolean | undefined;
}

/** The settings of this call; undefined after saying on standard error what is wrong with them. */
export function settingsOf(options: CommonOptions, surroundings: Surroundings): Settings | undefined {
  const result = loadSettings({
    flags: options,
    set: options.set ?? [],
    environment: surroundings.environment,
    settingsFile: options.settings,
    readFile: surroundings.readFile,
  });
  if (result.ok) return result.value;
  report(result.problems, options, surroundings.stderr, surroundings);
  return undefined;
}

/** Writes problems to an output in the style that the reader wants. */
export function report(
  problems: readonly Problem[],
  { json }: CommonOptions,
  output: Output,
  { environment }: Surroundings,
): void {
  const text = renderProblems(problems, { json, colour: isColoured(output, environment) });
  if (text !== "") output.write(text);
}

/** What is worth saying outside of `check`: notes are for those who ask for everything. */
export function withoutNotes(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ severity }) => severity !== "note");
}

/** Reads a file of the disk; never more than one octet above the size allowed, whatever the file is. */
export const readFileFromDisk: ReadFile = (path, maximumSize) => {
  try {
    return { kind: "content", bytes: readUpTo(path, maximumSize + 1) };
  } catch (fault) {
    return contentFault(fault);
  }
};

function readUpTo(path: string, size: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(size);
    let length = 0;
    for (let read = -1; read !== 0 && length < size; length += read) {
      read = readSync(file, bytes, length, size - length, null);
    }
    return bytes.slice(0, length);
  } finally {
    closeSync(file);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a directory",
  ENOTDIR: "part of its path is no directory",
  ELOOP: "its symbolic links go round in a circle",
};

function contentFault(fault: unknown): FileContent {
  const code = fault instanceof Error && "code" in fault ? String(fault.code) : "";
  if (code === "ENOENT") return { kind: "absent" };
  const reason = REASONS[code] ?? (fault instanceof Error ? fault.message : String(fault));
  return { kind: "unreadable", reason };
}

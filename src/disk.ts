/** Files of the disk, read at once: those of the settings, and what they name. */

import { closeSync, openSync, readSync } from "node:fs";
import type { FileContent, ReadFile } from "./settings/settings-file.ts";

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

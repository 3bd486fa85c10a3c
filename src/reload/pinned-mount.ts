/** Finds files that are mounted by themselves: their inode is pinned, and a replaced file is never seen. */

import { readFileSync, realpathSync } from "node:fs";

/** The mount points of this process (proc(5), "/proc/pid/mountinfo"); none where the system has no such list. */
export function readMountPoints(): ReadonlySet<string> {
  try {
    return mountPoints(readFileSync("/proc/self/mountinfo", "utf8"));
  } catch {
    return new Set();
  }
}

/** The fifth field of each line, its octal escapes resolved. */
export function mountPoints(mountinfo: string): ReadonlySet<string> {
  const points = mountinfo.split("\n").flatMap((line) => line.split(" ")[4] ?? []);
  return new Set(
    points.map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    ),
  );
}

/** What to tell an operator whose file is mounted by itself, or undefined where it is not. */
export function pinnedMountWarning(
  path: string,
  points: ReadonlySet<string> = readMountPoints(),
): string | undefined {
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    return undefined;
  }
  if (!points.has(real)) return undefined;
  return `"${path}" is mounted as a single file: an editor that replaces it changes another file than the one seen here; mount its directory instead`;
}

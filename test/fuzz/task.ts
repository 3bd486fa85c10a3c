/** What the main thread and the one that fuzzes say to each other. */

import type { Finding, Progress } from "./fuzzer.ts";
import type { TargetName } from "./target.ts";

export interface Task {
  readonly name: TargetName;
  readonly executions: number;
  readonly seed: number;
  /** Whether the corpus is to be written anew at the end. */
  readonly keeps: boolean;
  readonly shared: SharedArrayBuffer;
}

/** What the thread says. */
export type Report =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "finding"; readonly finding: Finding; readonly progress: Progress }
  | { readonly kind: "done"; readonly progress: Progress; readonly corpus: number | undefined };

/** The input that is being executed: how many there were, its length, its octets. */
export const SHARED = { BEAT: 0, LENGTH: 1, INPUT: 8, OCTETS: 1 << 16 } as const;

/** What a command may see and touch of the process it runs in, so that tests run commands without one. */

import type { Environment } from "../settings/environment.ts";
import type { ReadFile } from "../settings/settings-file.ts";

/** Standard output or standard error. */
export interface Output {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}

/** The signals that `serve` listens to. */
export type SignalName = "SIGTERM" | "SIGINT" | "SIGHUP";

export interface Surroundings {
  readonly environment: Environment;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly readFile: ReadFile;
  /** Calls back on each signal, for the rest of the process's life. */
  readonly onSignal: (name: SignalName, handle: () => void) => void;
  /** Ends the process here and now. */
  readonly exit: (code: number) => void;
}

/** Whether to colour an output: on a terminal, unless the reader has said NO_COLOR (https://no-color.org). */
export function isColoured(output: Output, environment: Environment): boolean {
  return output.isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb";
}

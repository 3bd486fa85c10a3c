/** When to stop serving: the first SIGTERM or SIGINT asks for it, the second one insists. */

import type { SignalName, Surroundings } from "./surroundings.ts";

const SIGNAL_NUMBER = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Milliseconds in which a second signal counts as an echo of the first: npm passes a Ctrl-C on to the
 * process that the terminal has given it to already.
 */
const ECHO = 300;

/** The name of the signal that asked to stop. From now on a second one ends the process at once. */
export function stopRequested(surroundings: Pick<Surroundings, "onSignal" | "exit">): Promise<SignalName> {
  return new Promise((resolve) => {
    let asked = false;
    let insists = false;
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      surroundings.onSignal(name, () => {
        if (insists) surroundings.exit(128 + SIGNAL_NUMBER[name]);
        if (!asked) setTimeout(() => (insists = true), ECHO).unref();
        asked = true;
        resolve(name);
      });
    }
  });
}

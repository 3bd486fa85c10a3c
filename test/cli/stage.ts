/** A process that is none: surroundings for commands, and everything that they did with them. */

import type { SignalName, Surroundings } from "../../src/cli/surroundings.ts";
import type { Environment } from "../../src/settings/environment.ts";

export class Stage {
  stdout = "";
  stderr = "";
  readonly exits: number[] = [];
  readonly #handlers = new Map<SignalName, (() => void)[]>();
  readonly surroundings: Surroundings;

  constructor({ environment = {}, isTerminal = false }: StageOptions = {}) {
    this.surroundings = {
      environment,
      stdout: {
        isTerminal,
        write: (text) => {
          this.stdout += text;
        },
      },
      stderr: {
        isTerminal,
        write: (text) => {
          this.stderr += text;
        },
      },
      readFile: () => ({ kind: "absent" }),
      onSignal: (name, handle) => void this.#handlers.set(name, [...this.#handled(name), handle]),
      exit: (code) => void this.exits.push(code),
    };
  }

  signal(name: SignalName): void {
    for (const handle of this.#handled(name)) handle();
  }

  #handled(name: SignalName): (() => void)[] {
    return this.#handlers.get(name) ?? [];
  }
}

export interface StageOptions {
  readonly environment?: Environment;
  readonly isTerminal?: boolean;
}

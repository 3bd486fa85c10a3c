/** Files that are followed while the server runs, beside those of the deployment: a certificate, a secret. */

import type { Log } from "./ops/log.ts";
import type { Result } from "./result.ts";

export interface FollowerOptions<T> {
  /** Milliseconds between two looks; 0 for none. */
  readonly interval: number;
  readonly log: Log;
  /** What holds in the beginning. */
  readonly inForce: T;
  readonly read: () => Result<T>;
  readonly isSame: (one: T, other: T) => boolean;
  readonly take: (value: T) => void;
  /** What happens while the files cannot be used, for the log. */
  readonly meanwhile: string;
}

/** Files that are followed, whatever is in them. */
export type Followed = Pick<Follower<unknown>, "look" | "close">;

/** Looks at files as often as at the deployment's, by their content, and never lets broken ones in. */
export class Follower<T> {
  readonly #options: FollowerOptions<T>;
  readonly #timer: NodeJS.Timeout | undefined;
  #inForce: T;
  /** What was wrong at the last look: said at the second one, for the first may be between two writes. */
  #fault: string | undefined;
  /** Faults that were said since the files were good last: each is said once. */
  readonly #said = new Set<string>();

  constructor(options: FollowerOptions<T>) {
    this.#options = options;
    this.#inForce = options.inForce;
    const { interval } = options;
    if (interval > 0) this.#timer = setInterval(() => this.#look(), interval).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
  }

  /** Looks now, for somebody who asks for it and wants to hear at once what is wrong. */
  look(): void {
    this.#look();
    this.#complain(this.#fault);
  }

  #look(): void {
    const { read, isSame, take } = this.#options;
    const found = read();
    if (!found.ok) {
      const fault = found.problems.map(({ message }) => message).join("; ");
      if (fault === this.#fault) this.#complain(fault);
      this.#fault = fault;
      return;
    }
    this.#fault = undefined;
    this.#said.clear();
    if (isSame(found.value, this.#inForce)) return;
    this.#inForce = found.value;
    take(found.value);
  }

  #complain(fault: string | undefined): void {
    if (fault === undefined || this.#said.has(fault)) return;
    this.#said.add(fault);
    this.#options.log.error({}, `${fault}; ${this.#options.meanwhile}`);
  }
}

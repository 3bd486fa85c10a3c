/** A network of our own: names, servers and a clock that tests hold in their hands. */

import { setImmediate as turn } from "node:timers/promises";
import type { HealthTarget } from "../../src/observe/health-checks.ts";
import type { Outcome } from "../../src/observe/health-state.ts";
import type { LookedUp } from "../../src/observe/host-names.ts";
import type { Network } from "../../src/observe/observer.ts";
import type { Timers } from "../../src/observe/timers.ts";

/** Timers that run when the test lets time pass. */
export class Clock implements Timers {
  /** Milliseconds since 1970. */
  time = 1_000_000;
  #timers: { readonly due: number; readonly run: () => void }[] = [];

  after(milliseconds: number, run: () => void): () => void {
    const timer = { due: this.time + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets seconds pass, timer by timer, and what follows from each. */
  async pass(seconds: number): Promise<void> {
    const end = this.time + 1_000 * seconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.time = next.due;
      this.#timers = this.#timers.filter((other) => other !== next);
      next.run();
      await turn();
    }
    this.time = end;
    await turn();
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.length;
  }

  #next(end: number) {
    return this.#timers.filter(({ due }) => due <= end).sort((one, other) => one.due - other.due)[0];
  }
}

/** Names and servers, changed by the test. */
export class Lab implements Network {
  readonly timers = new Clock();
  readonly names = new Map<string, readonly string[]>();
  /** Addresses where nobody answers. */
  readonly dead = new Set<string>();
  /** What was looked up and checked, in order. */
  readonly asked: string[] = [];

  readonly lookUp = async (host: string): Promise<LookedUp> => {
    this.asked.push(host);
    const addresses = this.names.get(host);
    return addresses === undefined ? { kind: "failed", fault: "no such name" } : { kind: "found", addresses };
  };

  readonly probe = async ({ address }: HealthTarget): Promise<Outcome> => {
    this.asked.push(address);
    return this.dead.has(address) ? { ok: false, reason: "the connection is refused" } : { ok: true };
  };
}

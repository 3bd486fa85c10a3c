/** Checks of Edge Servers: each address on its own turn, so many at once at most. */

import type { ObservedChange } from "./change.ts";
import { checked, type HealthState, type Outcome, type Thresholds, unchecked } from "./health-state.ts";
import type { Timers } from "./timers.ts";

/** One address that is checked. */
export interface HealthTarget extends Thresholds {
  /** FQDN of its Edge pool, without a final dot. */
  readonly pool: string;
  /** FQDN or host name of the Edge Server; undefined where it has none. */
  readonly server: string | undefined;
  readonly address: string;
  readonly port: number;
  /** The XMPP domain that a stream is opened to. */
  readonly domain: string;
  readonly check: "tcp" | "xmpp";
  /** Seconds between two checks, and those that one may take. */
  readonly interval: number;
  readonly timeout: number;
}

/** What is known of one address. It can be sent from thread to thread. */
export interface ServerHealth
  extends Pick<HealthTarget, "pool" | "server" | "address" | "port">,
    Pick<HealthState, "state" | "since" | "reason" | "changes"> {}

/** Opens a connection and looks whether somebody answers. Never rejects. */
export type Probe = (target: HealthTarget, signal: AbortSignal) => Promise<Outcome>;

/** Checks under way at once. */
const MOST_AT_ONCE = 16;

export interface HealthChecksOptions {
  readonly probe: Probe;
  readonly timers: Timers;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onChange: (change: ObservedChange) => void;
}

interface Watched {
  target: HealthTarget;
  state: HealthState;
  isGone: boolean;
  cancel: () => void;
}

export class HealthChecks {
  readonly #options: HealthChecksOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #due: Watched[] = [];
  readonly #closing = new AbortController();
  #underWay = 0;

  constructor(options: HealthChecksOptions) {
    this.#options = options;
  }

  /** Checks these from now on. What is known of those that stay is kept; the first checks are spread over an interval. */
  follow(targets: readonly HealthTarget[]): void {
    const keys = new Set(targets.map(keyOf));
    for (const [key, watched] of this.#watched) if (!keys.has(key)) this.#forget(key, watched);
    const begun: Watched[] = [];
    for (const target of targets) {
      const known = this.#watched.get(keyOf(target));
      if (known !== undefined) known.target = target;
      else begun.push(this.#add(target, unchecked(this.#options.now())));
    }
    for (const [index, watched] of begun.entries())
      this.#schedule(watched, (index / begun.length) * watched.target.interval);
  }

  isDown(pool: string, address: string, port: number): boolean {
    return this.#watched.get(keyOf({ pool, address, port }))?.state.state === "down";
  }

  /** All addresses that are checked, and what came of it. */
  get reading(): readonly ServerHealth[] {
    return Array.from(this.#watched.values(), ({ target, state }) => healthOf(target, state));
  }

  /** What a successor has to know. */
  get memory(): readonly (readonly [target: HealthTarget, state: HealthState])[] {
    return Array.from(this.#watched.values(), ({ target, state }) => [target, state]);
  }

  /** Goes on from what a predecessor knew. */
  remember(memory: HealthChecks["memory"]): void {
    for (const [target, state] of memory) this.#schedule(this.#add(target, state), target.interval);
  }

  close(): void {
    for (const [key, watched] of this.#watched) this.#forget(key, watched);
    this.#closing.abort();
  }

  #add(target: HealthTarget, state: HealthState): Watched {
    const watched = { target, state, isGone: false, cancel: () => {} };
    this.#watched.set(keyOf(target), watched);
    return watched;
  }

  #forget(key: string, watched: Watched): void {
    watched.cancel();
    watched.isGone = true;
    this.#watched.delete(key);
  }

  #schedule(watched: Watched, seconds: number): void {
    if (watched.isGone) return;
    watched.cancel = this.#options.timers.after(1_000 * seconds, () => {
      this.#due.push(watched);
      this.#checkDue();
    });
  }

  #checkDue(): void {
    while (this.#underWay < MOST_AT_ONCE) {
      const watched = this.#due.shift();
      if (watched === undefined) return;
      if (!watched.isGone) void this.#check(watched);
    }
  }

  async #check(watched: Watched): Promise<void> {
    this.#underWay++;
    const outcome = await this.#options.probe(watched.target, this.#closing.signal);
    this.#underWay--;
    this.#take(watched, outcome);
    this.#schedule(watched, watched.target.interval);
    this.#checkDue();
  }

  #take(watched: Watched, outcome: Outcome): void {
    if (watched.isGone) return;
    const { target, state: before } = watched;
    watched.state = checked(before, outcome, this.#options.now(), target);
    if (watched.state.state !== before.state) this.#options.onChange(this.#changeOf(watched, before));
  }

  #changeOf({ target, state }: Watched, before: HealthState): ObservedChange {
    const { pool, server = target.address, address, port } = target;
    const fields = { pool, server, address, port, state: state.state, reason: state.reason ?? "" };
    const name = `${serverText(target)}, port ${port}, of Edge pool "${pool}"`;
    if (before.state === "unknown" && state.state === "up")
      return { level: "debug", sentence: `${name} is up`, fields, mattersToAnswers: false };
    if (state.state === "up")
      return {
        level: "info",
        sentence: `${name} is up again, and back in the answers`,
        fields,
        mattersToAnswers: true,
      };
    const fate = this.#isLast(target)
      ? "it stays in the answers, as all of its address family in the pool are down"
      : "it leaves the answers";
    const sentence = `${name} is down: ${state.reason}; ${fate}`;
    return { level: "warn", sentence, fields, mattersToAnswers: true };
  }

  #isLast({ pool, address }: HealthTarget): boolean {
    const family = address.includes(":");
    return Array.from(this.#watched.values()).every(
      ({ target, state }) =>
        target.pool !== pool || target.address.includes(":") !== family || state.state === "down",
    );
  }
}

function healthOf({ pool, server, address, port }: HealthTarget, state: HealthState): ServerHealth {
  const { state: word, since, reason, changes } = state;
  return { pool, server, address, port, state: word, since, reason, changes };
}

function serverText({ server, address }: HealthTarget): string {
  return server === undefined ? `Edge Server ${address}` : `Edge Server "${server}" (${address})`;
}

function keyOf({ pool, address, port }: Pick<HealthTarget, "pool" | "address" | "port">): string {
  return `${pool} ${address} ${port}`;
}

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
  /** True for a virtual address of the pool's hardware load balancer, behind which any of its servers may answer. */
  readonly isVip?: boolean;
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
  extends Pick<HealthTarget, "pool" | "server" | "isVip" | "address" | "port">,
    Pick<HealthState, "state" | "since" | "reason" | "changes"> {}

/** Opens a connection and looks whether somebody answers. Never rejects. */
export type Probe = (target: HealthTarget, signal: AbortSignal) => Promise<Outcome>;

/** Checks under way at once. */
const MOST_AT_ONCE = 16;

/** Seconds within which all are checked for the first time, however long their interval: till then nobody knows how they are. */
const FIRST_CHECKS = 5;

/** Other addresses that a sentence names at most. */
const MOST_NAMED = 5;

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

  /** Checks these from now on. What is known of those that stay is kept; the first checks are spread over an interval, or some seconds of it. */
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
      this.#schedule(watched, (index / begun.length) * Math.min(watched.target.interval, FIRST_CHECKS));
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
    const answeredBefore = this.#answeredBeside(target);
    watched.state = checked(before, outcome, this.#options.now(), target);
    const { state, reason } = watched.state;
    if (state !== before.state)
      this.#options.onChange(changeOf(watched, before, answeredBefore, this.#answeredBeside(target)));
    else if (state === "unknown" && before.reason === undefined && reason !== undefined)
      this.#options.onChange(firstFailure(watched, reason));
  }

  /** The addresses of its family in the pool that are answered: those that are not down, or all where all are. */
  #answeredBeside({ pool, address }: HealthTarget): readonly string[] {
    const isIpv6 = address.includes(":");
    const family = Array.from(this.#watched.values()).filter(
      ({ target }) => target.pool === pool && target.address.includes(":") === isIpv6,
    );
    const up = family.filter(({ state }) => state.state !== "down");
    return (up.length > 0 ? up : family).map(({ target }) => target.address);
  }
}

/** What the log says of a server that went up or down, and of every address that its state brings into the answers or out of them. */
function changeOf(
  watched: Watched,
  before: HealthState,
  answeredBefore: readonly string[],
  answered: readonly string[],
): ObservedChange {
  const { target, state } = watched;
  const entered = answered.filter((address) => !answeredBefore.includes(address));
  const left = answeredBefore.filter((address) => !answered.includes(address));
  const name = nameOf(target);
  const fields = {
    ...fieldsOf(watched),
    ...(entered.length > 0 && { entered: entered.join(", ") }),
    ...(left.length > 0 && { left: left.join(", ") }),
  };
  const common = { fields, mattersToAnswers: entered.length + left.length > 0 };
  if (before.state === "unknown" && state.state === "up")
    return { ...common, level: "debug", sentence: `${name} is up` };
  if (state.state === "up") {
    const fate = entered.includes(target.address) ? "back in the answers" : stayedOf(left);
    return { ...common, level: "info", sentence: `${name} is up again, and ${fate}` };
  }
  const fate = left.includes(target.address) ? "it leaves the answers" : lastOf(entered);
  return { ...common, level: "warn", sentence: `${name} is down: ${state.reason}; ${fate}` };
}

/** While all were down all were answered; now that one is up the others are not. */
function stayedOf(left: readonly string[]): string {
  return left.length === 0
    ? "stays in the answers"
    : `stays in the answers; ${listed(left)}, still down, ${left.length === 1 ? "leaves" : "leave"} them`;
}

/** Answers are never emptied: with the last one down, those that were down before are answered again. */
function lastOf(entered: readonly string[]): string {
  const fate = "it stays in the answers, as all of its address family in the pool are down";
  if (entered.length === 0) return fate;
  return `${fate}; ${listed(entered)}, down too, ${entered.length === 1 ? "is" : "are"} back in them`;
}

function listed(addresses: readonly string[]): string {
  const more = addresses.length - MOST_NAMED;
  const named = addresses.slice(0, MOST_NAMED).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}

/** One failure decides nothing, but whoever asks meanwhile shall not hear that nobody has looked. */
function firstFailure(watched: Watched, reason: string): ObservedChange {
  const sentence = `${nameOf(watched.target)} did not pass its first check: ${reason}`;
  return { level: "debug", sentence, fields: fieldsOf(watched), mattersToAnswers: false };
}

function fieldsOf({ target, state: { state, reason } }: Watched): ObservedChange["fields"] {
  const { pool, server = target.address, address, port } = target;
  return { pool, server, address, port, state, ...(reason !== undefined && { reason }) };
}

function healthOf({ pool, server, isVip, address, port }: HealthTarget, state: HealthState): ServerHealth {
  const { state: word, since, reason, changes } = state;
  return {
    pool,
    server,
    ...(isVip === true && { isVip }),
    address,
    port,
    state: word,
    since,
    reason,
    changes,
  };
}

function nameOf({ server, isVip, address, port, pool }: HealthTarget): string {
  const ofServer = server === undefined ? `Edge Server ${address}` : `Edge Server "${server}" (${address})`;
  const name = isVip === true ? `Load balancer's VIP ${address}` : ofServer;
  return `${name}, port ${port}, of Edge pool "${pool}"`;
}

function keyOf({ pool, address, port }: Pick<HealthTarget, "pool" | "address" | "port">): string {
  return `${pool} ${address} ${port}`;
}

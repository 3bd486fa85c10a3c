/** Everything that is looked at beside files: names of hosts, and whether servers answer. Off, it does nothing. */

import type { HostObservation, Observations } from "../deployment/observations.ts";
import type { ObservedChange } from "./change.ts";
import { HealthChecks, type HealthTarget, type Probe, type ServerHealth } from "./health-checks.ts";
import { HostNames, type LookUp } from "./host-names.ts";
import { socketProbe } from "./probe.ts";
import { lookUpBySystem } from "./system-resolver.ts";
import { SYSTEM_TIMERS, type Timers } from "./timers.ts";

/** What a deployment wants looked at. */
export interface Watched {
  /** Host names with the addresses of theirs that are published. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  readonly targets: readonly HealthTarget[];
}

/** What a successor has to know. It can be sent from thread to thread. */
export interface ObserverMemory {
  readonly hosts: HostNames["memory"];
  readonly health: HealthChecks["memory"];
}

/** The network, as far as an observer needs it. */
export interface Network {
  readonly lookUp: LookUp;
  readonly probe: Probe;
  readonly timers: Timers;
}

export const SYSTEM_NETWORK: Network = {
  lookUp: lookUpBySystem,
  probe: socketProbe(SYSTEM_TIMERS),
  timers: SYSTEM_TIMERS,
};

/** Milliseconds that a load waits for the names of hosts; those that come later make another load. */
const LONGEST_WAIT = 2_000;

export class Observer implements Observations {
  readonly #hosts: HostNames;
  readonly #health: HealthChecks;
  readonly #timers: Timers;

  constructor(
    { lookUp, probe, timers }: Network,
    now: () => number,
    onChange: (change: ObservedChange) => void,
  ) {
    this.#timers = timers;
    this.#hosts = new HostNames({ lookUp, timers, onChange });
    this.#health = new HealthChecks({ probe, timers, now, onChange });
  }

  hostNamed(host: string): HostObservation | undefined {
    return this.#hosts.hostNamed(host);
  }

  isDown(pool: string, address: string, port: number): boolean {
    return this.#health.isDown(pool, address, port);
  }

  get health(): readonly ServerHealth[] {
    return this.#health.reading;
  }

  /** Looks names up, and waits for them, but not for long. Whether anything is known now that was not before. */
  async lookAt(hosts: readonly string[]): Promise<boolean> {
    const known = () => JSON.stringify(hosts.map((host) => this.#hosts.hostNamed(host)));
    const before = known();
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#timers.after(LONGEST_WAIT, resolve);
    await Promise.race([this.#hosts.lookAt(hosts), promise]);
    cancel();
    return known() !== before;
  }

  /** Goes on looking at this, and at nothing else. */
  follow({ hosts, targets }: Watched): void {
    this.#hosts.follow(hosts);
    this.#health.follow(targets);
  }

  get memory(): ObserverMemory {
    return { hosts: this.#hosts.memory, health: this.#health.memory };
  }

  remember({ hosts, health }: ObserverMemory): void {
    this.#hosts.remember(hosts);
    this.#health.remember(health);
  }

  close(): void {
    this.#hosts.close();
    this.#health.close();
  }
}

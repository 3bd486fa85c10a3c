/** Host names of Edge Servers: looked up again and again; a look-up that fails takes nothing away. */

import type { HostObservation } from "../deployment/observations.ts";
import type { ObservedChange } from "./change.ts";
import type { Timers } from "./timers.ts";

/** What the resolver says of a name; a fault as the second half of a sentence. */
export type LookedUp =
  | { readonly kind: "found"; readonly addresses: readonly string[] }
  | { readonly kind: "failed"; readonly fault: string };

export type LookUp = (host: string) => Promise<LookedUp>;

/** Milliseconds between two look-ups of a name. */
const INTERVAL = 10_000;

export interface HostNamesOptions {
  /** Never rejects. */
  readonly lookUp: LookUp;
  readonly timers: Timers;
  readonly onChange: (change: ObservedChange) => void;
}

export class HostNames {
  readonly #options: HostNamesOptions;
  readonly #known = new Map<string, HostObservation>();
  readonly #underWay = new Map<string, Promise<void>>();
  #followed: ReadonlySet<string> = new Set();
  #stop: () => void = () => {};

  constructor(options: HostNamesOptions) {
    this.#options = options;
  }

  hostNamed(host: string): HostObservation | undefined {
    return this.#known.get(host);
  }

  /** Looks up these names from now on, and forgets others. With each come the addresses that are published. */
  follow(hosts: ReadonlyMap<string, readonly string[]>): void {
    for (const host of this.#known.keys()) if (!hosts.has(host)) this.#known.delete(host);
    for (const [host, lastGood] of hosts) {
      const known = this.#known.get(host);
      if (known !== undefined && lastGood.length > 0) this.#known.set(host, { ...known, lastGood });
    }
    const isIdle = this.#followed.size === 0;
    this.#followed = new Set(hosts.keys());
    if (hosts.size === 0) this.#stop();
    else if (isIdle) this.#sleep(); // else the timer runs: loads one after another must not put it off
    void this.lookAt([...hosts.keys()].filter((host) => !this.#known.has(host)));
  }

  /** Looks these names up now; one that is being looked up is not asked for twice. */
  async lookAt(hosts: Iterable<string>): Promise<void> {
    await Promise.all(Array.from(hosts, (host) => this.#underWay.get(host) ?? this.#begin(host)));
  }

  close(): void {
    this.#followed = new Set();
    this.#stop();
  }

  /** What a successor has to know. */
  get memory(): readonly (readonly [host: string, seen: HostObservation])[] {
    return [...this.#known];
  }

  remember(memory: HostNames["memory"]): void {
    for (const [host, seen] of memory) this.#known.set(host, seen);
  }

  #sleep(): void {
    this.#stop = this.#options.timers.after(INTERVAL, () => {
      void this.lookAt(this.#followed);
      this.#sleep();
    });
  }

  #begin(host: string): Promise<void> {
    const look = this.#options.lookUp(host).then((found) => {
      this.#underWay.delete(host);
      this.#take(host, found);
    });
    this.#underWay.set(host, look);
    return look;
  }

  #take(host: string, found: LookedUp): void {
    const before = this.#known.get(host);
    const now = observationOf(found, before);
    this.#known.set(host, now);
    if (!this.#followed.has(host)) return; // the load that waits for it says what is to be said
    const change = changeOf(host, before ?? NEVER_SEEN, now);
    if (change !== undefined) this.#options.onChange(change);
  }
}

const NEVER_SEEN: HostObservation = { addresses: [], lastGood: [], fault: undefined };

/** Sorted, as resolvers turn the order of their answers; a fault leaves the addresses as they were. */
function observationOf(found: LookedUp, before: HostObservation | undefined): HostObservation {
  const { addresses = [], lastGood = [] } = before ?? {};
  if (found.kind === "failed") return { addresses, lastGood, fault: found.fault };
  return { addresses: [...new Set(found.addresses)].sort(), lastGood, fault: undefined };
}

function changeOf(host: string, before: HostObservation, now: HostObservation): ObservedChange | undefined {
  const [old, found] = [before.addresses.join(", "), now.addresses.join(", ")];
  const common = {
    about: "host",
    fields: { host, addresses: found },
    mattersToAnswers: old !== found,
  } as const;
  const name = `Host "${host}"`;
  if (old !== found)
    return {
      ...common,
      level: "info",
      sentence: `${name} resolves to ${found}${old === "" ? "" : `, before to ${old}`}`,
    };
  if (now.fault !== undefined && before.fault === undefined) {
    const fate = found === "" ? "it has no addresses yet" : `its last addresses stay: ${found}`;
    return { ...common, level: "warn", sentence: `${name} does not resolve (${now.fault}); ${fate}` };
  }
  if (now.fault === undefined && before.fault !== undefined)
    return { ...common, level: "info", sentence: `${name} resolves again, to the same addresses: ${found}` };
  return undefined;
}

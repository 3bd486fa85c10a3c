/** The faults that there are: those of the deployment, and those that a test has put in while the server runs. */

import { faultWords } from "./faults/fault-words.ts";
import { type ActiveFault, activate, end, type LabFault, TALLY } from "./faults/lab-fault.ts";
import { failed, type Result, success } from "./result.ts";

/** A fault and what it has done so far. */
export interface FaultState extends FaultCounts {
  /** What it does and whom it strikes, in the words of a deployment. */
  readonly [word: string]: unknown;
  readonly id: string;
  readonly source: "deployment" | "test";
  /** It has struck as many queries as its "count" says: it is in force no more. */
  readonly usedUp: boolean;
}

/** What a fault has done so far. */
export interface FaultCounts {
  /** Queries that it could have struck. */
  readonly met: number;
  /** Queries that it struck. */
  readonly struck: number;
  /** Delayed answers that were dropped because too many waited. */
  readonly dropped: number;
}

/** An id that is spoken for until its fault is in force, or turns out to be none. */
export interface ReservedId {
  readonly id: string;
}

export class LabFaults {
  #deployed: readonly ActiveFault[] = [];
  readonly #put = new Map<string, ActiveFault>();
  readonly #reserved = new Set<ReservedId>();

  /** Those of the deployment first, in its order: what several do to one reply is done one after the other. */
  get active(): readonly ActiveFault[] {
    return [...this.#deployed, ...this.#put.values()];
  }

  get states(): readonly FaultState[] {
    const stateOf = (source: FaultState["source"], active: ActiveFault): FaultState => ({
      id: active.fault.id,
      source,
      ...faultWords(active.fault),
      ...countsOf(active),
      usedUp: isUsedUp(active),
    });
    return [
      ...this.#deployed.map((active) => stateOf("deployment", active)),
      ...[...this.#put.values()].map((active) => stateOf("test", active)),
    ];
  }

  /** Those that may strike again. */
  get inForce(): readonly FaultState[] {
    return this.states.filter(({ usedUp }) => !usedUp);
  }

  /** Takes what the deployment says now; one that it said before goes on counting. True where anything changed. */
  deploy(faults: readonly LabFault[]): boolean {
    const before = new Map(this.#deployed.map((active) => [JSON.stringify(active.fault), active]));
    const now = faults.map((fault) => before.get(JSON.stringify(fault)) ?? activate(fault));
    for (const active of this.#deployed) if (!now.includes(active)) end(active);
    const isSame =
      now.length === this.#deployed.length && now.every((active, at) => active === this.#deployed[at]);
    this.#deployed = now;
    return !isSame;
  }

  /** Speaks for the id that is wanted, or for `fault-<number>` with the first number that is free. */
  reserve(wanted: string | undefined): ReservedId {
    const reserved = { id: wanted ?? this.#freeId() };
    this.#reserved.add(reserved);
    return reserved;
  }

  release(reserved: ReservedId): void {
    this.#reserved.delete(reserved);
  }

  /** Puts a fault in; one with its id that was put in before goes. Not where one of the deployment has this id. */
  put(fault: LabFault): Result<ActiveFault> {
    if (this.#deployed.some((active) => active.fault.id === fault.id)) return failed(takenId(fault.id));
    const before = this.#put.get(fault.id);
    if (before !== undefined) end(before);
    const active = activate(fault);
    this.#put.set(fault.id, active);
    return success(active);
  }

  /** Takes out the fault that was put in under an id, this one alone where one is given; false where it is not there. */
  remove(id: string, only?: ActiveFault): boolean {
    const active = this.#put.get(id);
    if (active === undefined || (only !== undefined && active !== only)) return false;
    end(active);
    return this.#put.delete(id);
  }

  #freeId(): string {
    const taken = new Set([...this.states, ...this.#reserved].map(({ id }) => id));
    let number = 1;
    while (taken.has(`fault-${number}`)) number++;
    return `fault-${number}`;
  }
}

function takenId(id: string): string {
  return `Cannot put in fault ${JSON.stringify(id)}: a fault of the deployment has this id; choose another, or change "lab.faults"`;
}

function isUsedUp({ fault, tally }: ActiveFault): boolean {
  return fault.count !== undefined && Atomics.load(tally, TALLY.STRUCK) >= fault.count;
}

/** What a fault has done so far, also after its end. */
export function countsOf({ tally }: ActiveFault): FaultCounts {
  return {
    met: Atomics.load(tally, TALLY.MET),
    struck: Atomics.load(tally, TALLY.STRUCK),
    dropped: Atomics.load(tally, TALLY.DROPPED),
  };
}

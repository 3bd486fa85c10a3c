/** The faults in force: those of the deployment, and those that a test has put in while the server runs. */

import { type ActiveFault, activate, type LabFault, TALLY } from "./faults/lab-fault.ts";

/** A fault and what it has done so far. */
export interface FaultState {
  readonly id: string;
  readonly source: "deployment" | "test";
  /** Queries that it could have struck. */
  readonly met: number;
  /** Queries that it struck. */
  readonly struck: number;
}

export class LabFaults {
  #deployed: readonly ActiveFault[] = [];
  readonly #put = new Map<string, ActiveFault>();

  /** Those of the deployment first, in its order: what several do to one reply is done one after the other. */
  get active(): readonly ActiveFault[] {
    return [...this.#deployed, ...this.#put.values()];
  }

  get states(): readonly FaultState[] {
    const stateOf = (source: FaultState["source"], { fault, tally }: ActiveFault): FaultState => ({
      id: fault.id,
      source,
      met: Atomics.load(tally, TALLY.MET),
      struck: Atomics.load(tally, TALLY.STRUCK),
    });
    return [
      ...this.#deployed.map((active) => stateOf("deployment", active)),
      ...[...this.#put.values()].map((active) => stateOf("test", active)),
    ];
  }

  /** Takes what the deployment says now; one that it said before goes on counting. True where anything changed. */
  deploy(faults: readonly LabFault[]): boolean {
    const before = new Map(this.#deployed.map((active) => [JSON.stringify(active.fault), active]));
    const now = faults.map((fault) => before.get(JSON.stringify(fault)) ?? activate(fault));
    const isSame =
      now.length === this.#deployed.length && now.every((active, at) => active === this.#deployed[at]);
    this.#deployed = now;
    return !isSame;
  }

  /** Puts a fault in; one with its id that was put in before goes. */
  put(fault: LabFault): void {
    this.#put.set(fault.id, activate(fault));
  }

  /** Takes out a fault that was put in; false where there is none. */
  remove(id: string): boolean {
    return this.#put.delete(id);
  }
}

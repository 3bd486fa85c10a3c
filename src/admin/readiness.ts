/** Ready or not: whether queries are answered, by everybody who should, and what is not as it should be. */

import { faultRemarks, networkRemarks } from "./remarks.ts";
import type { AdminSources } from "./sources.ts";

export interface Readiness {
  readonly isReady: boolean;
  /** Why not. */
  readonly reasons: readonly string[];
  /** What an operator should know though it is ready. */
  readonly remarks: readonly string[];
}

/** Deaths of threads within a minute that are more than bad luck. */
const MOST_DEATHS = 3;

/** Milliseconds that a finding holds: however often somebody asks, the server asks itself no more than that. */
const KEPT = 1_000;

/** Asks the server itself, and judges. */
export class ReadinessCheck {
  readonly #sources: AdminSources;
  #last: { readonly time: number; readonly finding: Promise<readonly string[]> } | undefined;

  constructor(sources: AdminSources) {
    this.#sources = sources;
  }

  async check(): Promise<Readiness> {
    const silent = await this.#probe();
    const { zones, workers, isCurrent } = this.#sources.state();
    const reasons = [
      zones === 0 && "no zone is served",
      workers.deaths >= MOST_DEATHS && `${workers.deaths} UDP threads died within a minute`,
      workers.answering < workers.wanted &&
        `${workers.wanted - workers.answering} of ${workers.wanted} UDP threads do not answer`,
      ...silent,
    ].filter((reason) => typeof reason === "string");
    const { hostNames, edgeHealth, labFaults } = this.#sources;
    const remarks = [
      ...(isCurrent ? [] : ["the deployment on disk is broken; the last good version is served"]),
      ...faultRemarks(labFaults()),
      ...networkRemarks(hostNames(), edgeHealth()),
    ];
    return { isReady: reasons.length === 0, reasons, remarks };
  }

  #probe(): Promise<readonly string[]> {
    const now = this.#sources.now();
    if (this.#last === undefined || Math.abs(now - this.#last.time) >= KEPT) {
      this.#last = { time: now, finding: this.#sources.probe() };
    }
    return this.#last.finding;
  }
}

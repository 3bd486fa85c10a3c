/** What the commands ask of the rooms behind them. main.ts puts the real ones in, tests their own. */

import type { Deployment } from "../deployment/model.ts";
import type { Log } from "../ops/log.ts";
import type { Derivation } from "../records/derive.ts";
import type { Problem, Result } from "../result.ts";
import type { Settings } from "../settings/settings.ts";
import type { Counters } from "../transport/counts.ts";
import type { Snapshot } from "../zone/snapshot.ts";

/** A deployment that is loaded, derived and compiled. */
export interface Built {
  readonly deployment: Deployment;
  readonly derivation: Derivation;
  readonly snapshot: Snapshot;
}

/** A server that runs. */
export interface Served {
  readonly endpoints: readonly { readonly address: string; readonly port: number }[];
  /** The version in force; its first SIP domain that is published, without a final dot. */
  readonly inForce: { readonly firstPublished: string | undefined };
  /** Resolves when threads die so fast that somebody has to hear of it. */
  readonly givenUp: Promise<void>;
  counters(): Counters;
  /** Loads again now. What is wrong goes to the log. */
  reload(): Promise<unknown>;
  close(): Promise<void>;
}

/** What comes of the wish for a status page; DNS is served either way. */
export type AdminStart =
  | { readonly kind: "open"; readonly url: string; readonly close: () => Promise<void> }
  | { readonly kind: "fault"; readonly sentence: string };

/** What comes of the wish to serve. */
export type Start =
  | {
      readonly kind: "serving";
      readonly server: Served;
      /** Opens the status page; none where the settings want none. */
      readonly openAdmin?: (() => Promise<AdminStart>) | undefined;
    }
  | { readonly kind: "bad-deployment"; readonly problems: readonly Problem[] }
  /** The thread that was to load it died. */
  | { readonly kind: "builder-died"; readonly problems: readonly Problem[] }
  | { readonly kind: "cannot-listen"; readonly problems: readonly Problem[] };

export interface Engine {
  readonly openServer: (options: { readonly settings: Settings; readonly log: Log }) => Promise<Start>;
  /** Load → derive → compile, by the same code that serves. */
  readonly build: (settings: Settings) => Promise<Result<Built>>;
}

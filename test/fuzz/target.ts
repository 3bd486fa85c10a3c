/** What is fuzzed, and what holds for each of its inputs. */

import type { Random } from "./random.ts";

export interface Target {
  readonly seeds: readonly Uint8Array[];
  /** Octets of the longest input that is tried. */
  readonly longest: number;
  /** Words that are at home in inputs, beside the constants of the sources. */
  readonly words: readonly Uint8Array[];
  /** Changes an input in one step, as somebody would who knows what inputs are made of. */
  readonly change: (input: Uint8Array, random: Random, words: readonly Uint8Array[]) => Uint8Array;
  /** Throws where something is not as it must be. */
  readonly execute: (input: Uint8Array) => void | Promise<void>;
}

/** The targets by name: the module that holds each, the rooms whose branches count, and how its inputs are kept. */
export const TARGETS = {
  query: {
    module: "./query-target.ts",
    rooms: ["responder", "zone/lookup", "zone/access"],
    extension: "hex",
    share: 0.5,
  },
  "master-file": {
    module: "./master-file-target.ts",
    rooms: ["dns", "zone", "deployment/zone-file", "deployment/record-addresses"],
    extension: "zone",
    share: 0.2,
  },
  tsig: {
    module: "./tsig-target.ts",
    rooms: ["tsig", "transfer", "responder"],
    extension: "hex",
    share: 0.3,
  },
} as const;

export type TargetName = keyof typeof TARGETS;

export const TARGET_NAMES: readonly TargetName[] = ["query", "master-file", "tsig"];

/** Loads a target and, with it, the sources that it is for. */
export async function loadTarget(name: TargetName): Promise<Target> {
  const loaded: { readonly target: Target } = await import(TARGETS[name].module);
  return loaded.target;
}

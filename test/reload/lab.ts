/** A deployment in a directory of its own, and a reloader on it whose outcomes can be awaited. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { Network } from "../../src/observe/observer.ts";
import type { Fault } from "../../src/reload/fault.ts";
import { type Opened, type Reloaded, Reloader, type ReloaderOptions } from "../../src/reload/reloader.ts";
import { type Memory, NO_MEMORY } from "../../src/reload/state.ts";
import type { Problem } from "../../src/result.ts";

/** A lab's deployment: one Edge Server at an address, and SIP domains. */
export function labText(address: string, ...sipDomains: readonly string[]): string {
  return `edgePools: [{ fqdn: edge.alpha.test, servers: ["${address}"] }]\nsipDomains: [${sipDomains.join(", ")}]\n`;
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export type Outcome =
  | { readonly kind: "reloaded"; readonly reloaded: Reloaded }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

export interface Lab {
  readonly path: string;
  readonly reloader: Reloader;
  /** What was said of the first load. */
  readonly remarks: readonly Problem[];
  write(text: string): void;
  /** The next outcome, whether it has come already or not. */
  next(): Promise<Outcome>;
  /** Outcomes that nobody has asked for. */
  readonly waiting: readonly Outcome[];
}

export interface LabOptions {
  readonly text?: string;
  readonly path?: string;
  readonly interval?: number;
  readonly now?: () => number;
  readonly memory?: Memory;
  readonly maximumFileSize?: number;
  readonly network?: Network;
  /** Told of each sentence about the network. */
  readonly onObserved?: (sentence: string) => void;
  /** No fault is expected unless somebody listens. */
  readonly onFault?: (fault: Fault) => void;
}

export function openLab(options: LabOptions = {}): Lab {
  const stage = stageOf(options);
  return labOn(stage, Reloader.open(stage.options));
}

/** One whose host names have been looked up first. */
export async function openLabInNetwork(options: LabOptions): Promise<Lab> {
  const stage = stageOf(options);
  return labOn(stage, await Reloader.openInNetwork(stage.options));
}

interface Stage {
  readonly path: string;
  readonly options: ReloaderOptions;
  readonly waiting: Outcome[];
  readonly askers: ((outcome: Outcome) => void)[];
}

function stageOf(options: LabOptions): Stage {
  const path = options.path ?? join(temporaryDirectory(), "deployment.yaml");
  if (options.text !== undefined) writeFileSync(path, options.text);
  const waiting: Outcome[] = [];
  const askers: ((outcome: Outcome) => void)[] = [];
  const tell = (outcome: Outcome) => {
    const asker = askers.shift();
    if (asker) asker(outcome);
    else waiting.push(outcome);
  };
  const reloaderOptions: ReloaderOptions = {
    source: { kind: "file", path },
    maximumFileSize: options.maximumFileSize ?? 10_000_000,
    interval: options.interval ?? 20,
    now: options.now ?? (() => 1_000_000),
    memory: options.memory ?? NO_MEMORY,
    onReload: (reloaded) => tell({ kind: "reloaded", reloaded }),
    onProblems: (problems) => tell({ kind: "problems", problems }),
    network: options.network,
    onObserved: (changes) => {
      for (const { sentence } of changes) options.onObserved?.(sentence);
    },
    onFault: options.onFault ?? (({ sentence }) => expect.unreachable(sentence)),
  };
  return { path, options: reloaderOptions, waiting, askers };
}

function labOn({ path, waiting, askers }: Stage, opened: Opened): Lab {
  if (opened.kind === "problems") throw new Error(opened.problems.map(({ message }) => message).join("\n"));
  const { reloader, remarks } = opened;
  onTestFinished(() => reloader.close());
  return {
    path,
    reloader,
    remarks,
    waiting,
    write: (text) => writeFileSync(path, text),
    next: () => {
      const outcome = waiting.shift();
      return outcome ? Promise.resolve(outcome) : new Promise((resolve) => askers.push(resolve));
    },
  };
}

/** The report's numbers and examples of a good reload. */
export async function nextReport(lab: Lab): Promise<Reloaded["report"]> {
  const outcome = await lab.next();
  if (outcome.kind === "problems") throw new Error(outcome.problems.map(({ message }) => message).join("\n"));
  return outcome.reloaded.report;
}

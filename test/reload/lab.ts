/** A deployment in a directory of its own, and a reloader on it whose outcomes can be awaited. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { Fault } from "../../src/reload/fault.ts";
import { type Reloaded, Reloader } from "../../src/reload/reloader.ts";
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
  /** No fault is expected unless somebody listens. */
  readonly onFault?: (fault: Fault) => void;
}

export function openLab(options: LabOptions = {}): Lab {
  const path = options.path ?? join(temporaryDirectory(), "deployment.yaml");
  if (options.text !== undefined) writeFileSync(path, options.text);
  const waiting: Outcome[] = [];
  const askers: ((outcome: Outcome) => void)[] = [];
  const tell = (outcome: Outcome) => {
    const asker = askers.shift();
    if (asker) asker(outcome);
    else waiting.push(outcome);
  };
  const opened = Reloader.open({
    source: { kind: "file", path },
    maximumFileSize: options.maximumFileSize ?? 10_000_000,
    interval: options.interval ?? 20,
    now: options.now ?? (() => 1_000_000),
    memory: options.memory ?? NO_MEMORY,
    onReload: (reloaded) => tell({ kind: "reloaded", reloaded }),
    onProblems: (problems) => tell({ kind: "problems", problems }),
    onFault: options.onFault ?? (({ sentence }) => expect.unreachable(sentence)),
  });
  if (opened.kind === "problems") throw new Error(opened.problems.map(({ message }) => message).join("\n"));
  const { reloader } = opened;
  onTestFinished(() => reloader.close());
  return {
    path,
    reloader,
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

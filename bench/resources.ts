/** What a benchmark opens is closed at its end, also after an error or Ctrl-C: last opened, first closed. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Close = () => Promise<void> | void;

export class Resources {
  readonly #closers: Close[] = [];

  add(close: Close): void {
    this.#closers.push(close);
  }

  /** A directory that goes away at the end. */
  temporaryDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-bench-"));
    this.add(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
  }

  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) await close();
  }
}

/** Runs a benchmark and closes what it has opened, whatever comes of it. */
export async function withResources(work: (resources: Resources) => Promise<void>): Promise<void> {
  const resources = new Resources();
  const stop = () => void resources.close().finally(() => process.exit(130));
  const fail = (fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.stack : String(fault)}\n`);
    void resources.close().finally(() => process.exit(1));
  };
  process.once("SIGINT", stop).once("SIGTERM", stop).once("uncaughtException", fail);
  try {
    await work(resources);
  } finally {
    await resources.close();
    process.off("SIGINT", stop).off("SIGTERM", stop).off("uncaughtException", fail);
  }
}

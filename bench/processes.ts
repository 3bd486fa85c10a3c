/** Processes that are measured: pinned to a core, with the CPU time and memory of all their threads and children. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** CPU time in microseconds. */
export interface CpuTime {
  readonly user: number;
  readonly system: number;
}

/** MiB of memory in RAM: now, and at the most so far. */
export interface Memory {
  readonly resident: number;
  readonly peak: number;
}

export interface StartOptions {
  /** The core that all threads run on; any where undefined. */
  readonly core?: number | undefined;
}

/** Milliseconds that a process may take to end before it is killed. */
const PATIENCE = 5_000;

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** A program that runs until it is stopped, and its children. */
export class MeasuredProcess {
  readonly #child: ChildProcess;
  readonly #end: Promise<unknown>;
  #complaints = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#end = once(child, "exit").catch(() => {});
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-2_000);
    });
  }

  static start(program: string, words: readonly string[], { core }: StartOptions = {}): MeasuredProcess {
    const command =
      core === undefined ? [program, ...words] : ["taskset", "-c", String(core), program, ...words];
    const child = spawn(command[0] ?? "", command.slice(1), { stdio: ["ignore", "ignore", "pipe"] });
    return new MeasuredProcess(child);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined;
  }

  /** The last it has written to standard error. */
  get complaints(): string {
    return this.#complaints.trim();
  }

  /** CPU time of all threads of the process and of its children that live. */
  cpuTime(): CpuTime {
    const times = this.#tree().map(cpuTimeOf);
    return {
      user: times.reduce((sum, { user }) => sum + user, 0),
      system: times.reduce((sum, { system }) => sum + system, 0),
    };
  }

  /**
   * One process: VmRSS and VmHWM. Several (NSD forks) share pages, which must not be counted twice: the sum of
   * their proportional shares (Pss), and no peak.
   */
  memory(): Memory {
    const tree = this.#tree();
    if (tree.length > 1)
      return { resident: tree.reduce((sum, id) => sum + shareOf(id), 0), peak: Number.NaN };
    const status = textOf(`/proc/${tree[0]}/status`);
    return { resident: mebibytesAt(status, "VmRSS"), peak: mebibytesAt(status, "VmHWM") };
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const tree = this.#tree();
    this.#child.kill("SIGTERM");
    const killer = setTimeout(() => tree.forEach(kill), PATIENCE);
    await this.#end;
    clearTimeout(killer);
  }

  #tree(): readonly number[] {
    return this.#child.pid === undefined ? [] : treeOf(this.#child.pid);
  }
}

function treeOf(id: number): number[] {
  const children = entriesOf(`/proc/${id}/task`).flatMap((thread) => childrenOf(id, thread));
  return [id, ...children.flatMap(treeOf)];
}

/** None where the thread has ended meanwhile. */
function childrenOf(id: number, thread: string): number[] {
  const text = textOf(`/proc/${id}/task/${thread}/children`);
  return text.split(" ").filter(Boolean).map(Number);
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** A file of /proc; empty where what it speaks of has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** proc(5): utime and stime are the 14th and 15th field; the 2nd is a name that may hold blanks. */
function cpuTimeOf(id: number): CpuTime {
  const stat = textOf(`/proc/${id}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const microseconds = (field: number) => (Number(fields[field - 3] ?? 0) * 1e6) / TICKS_PER_SECOND;
  return { user: microseconds(14), system: microseconds(15) };
}

function shareOf(id: number): number {
  return mebibytesAt(textOf(`/proc/${id}/smaps_rollup`), "Pss");
}

function mebibytesAt(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN) / 1_024;
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has gone by itself.
  }
}

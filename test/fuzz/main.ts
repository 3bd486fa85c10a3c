/**
 * npm run fuzz: hostile input, guided by the branches that it takes. A finding is written beside the corpus, where
 * `npm test` executes it from then on, and the exit code is 1. How it works: docs/decisions/0013-fuzzing.md.
 */

import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { readOptions } from "../../bench/options.ts";
import { FINDING, keep } from "./corpus.ts";
import type { Finding, Progress } from "./fuzzer.ts";
import { TARGET_NAMES, TARGETS, type TargetName } from "./target.ts";
import { type Report, SHARED, type Task } from "./task.ts";

/** Milliseconds after which an execution is taken for one without end. */
const ENDLESS = 10_000;

const options = readOptions("Fuzzes the parsers of queries, master files and signatures.", {
  target: { help: `one of ${TARGET_NAMES.join(", ")}; all of them`, default: "" },
  executions: { help: "inputs to execute in all", default: "10000000" },
  seed: { help: "where chance begins; another each time", default: "" },
  keep: { help: "write the corpus anew: the fewest inputs that take all branches" },
});

const chosen = options.choice("target", TARGET_NAMES);
const executions = options.number("executions");
const seed = options.text("seed") === "" ? Math.floor(Math.random() * 2 ** 31) : options.number("seed", 0);

for (const name of chosen === undefined ? TARGET_NAMES : [chosen]) {
  const share = chosen === undefined ? Math.ceil(executions * TARGETS[name].share) : executions;
  process.stdout.write(`${name}: ${share.toLocaleString("en")} executions, --seed ${seed}\n`);
  if (!(await fuzz(name, share))) {
    process.exitCode = 1;
    break;
  }
}

/** Resolves when the target is done with; false where something was found. */
function fuzz(name: TargetName, share: number): Promise<boolean> {
  const shared = new SharedArrayBuffer(SHARED.INPUT + SHARED.OCTETS);
  const task: Task = { name, executions: share, seed, keeps: options.isSet("keep"), shared };
  const worker = new Worker(new URL("worker.ts", import.meta.url), {
    workerData: task,
    execArgv: [...process.execArgv, "--disable-warning=ExperimentalWarning"], // stripTypeScriptTypes()
  });
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const end = (isGood: boolean) => {
    clearInterval(watch);
    resolve(isGood);
  };
  const watch = watchFor(shared, (input) => {
    void worker.terminate();
    report(name, { input, fault: `it did not end in ${ENDLESS} ms` });
    end(false);
  });
  worker.on("message", (said: Report) => {
    print(name, said.progress);
    if (said.kind === "progress") return;
    if (said.kind === "finding") report(name, said.finding);
    else if (said.corpus !== undefined)
      process.stdout.write(`${name}: ${said.corpus} inputs are the corpus now\n`);
    end(said.kind === "done");
  });
  worker.on("error", reject);
  return promise;
}

/** Looks whether the thread goes on; before its first execution it loads. */
function watchFor(shared: SharedArrayBuffer, onEndless: (input: Uint8Array) => void): NodeJS.Timeout {
  const words = new Int32Array(shared, 0, 2);
  let [last, since] = [0, performance.now()];
  return setInterval(() => {
    const beat = words[SHARED.BEAT] ?? 0;
    if (beat !== last || beat === 0) [last, since] = [beat, performance.now()];
    else if (performance.now() - since > ENDLESS)
      onEndless(new Uint8Array(shared, SHARED.INPUT).slice(0, words[SHARED.LENGTH]));
  }, 500);
}

function print(
  name: TargetName,
  { executions: done, seconds, inputs, reached, places, slowest }: Progress,
): void {
  const rate = Math.round(done / seconds).toLocaleString("en");
  const figures = [
    `${done.toLocaleString("en")} executions`,
    `${seconds.toFixed(0)} s`,
    `${rate} a second`,
    `${reached} of ${places} branches`,
    `${inputs} inputs kept`,
    `slowest ${slowest.toFixed(2)} ms`,
  ];
  process.stdout.write(`${name}: ${figures.join(", ")}\n`);
}

function report(name: TargetName, { input, fault }: Finding): void {
  const path = keep(name, input, FINDING);
  process.stdout.write(`${name}: found ${path}\n${fault}\n${shown(name, input)}\n`);
}

function shown(name: TargetName, input: Uint8Array): string {
  return TARGETS[name].extension === "hex"
    ? Buffer.from(input).toString("hex")
    : Buffer.from(input).toString();
}

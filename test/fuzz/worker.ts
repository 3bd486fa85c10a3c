/** Fuzzes one target on a thread of its own, which can be ended where an input never comes to an end. */

import { parentPort, workerData } from "node:worker_threads";
import { keepOnly, keptInputs } from "./corpus.ts";
import { Fuzzer } from "./fuzzer.ts";
import { instrumentRooms } from "./instrument.ts";
import { loadTarget, TARGETS } from "./target.ts";
import { type Report, SHARED, type Task } from "./task.ts";

const { name, executions, seed, keeps, shared }: Task = workerData;
const words = new Int32Array(shared, 0, 2);
const octets = new Uint8Array(shared, SHARED.INPUT);

const instrumented = instrumentRooms(TARGETS[name].rooms);
const target = await loadTarget(name);
const { texts, numbers } = instrumented();

const fuzzer = new Fuzzer(target, {
  executions,
  seed,
  places: () => instrumented().places,
  words: constants(),
  onInput: note,
  onProgress: (progress) => say({ kind: "progress", progress }),
});
const finding = await fuzzer.run(keptInputs(name).map(({ input }) => input));
const { progress } = fuzzer;
if (finding !== undefined) say({ kind: "finding", finding, progress });
else {
  const fewest = keeps ? await fuzzer.fewest() : undefined;
  if (fewest !== undefined) keepOnly(name, fewest);
  say({ kind: "done", progress, corpus: fewest?.length });
}

function say(report: Report): void {
  parentPort?.postMessage(report);
}

function note(input: Uint8Array): void {
  octets.set(input);
  words[SHARED.LENGTH] = input.length;
  words[SHARED.BEAT] = ((words[SHARED.BEAT] ?? 0) + 1) | 0;
}

/** Texts as they are; numbers in the widths that messages have them in, and in digits. */
function constants(): Uint8Array[] {
  const wide = numbers.flatMap((number) => [
    ...(number < 0x100 ? [Uint8Array.of(number)] : []),
    ...(number < 0x1_0000 ? [Uint8Array.of(number >>> 8, number)] : []),
    Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number),
    new TextEncoder().encode(String(number)),
  ]);
  return [...texts.map((text) => new TextEncoder().encode(text)), ...wide];
}

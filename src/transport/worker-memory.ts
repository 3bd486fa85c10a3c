/** What the main thread and one UDP worker share, besides the snapshot. */

import { makeCounters } from "./counters.ts";
import { requestMemoryLength } from "./message-batch.ts";
import { makeSampleMemory, type SampleMemory } from "./query-samples.ts";

/** Words of `control`. */
export const CONTROL_WORD = {
  /** Not 0 when messages wait in the port. Main thread sets, worker clears. */
  WAITING: 0,
  /** The request in work, in `requests`; a length of 0 for none. It is what a dead worker died of. */
  WORK_OFFSET: 1,
  WORK_LENGTH: 2,
  LENGTH: 4,
} as const;

/** Shared arrays: what is handed over with a message is the same memory on both sides. */
export interface WorkerMemory {
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Of both families. Only the worker writes. */
  readonly counters: Float64Array<SharedArrayBuffer>;
  /** The requests of a batch; on the portable path the one in work. */
  readonly requests: Uint8Array<SharedArrayBuffer>;
  /** For the query log, where there is one. Only the worker writes. */
  readonly samples: SampleMemory | undefined;
}

/**
 * Memory for a worker that takes batches of up to `batchSize` requests and samples one query in `sampleEvery`, 0: none,
 * but those that end in the mark.
 */
export function makeWorkerMemory(batchSize: number, sampleEvery = 0, mark?: Uint8Array): WorkerMemory {
  return {
    control: new Int32Array(new SharedArrayBuffer(CONTROL_WORD.LENGTH * Int32Array.BYTES_PER_ELEMENT)),
    counters: makeCounters(),
    requests: new Uint8Array(new SharedArrayBuffer(requestMemoryLength(batchSize))),
    samples: makeSampleMemory(sampleEvery, mark),
  };
}

/** The request that was in work, if one was. */
export function requestInWork({ control, requests }: WorkerMemory): Uint8Array | undefined {
  const offset = control[CONTROL_WORD.WORK_OFFSET] ?? 0;
  const length = control[CONTROL_WORD.WORK_LENGTH] ?? 0;
  return length === 0 ? undefined : requests.slice(offset, offset + length);
}
